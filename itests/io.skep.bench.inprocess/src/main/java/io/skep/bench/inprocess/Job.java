// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import java.util.Objects;

/**
 * Something to measure.
 *
 * @param kind what
 * @param inFlight clients at once, each of which waits for one step before it takes the next; not used by {@link
 *     Kind#LATENCY}, and thousands of tasks for {@link Kind#BACKLOG} and {@link Kind#HISTORY}
 * @param warmupMillis how long it runs before the measurement
 * @param millis how long the measurement lasts
 */
public record Job(Kind kind, int inFlight, long warmupMillis, long millis) {
    /** What can be measured. */
    public enum Kind {
        /** Task cycles: submit, claim, complete. */
        CYCLES,
        /** From submit to assigned, on an idle server, at a fixed rate. */
        LATENCY,
        /** Appends of the newest records of the server's log to a fresh log store. */
        STORE,
        /** {@code inFlight} tasks, in thousands, for an agent that never comes. */
        BACKLOG,
        /** {@code inFlight} ended tasks, in thousands, into the projection; see {@link History}. */
        HISTORY,
        /** Appends of the same to a preallocated file, forced to the disk: what any journal could do at most. */
        JOURNAL
    }

    public Job {
        Objects.requireNonNull(kind);
        if (inFlight < 1 || inFlight > 100_000 || warmupMillis < 0 || millis < 1) {
            throw new IllegalArgumentException("inFlight 1 to 100000, warmupMillis from 0, millis from 1");
        }
    }
}
