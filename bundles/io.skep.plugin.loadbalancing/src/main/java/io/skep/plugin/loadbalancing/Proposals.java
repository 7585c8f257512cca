// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.task.QueueStatus;
import io.skep.plugin.loadbalancing.balance.Effect;
import io.skep.plugin.loadbalancing.balance.Sample;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What could be done about one agent. Fewer slots: in proportion to what succeeds, or to how much longer attempts take than
 * with few at once (so that by Little's law as much is done; L. Brakmo and L. Peterson, "TCP Vegas", 1995, bound what is
 * under way alike), never by more than half. More slots: a quarter, and one at least (that it goes up in steps and down in
 * proportion is after D.-M. Chiu and R. Jain, 1989). Pure.
 */
final class Proposals {
    private static final double FAILING = 0.1;
    private static final double STEADY = 0.05;
    /** An agent that fails this much as often with few at once does not fail for having many. */
    private static final double ALIKE = 0.75;
    /** Attempts with few at once without which nothing is said of those. */
    private static final long LEAST_FEW = 5;

    private static final double LONGER = 1.5;
    private static final double SURE = 3;
    private static final int STEPS = 4;

    private final int leastAttempts;
    private final int leastSlots;

    Proposals(OptimizeSettings settings) {
        this.leastAttempts = settings.attempts();
        this.leastSlots = settings.leastSlots();
    }

    /** Another number of slots, what for, and why. */
    record Proposal(String agent, Effect.Aim aim, int from, int to, String because) {}

    /** What could be done about the agent, which is given so many slots, with these tasks waiting. */
    Optional<Proposal> about(Agent agent, int given, Gauges.Gauge gauge, List<QueueStatus> queues) {
        Sample.Kept full = gauge.full();
        if (full.ended() < leastAttempts) {
            return Optional.empty();
        }
        return fewer(agent, given, full, gauge.few()).or(() -> more(agent, given, full, queues));
    }

    private Optional<Proposal> fewer(Agent agent, int given, Sample.Kept full, Sample.Kept few) {
        if (given <= leastSlots) {
            return Optional.empty();
        }
        boolean isFewKnown = few.ended() >= LEAST_FEW;
        boolean failsAlike = isFewKnown && few.failures() >= ALIKE * full.failures();
        if (full.isFailing(FAILING, SURE) && !failsAlike) {
            return Optional.of(new Proposal(
                    agent.id(),
                    Effect.Aim.FEWER_FAILURES,
                    given,
                    down(given, 1 - full.failures()),
                    String.format(
                            Locale.ROOT,
                            "%.0f %% of its attempts fail with %d at once%s",
                            full.failures() * 100,
                            given,
                            isFewKnown ? String.format(Locale.ROOT, ", %.0f %% with few", few.failures() * 100) : "")));
        }
        if (isFewKnown && full.isLonger(few, LONGER, SURE)) {
            return Optional.of(new Proposal(
                    agent.id(),
                    Effect.Aim.SHORTER,
                    given,
                    down(given, few.millis() / full.millis()),
                    String.format(
                            Locale.ROOT,
                            "an attempt takes %.0f ms with %d at once, %.0f ms with few",
                            full.millis(),
                            given,
                            few.millis())));
        }
        return Optional.empty();
    }

    private int down(int given, double share) {
        int wanted = (int) Math.ceil(given * share);
        return Math.max(leastSlots, Math.max((given + 1) / 2, Math.min(given - 1, wanted)));
    }

    private static Optional<Proposal> more(Agent agent, int given, Sample.Kept full, List<QueueStatus> queues) {
        int slots = agent.spec().slots();
        int waiting = queues.stream()
                .filter(queue -> agent.spec().skillIds().containsAll(queue.skills()))
                .mapToInt(QueueStatus::depth)
                .sum();
        if (given >= slots || waiting == 0 || full.failures() > STEADY) {
            return Optional.empty();
        }
        return Optional.of(new Proposal(
                agent.id(),
                Effect.Aim.MORE,
                given,
                Math.min(slots, given + Math.max(1, given / STEPS)),
                "it uses the " + given + " of its " + slots + " slots that it is given, and " + waiting
                        + " tasks wait that it could do"));
    }
}
