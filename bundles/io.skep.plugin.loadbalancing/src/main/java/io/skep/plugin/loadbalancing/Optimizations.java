// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.plugin.base.Inputs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operations of {@code resource_optimization} take and give. */
final class Optimizations {
    private static final List<String> MODES = List.of("act", "propose");

    private Optimizations() {}

    /** One agent, or, if absent, all. */
    record AgentRequest(@Nullable String agent) {
        AgentRequest {
            Inputs.text("agent", agent, 128);
        }
    }

    /** An action. */
    record UndoRequest(@Nullable Long id) {
        UndoRequest {
            Inputs.range("id", Inputs.required("id", id), 1, Long.MAX_VALUE);
        }
    }

    /** What is done without being asked: {@code act} what is proposed, {@code propose} nothing; absent for no change. */
    record PolicyRequest(@Nullable String mode) {
        PolicyRequest {
            Inputs.oneOf("mode", mode, MODES);
        }
    }

    /**
     * Something that could be done.
     *
     * @param aim what for: shorter (attempts take less time), fewer-failures, or more (tasks done)
     * @param from slots that the agent is given
     * @param to slots that it would be given
     * @param hindrance why it cannot be done now; absent if it can
     */
    record Proposed(
            String agent,
            String aim,
            int from,
            int to,
            String because,
            @Nullable String hindrance) {
        static Proposed of(Proposals.Proposal proposal, @Nullable String hindrance) {
            return new Proposed(
                    proposal.agent(),
                    proposal.aim().wire(),
                    proposal.from(),
                    proposal.to(),
                    proposal.because(),
                    hindrance);
        }
    }

    /**
     * What would be done.
     *
     * @param mode act or propose
     */
    record Preview(String mode, List<Proposed> proposals) {}

    /**
     * What was done.
     *
     * @param begun actions that are in force and measured
     * @param left what could not be done now
     */
    record Applied(List<Action.Shown> begun, List<Proposed> left) {}

    /**
     * What was done, with its effect.
     *
     * @param mode act or propose
     * @param actions newest first, at most 150
     */
    record Overview(String mode, List<Action.Shown> actions) {}

    /**
     * How much is done by itself.
     *
     * @param mode act or propose
     * @param perMinute actions at most, as configured, and so on
     * @param measureMillis how long an action is measured at most
     * @param attempts without which nothing is done or said
     * @param leastSlots that an agent is left
     */
    record Policy(String mode, int perMinute, long measureMillis, int attempts, int leastSlots) {}
}
