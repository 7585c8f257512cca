// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a task is in its life: {@code submitted -> queued -> assigned -> working -> (input-required <-> working) ->
 * (in-review) ->} one of the four ends. A lost lease, a retryable failure and a result that is sent back go back to {@link
 * #QUEUED}.
 */
public enum TaskState {
    /** Accepted; waits for other tasks that it depends on. */
    SUBMITTED,
    /** Waits for an agent, or for the time before which it must not start. */
    QUEUED,
    /** Given to an agent that has not started yet. */
    ASSIGNED,
    /** An agent works on it. */
    WORKING,
    /** Its agent waits for an answer from the submitter. */
    INPUT_REQUIRED,
    /** An attempt at it brought a result that is being checked; no agent holds it. */
    IN_REVIEW,
    /** Ended with a result. */
    COMPLETED,
    /** Ended without a result: attempts used up, deadline passed, or a failure that is not retryable. */
    FAILED,
    /** Ended because somebody asked for it. */
    CANCELED,
    /** Ended before it began: a task that it depends on did not complete, no agent fits, or a check refused it. */
    REJECTED;

    private static final Map<String, TaskState> BY_WIRE =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(TaskState::wire, state -> state));

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Whether no transition leaves this state. */
    public boolean isTerminal() {
        return this == COMPLETED || this == FAILED || this == CANCELED || this == REJECTED;
    }

    /** Whether an agent holds an attempt at the task. */
    public boolean isHeld() {
        return this == ASSIGNED || this == WORKING || this == INPUT_REQUIRED;
    }

    /** The name at the edges, for instance {@code input-required}. */
    public String wire() {
        return wire;
    }

    /**
     * The state named {@code wire}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static TaskState ofWire(String wire) {
        TaskState state = BY_WIRE.get(wire);
        if (state == null) {
            throw new IllegalArgumentException("there is no state " + wire);
        }
        return state;
    }
}
