// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Policies, in the order of their names, ready to be asked. Immutable. */
final class Rules {
    /** Who was woken in its hours is given so long for what it was woken for. */
    private static final Duration LEAST_IDLE = Duration.ofSeconds(10);

    private static final Duration IDLE_ENOUGH = Duration.ofMinutes(1);

    /** For less it is not worth to fall asleep. */
    private static final Duration QUIET_FOR = Duration.ofMinutes(10);

    private final List<Rule> rules;

    private record Rule(Policy policy, @Nullable Window window) {}

    /** What is known of the server beside its agents. */
    record Situation(Instant now, int heapPercent, ToLongFunction<String> tokens, Hours hours) {}

    /** What was learned of the hours in which agents have work; as {@link QuietHours#isQuiet}. */
    interface Hours {
        boolean isQuiet(String agent, double below, Instant when);
    }

    Rules(List<Policy> policies) {
        List<Rule> all = new ArrayList<>();
        policies.forEach(policy -> all.add(new Rule(policy, policy.window())));
        rules = List.copyOf(all);
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Why an active agent should sleep that has nothing to do since {@code idleSince}, if it should. */
    Optional<String> whySleep(Agent agent, Instant idleSince, Situation situation) {
        Duration idle = Duration.between(idleSince, situation.now());
        return its(agent)
                .flatMap(rule -> why(rule, agent, idle, situation).stream())
                .findFirst();
    }

    private static Optional<String> why(Rule rule, Agent agent, Duration idle, Situation situation) {
        Policy policy = rule.policy();
        String by = " (policy " + policy.name() + ")";
        if (rule.window() != null
                && idle.compareTo(LEAST_IDLE) >= 0
                && rule.window().isOpen(situation.now())) {
            return Optional.of("it is in its hours of sleep" + by);
        }
        if (policy.idleMillis() != null && idle.toMillis() >= policy.idleMillis()) {
            return Optional.of("idle for " + idle.toSeconds() + " s" + by);
        }
        if (policy.heapPercent() != null
                && situation.heapPercent() >= policy.heapPercent()
                && idle.compareTo(IDLE_ENOUGH) >= 0) {
            return Optional.of(situation.heapPercent() + " % of the heap are in use" + by);
        }
        if (policy.quietBelow() != null
                && idle.compareTo(IDLE_ENOUGH) >= 0
                && isQuiet(policy, agent, situation, situation.now())
                && isQuiet(policy, agent, situation, situation.now().plus(QUIET_FOR))) {
            return Optional.of("it seldom has work at this hour" + by);
        }
        if (policy.contextTokens() != null && idle.compareTo(IDLE_ENOUGH) >= 0) {
            long tokens = situation.tokens().applyAsLong(agent.id());
            return tokens >= policy.contextTokens()
                    ? Optional.of("its context has " + tokens + " tokens" + by)
                    : Optional.empty();
        }
        return Optional.empty();
    }

    /** Why an agent that sleeps should wake by the clock, if it should: its hours are over since it fell asleep. */
    Optional<String> whyWake(Agent agent, Situation situation) {
        if (agent.state() != AgentState.ASLEEP) {
            return Optional.empty();
        }
        return its(agent)
                .flatMap(rule -> whyWake(rule, agent, situation).stream())
                .findFirst();
    }

    private static Optional<String> whyWake(Rule rule, Agent agent, Situation situation) {
        Policy policy = rule.policy();
        String by = " (policy " + policy.name() + ")";
        if (rule.window() != null && rule.window().hasEndedSince(agent.since(), situation.now())) {
            return Optional.of("its hours of sleep are over" + by);
        }
        boolean isOver = policy.quietBelow() != null
                && isQuiet(policy, agent, situation, agent.since())
                && !isQuiet(policy, agent, situation, situation.now());
        return isOver ? Optional.of("it often has work at this hour" + by) : Optional.empty();
    }

    private static boolean isQuiet(Policy policy, Agent agent, Situation situation, Instant when) {
        Double below = policy.quietBelow();
        return below != null && situation.hours().isQuiet(agent.id(), below, when);
    }

    /** By whose clock the hours of an agent are to be learned, if a policy asks for that. */
    Optional<ZoneId> learns(Agent agent) {
        return its(agent)
                .map(Rule::policy)
                .filter(policy -> policy.quietBelow() != null)
                .map(Policy::zoneId)
                .findFirst();
    }

    private Stream<Rule> its(Agent agent) {
        return rules.stream()
                .filter(rule -> rule.policy().isFor(agent.id(), agent.spec().skillIds()));
    }
}
