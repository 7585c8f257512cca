// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Which agent holds which task, live from the event stream, and whether that is what the log says. */
final class TaskMapping {
    private static final int MAX_ID = 128;
    private static final int EXAMPLES = 10;

    private final Coordination coordination;
    private final Mapping mapping;
    private final Core core;

    TaskMapping(Coordination coordination, Mapping mapping, Core core) {
        this.coordination = coordination;
        this.mapping = mapping;
        this.core = core;
    }

    /** Exactly one of both; or what the call itself is about. */
    record Lookup(@Nullable String task, @Nullable String agent) {
        Lookup {
            Inputs.text("task", task, MAX_ID);
            Inputs.text("agent", agent, MAX_ID);
        }
    }

    /**
     * What is held.
     *
     * @param cursor the position in the event stream at which this is so
     * @param held of the task one or none, of the agent all
     */
    record Found(String cursor, List<Held> held) {}

    /** One task with its agent; times as in ISO 8601, {@code startedAt} absent while the agent has not begun. */
    record Held(
            String task,
            String agent,
            long token,
            String state,
            String assignedAt,
            @Nullable String startedAt) {
        static Held of(Holding holding) {
            return new Held(
                    holding.task(),
                    holding.agent(),
                    holding.token(),
                    holding.state().wire(),
                    holding.assignedAt().toString(),
                    holding.startedAt() == null ? null : holding.startedAt().toString());
        }
    }

    /** How many differences are told one by one, 0 to 100; {@value #EXAMPLES} by default. */
    record Verify(@Nullable Long examples) {
        Verify {
            Inputs.range("examples", examples, 0, 100);
        }
    }

    /**
     * What a comparison with core showed.
     *
     * @param cursor up to where the mapping had read when it was done
     * @param held tasks that are held
     * @param drift tasks of which the mapping says something else than the log; must be 0
     * @param unsettled tasks that changed hands so often meanwhile that nothing can be said
     * @param examples some of the drift
     */
    record Verified(String cursor, int held, int drift, int unsettled, List<Difference> examples) {}

    /** What the mapping and what core say of a task; absent where it is held by nobody. */
    record Difference(
            String task, @Nullable Held mapped, @Nullable Held logged) {}

    /**
     * Looks up.
     *
     * @param task the task that the call is about, or null
     * @param agent the agent that the call is about, or null
     */
    CompletionStage<Found> lookup(Lookup asked, @Nullable String task, @Nullable String agent) {
        boolean said = asked.task() != null || asked.agent() != null;
        String byTask = said ? asked.task() : task;
        String byAgent = said ? asked.agent() : agent;
        if ((byTask == null) == (byAgent == null)) {
            throw new Declination("exactly one of the fields \"task\" and \"agent\" is needed");
        }
        return coordination.caughtUp().thenApply(caughtUp -> {
            Mapping.At at = byTask == null ? mapping.ofAgent(Objects.requireNonNull(byAgent)) : mapping.ofTask(byTask);
            return new Found(
                    at.cursor().toString(), at.held().stream().map(Held::of).toList());
        });
    }

    /** Compares the mapping with what core says. */
    CompletionStage<Verified> verify(Verify asked) {
        int most = (int) (asked.examples() == null ? EXAMPLES : asked.examples());
        return new Verification(coordination, mapping, core).run().thenApply(result -> {
            Mapping.At at = mapping.all();
            return new Verified(
                    at.cursor().toString(),
                    at.held().size(),
                    result.drift().size(),
                    result.unsettled(),
                    result.drift().stream().limit(most).toList());
        });
    }
}
