// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The hooks before something, in their order: critical ones one after the other, of which the first that does not let pass
 * ends it all; then blocking ones one after the other, and beside these the parallel ones; each not before those that it
 * waits for have ended, and not at all unless they passed. Asynchronous ones begin at once, and nobody waits for them. Of
 * several reasons all are told. Used once.
 */
final class Course {
    private final Runner runner;
    private final Happening happening;
    private final Checked checked;
    private final Map<String, CompletableFuture<Outcome>> ends = new HashMap<>();

    /**
     * What came of it.
     *
     * @param reasons why it may not go on; empty if it may
     * @param amendments what is added, by hook
     */
    record Result(List<String> reasons, Map<String, JsonNode> amendments) {}

    Course(Runner runner, Happening happening, Checked checked) {
        this.runner = runner;
        this.happening = happening;
        this.checked = checked;
    }

    CompletableFuture<Result> run(List<HookSpec> hooks) {
        List<HookSpec> ordered = ordered(hooks);
        ordered.stream()
                .filter(hook -> hook.how().equals(HookSpec.ASYNCHRONOUS))
                .forEach(this::begin);
        List<HookSpec> waited = ordered.stream()
                .filter(hook -> !hook.how().equals(HookSpec.ASYNCHRONOUS))
                .toList();
        CompletableFuture<Boolean> critical = CompletableFuture.completedFuture(true);
        for (HookSpec hook : waited) {
            if (hook.how().equals(HookSpec.CRITICAL)) {
                CompletableFuture<Boolean> before = critical;
                CompletableFuture<Outcome> end =
                        before.thenCompose(goesOn -> goesOn ? begin(hook) : CompletableFuture.completedFuture(SKIPPED));
                ends.put(hook.called(), end);
                critical = end.thenCombine(before, (outcome, goesOn) -> goesOn && letsPass(hook, outcome));
            }
        }
        return critical.thenCompose(goesOn -> {
            if (goesOn) {
                beginOthers(waited);
            }
            return CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new))
                    .thenApply(all -> result(waited));
        });
    }

    private static final Outcome SKIPPED = Outcome.passed("skipped");

    private void beginOthers(List<HookSpec> waited) {
        CompletableFuture<?> line = CompletableFuture.completedFuture(null);
        for (HookSpec hook : waited) {
            if (hook.how().equals(HookSpec.CRITICAL)) {
                continue;
            }
            List<CompletableFuture<Outcome>> named = new ArrayList<>();
            for (String name : hook.waitsFor()) {
                CompletableFuture<Outcome> other = ends.get(name);
                if (other != null) {
                    named.add(other);
                }
            }
            List<CompletableFuture<?>> before = new ArrayList<>(named);
            boolean isBlocking = hook.how().equals(HookSpec.BLOCKING);
            if (isBlocking) {
                before.add(line);
            }
            CompletableFuture<Outcome> end = CompletableFuture.allOf(before.toArray(CompletableFuture[]::new))
                    .thenCompose(ready ->
                            named.stream().allMatch(other -> other.join().isPassed())
                                    ? begin(hook)
                                    : CompletableFuture.completedFuture(
                                            Outcome.failed("a hook that it waits for did not pass")));
            ends.put(hook.called(), end);
            line = isBlocking ? end : line;
        }
    }

    /** Runs it, unless it is known how it ended before a restart. */
    private CompletableFuture<Outcome> begin(HookSpec hook) {
        Outcome before = checked.find(happening.id(), hook.called());
        if (before != null) {
            return CompletableFuture.completedFuture(before);
        }
        return runner.run(hook, happening).thenApply(outcome -> {
            checked.ended(happening.id(), hook.called(), outcome);
            return outcome;
        });
    }

    private static boolean letsPass(HookSpec hook, Outcome outcome) {
        return outcome.isPassed() || (outcome.isFailed() && hook.failure().equals(HookSpec.OPEN));
    }

    private Result result(List<HookSpec> waited) {
        List<String> reasons = new ArrayList<>();
        Map<String, JsonNode> amendments = new TreeMap<>();
        for (HookSpec hook : waited) {
            CompletableFuture<Outcome> end = ends.get(hook.called());
            if (end == null) {
                continue;
            }
            Outcome outcome = end.join();
            if (!letsPass(hook, outcome)) {
                reasons.add("hook " + hook.called() + (outcome.isVetoed() ? ": " : " could not be asked: ")
                        + outcome.reason());
            } else if (outcome.amend() != null) {
                amendments.put(hook.called(), outcome.amend());
            }
        }
        return new Result(List.copyOf(reasons), amendments);
    }

    /** Those that are waited for before those that wait, else by order and name. */
    static List<HookSpec> ordered(List<HookSpec> hooks) {
        Map<String, HookSpec> left = new LinkedHashMap<>();
        hooks.stream()
                .sorted(Comparator.comparingInt(HookSpec::place).thenComparing(HookSpec::called))
                .forEach(hook -> left.put(hook.called(), hook));
        List<HookSpec> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Set<String> waits = left.values().stream().map(HookSpec::called).collect(Collectors.toSet());
            HookSpec next = left.values().stream()
                    .filter(hook -> hook.waitsFor().stream().noneMatch(waits::contains))
                    .findFirst()
                    // There is no circle among hooks that were taken; should there be one, it is cut.
                    .orElseGet(() -> left.values().iterator().next());
            ordered.add(next);
            left.remove(next.called());
        }
        return ordered;
    }
}
