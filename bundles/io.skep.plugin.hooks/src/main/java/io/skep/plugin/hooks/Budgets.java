// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds hooks that tasks wait for to what they may cost: one that takes more, of its last {@value Cost#RECENT} times and at
 * least {@value #LEAST}, is told of, and demoted to asynchronous or off if the policy says so. A critical one is never
 * demoted. Demotions are kept as document {@code demotions} of schema 1. Thread-safe.
 */
final class Budgets {
    static final int LEAST = 50;
    private static final Logger LOG = LoggerFactory.getLogger(Budgets.class);
    private static final String KEY = "demotions";

    private final Documents documents;
    private final Orchestrator orchestrator;
    private final Costs costs;
    private final Settings.Budget budget;
    private final Clock clock;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private volatile Map<String, Demotion> demotions = Map.of();

    /**
     * A hook that was demoted.
     *
     * @param to {@code asynchronous} or {@code off}
     */
    record Demotion(String to, String at, String reason) {}

    /** As they are kept. */
    record Kept(Map<String, Demotion> hooks) {}

    Budgets(Documents documents, Orchestrator orchestrator, Costs costs, Settings.Budget budget, Clock clock) {
        this.documents = documents;
        this.orchestrator = orchestrator;
        this.costs = costs;
        this.budget = budget;
        this.clock = clock;
    }

    /** Begins from what is kept. */
    void load() {
        demotions = documents.find(KEY, Kept.class).map(Kept::hooks).orElse(Map.of());
    }

    /** The demotion of a hook, or null. */
    @Nullable
    Demotion find(String hook) {
        return demotions.get(hook);
    }

    /** A hook as it is to be used: with its demotion, if it has one. */
    HookSpec inForce(HookSpec hook) {
        Demotion demotion = demotions.get(hook.called());
        return demotion == null ? hook : hook.demoted(demotion.to());
    }

    /** Looks at the hooks that tasks wait for; whether one was demoted. */
    boolean judge(List<HookSpec> hooks) {
        boolean any = false;
        for (HookSpec hook : hooks) {
            boolean isJudged = hook.isBefore()
                    && hook.isOn()
                    && !hook.how().equals(HookSpec.ASYNCHRONOUS)
                    && find(hook.called()) == null;
            String excess = isJudged ? excess(hook.called()) : null;
            if (excess == null) {
                told.remove(hook.called());
                continue;
            }
            String policy = Objects.requireNonNullElse(hook.overBudget(), budget.policy());
            if (policy.equals(Settings.TELL) || hook.how().equals(HookSpec.CRITICAL)) {
                if (told.add(hook.called())) {
                    tell("hooks.over-budget", hook.called(), excess);
                }
            } else {
                demote(hook.called(), policy, excess);
                any = true;
            }
        }
        return any;
    }

    /** By how much a hook is over its budget, in words; null if it is not, or too little is known. */
    @Nullable
    String excess(String hook) {
        Cost cost = costs.find(Costs.HOOK + hook);
        if (cost == null) {
            return null;
        }
        Cost.Figures figures = cost.figures();
        boolean isOver =
                figures.recentP95Millis() > budget.p95Millis() || figures.recentMeanMillis() > budget.meanMillis();
        return isOver && figures.recent() >= LEAST
                ? String.format(
                        Locale.ROOT,
                        "of the last %d its mean is %.3f ms and its p95 %.3f ms; it may be %.3f and %.3f",
                        figures.recent(),
                        figures.recentMeanMillis(),
                        figures.recentP95Millis(),
                        budget.meanMillis(),
                        budget.p95Millis())
                : null;
    }

    private void demote(String hook, String to, String reason) {
        LOG.warn("hook {} is now {}: {}", hook, to, reason);
        change(hook, new Demotion(to, clock.instant().toString(), reason));
        tell("hooks.demoted", hook, "now " + to + ": " + reason);
    }

    private synchronized Kept changed(String hook, @Nullable Demotion demotion) {
        Map<String, Demotion> next = new TreeMap<>(demotions);
        if (demotion == null) {
            next.remove(hook);
        } else {
            next.put(hook, demotion);
        }
        demotions = Map.copyOf(next);
        return new Kept(demotions);
    }

    private CompletionStage<Void> change(String hook, @Nullable Demotion demotion) {
        return documents.put(KEY, changed(hook, demotion));
    }

    /** Takes a demotion back, and begins anew with what the hook costs; completes when that is durable. */
    CompletionStage<Void> restore(String hook) {
        costs.begin(Costs.HOOK + hook);
        told.remove(hook);
        return change(hook, null);
    }

    private void tell(String type, String hook, String cause) {
        orchestrator.tell(new Notice(type, hook, cause)).whenComplete((done, refused) -> {
            if (refused != null) {
                LOG.debug("{} of {} could not be told", type, hook, refused);
            }
        });
    }

    /** By name. */
    List<String> view() {
        List<String> view = new ArrayList<>();
        new TreeMap<>(demotions).forEach((hook, demotion) -> view.add(hook + ' ' + demotion.to()));
        return view;
    }
}
