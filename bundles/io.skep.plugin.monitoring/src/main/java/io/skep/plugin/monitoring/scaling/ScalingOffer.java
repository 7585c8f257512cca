// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code auto_scaling} offers, and what its operations take and give. */
public final class ScalingOffer {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** The capability. */
    public static final Capability CAPABILITY = new Capability(
            Capabilities.AUTO_SCALING,
            List.of(
                    Operation.named("status")
                            .summary("Says how many agents each group has and is to have, and why not more or fewer")
                            .input(GroupRequest.class)
                            .output(Status.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .timeout(TIMEOUT)
                            .shellCommand("scale:status")
                            .examples("{}", "{\"group\":\"process:reviewer\"}")
                            .build(),
                    Operation.named("decisions")
                            .summary("Lists what was decided, from which figures, and what came of it")
                            .input(DecisionsRequest.class)
                            .output(Decided.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .timeout(TIMEOUT)
                            .shellCommand("scale:decisions")
                            .examples("{}", "{\"group\":\"process:reviewer\",\"limit\":5}")
                            .build(),
                    Operation.named("evaluate")
                            .summary("Says what would be decided now, or if figures were others; changes nothing")
                            .input(EvaluateRequest.class)
                            .output(Evaluated.class)
                            .needs("read", "agent")
                            .sideEffectFree()
                            .timeout(TIMEOUT)
                            .shellCommand("scale:evaluate")
                            .examples("{}", "{\"group\":\"process:reviewer\",\"depth\":100,\"oldestMillis\":20000}")
                            .build(),
                    Operation.named("set")
                            .summary("Pauses scaling or goes on with it, and sets limits and the cost ceiling")
                            .input(SetRequest.class)
                            .output(Limits.class)
                            .needs("update", "agent")
                            .idempotent()
                            .timeout(TIMEOUT)
                            .shellCommand("scale:set")
                            .examples(
                                    "{}",
                                    "{\"mode\":\"propose\"}",
                                    "{\"group\":\"process:reviewer\",\"paused\":true,\"max\":4}")
                            .build()));

    private static final int MOST_CHARS = 160;

    private ScalingOffer() {}

    /** One group, as {@code SCALER:GROUP}; if absent, all. */
    record GroupRequest(@Nullable String group) {
        GroupRequest {
            Inputs.text("group", group, MOST_CHARS);
        }
    }

    /**
     * Decisions of one group or all.
     *
     * @param limit newest so many, 1 to 500; 20 if absent
     */
    record DecisionsRequest(
            @Nullable String group, @Nullable Integer limit) {
        DecisionsRequest {
            Inputs.text("group", group, MOST_CHARS);
            Inputs.range("limit", limit, 1, 500);
        }
    }

    /**
     * A group and what is to be taken as if it were so; what is absent is as it is.
     *
     * @param depth tasks that wait
     * @param oldestMillis how long the oldest of them waits
     * @param busy slots in use
     * @param inPerSecond tasks that come
     * @param workMillis how long an attempt takes
     */
    record EvaluateRequest(
            @Nullable String group,
            @Nullable Integer depth,
            @Nullable Long oldestMillis,
            @Nullable Integer busy,
            @Nullable Double inPerSecond,
            @Nullable Double workMillis) {
        private static final int MOST = 1_000_000;
        private static final long YEAR_MILLIS = 31_536_000_000L;

        EvaluateRequest {
            Inputs.text("group", group, MOST_CHARS);
            Inputs.range("depth", depth, 0, MOST);
            Inputs.range("oldestMillis", oldestMillis, 0, YEAR_MILLIS);
            Inputs.range("busy", busy, 0, MOST);
            positive("inPerSecond", inPerSecond, MOST);
            positive("workMillis", workMillis, YEAR_MILLIS);
        }

        private static void positive(String field, @Nullable Double value, double most) {
            if (value != null && !(value >= 0 && value <= most)) {
                throw new Declination("field \"" + field + "\" must be 0 to " + (long) most + ", not " + value);
            }
        }
    }

    /**
     * What is to hold from now on; what is absent stays.
     *
     * @param group whose {@code paused}, {@code min} and {@code max} these are; without it {@code paused} is everybody's
     * @param mode act or propose
     * @param min fewest agents; the group's own limits hold in any case
     * @param max most agents
     * @param ceilingMicros cost of an hour of all groups at most; 0 for none
     */
    record SetRequest(
            @Nullable String group,
            @Nullable String mode,
            @Nullable Boolean paused,
            @Nullable Integer min,
            @Nullable Integer max,
            @Nullable Long ceilingMicros) {
        private static final int MOST = 10_000;

        SetRequest {
            Inputs.text("group", group, MOST_CHARS);
            Inputs.oneOf("mode", mode, List.of("act", "propose"));
            Inputs.range("min", min, 0, MOST);
            Inputs.range("max", max, 0, MOST);
            Inputs.range("ceilingMicros", ceilingMicros, 0, Long.MAX_VALUE);
            if (group == null && (min != null || max != null)) {
                throw new Declination("\"min\" and \"max\" are of a \"group\", which must be named");
            }
        }
    }

    /**
     * How scaling stands.
     *
     * @param limits what operators said
     * @param costMicros of an hour of what there is now
     * @param trouble why nothing is looked at; absent if it is
     */
    record Status(
            Limits limits,
            long costMicros,
            List<GroupStatus> groups,
            @Nullable String trouble) {}

    /**
     * What holds.
     *
     * @param mode act or propose
     * @param ceilingMicros 0 for none
     * @param groups what was said of single groups
     */
    record Limits(String mode, boolean paused, long ceilingMicros, List<GroupLimits> groups) {}

    /** What was said of a group; what is absent was not said. */
    record GroupLimits(
            String group,
            @Nullable Boolean paused,
            @Nullable Integer min,
            @Nullable Integer max) {}

    /**
     * A group now.
     *
     * @param min fewest agents, and
     * @param max most, by the group itself and operators
     * @param hourCostMicros of each agent
     * @param waitsFor why there are not more, or not fewer, although a rule wants it
     */
    record GroupStatus(
            String group,
            List<String> skills,
            int min,
            int max,
            long hourCostMicros,
            Figures figures,
            double utilisation,
            List<String> waitsFor) {}

    /** Decisions, newest first. */
    record Decided(List<Decision.Shown> decisions) {}

    /**
     * What would be decided.
     *
     * @param figures that it was decided from
     */
    record Evaluation(String group, Figures figures, Verdict verdict) {}

    /** One for each group. */
    record Evaluated(List<Evaluation> groups) {}
}
