// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done with an agent's sessions before it sleeps and when it wakes. Reads and writes files on the calling thread.
 * Doing it twice is like doing it once. Thread-safe.
 */
public interface Preparation {
    /** Writes a checkpoint of each open session of an agent, durable when this returns. */
    List<Prepared> prepare(String agent);

    /**
     * A checkpoint that was written.
     *
     * @param session of which
     * @param generation its number in the session, from 1
     * @param revision of the context in it
     * @param items in it
     * @param bytes of its file
     */
    record Prepared(String session, long generation, long revision, int items, long bytes) {}

    /**
     * Makes sure that each open session of an agent has what its newest readable checkpoint has: pinned items byte for byte,
     * and the context itself if the session's own file was damaged. Falls back to an older checkpoint where one is corrupt, and
     * says so by an event and in the answer.
     */
    List<Woken> restore(String agent);

    /**
     * A session as the agent finds it when it wakes.
     *
     * @param session which
     * @param generation number of the checkpoint that was read; null if there was none
     * @param revision of the context now
     * @param before revision of the context at the checkpoint; what differs came meanwhile. 0 without a checkpoint
     * @param items in the context now
     * @param tokens of these together
     * @param corrupt numbers of checkpoints that were tried before and could not be read
     * @param repaired whether something was missing in the session's own file and was taken from the checkpoint
     */
    record Woken(
            String session,
            @Nullable Long generation,
            long revision,
            long before,
            int items,
            long tokens,
            List<Long> corrupt,
            boolean repaired) {}
}
