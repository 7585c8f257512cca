// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import java.util.List;

/** What sleep needs of the plugin's other parts. May read and write files on the calling thread. Thread-safe. */
public interface Surroundings {
    /** Nobody: agents have no sessions. */
    Surroundings NONE = new Surroundings() {};

    /**
     * Keeps the sessions of an agent safe before it sleeps.
     *
     * @return a line for each checkpoint that was written
     */
    default List<String> prepare(String agent) {
        return List.of();
    }

    /**
     * Makes sure that the sessions of an agent are as they were.
     *
     * @return a line for each session, also of what was damaged
     */
    default List<String> restore(String agent) {
        return List.of();
    }

    /** Tokens in the open sessions of an agent together. */
    default long tokens(String agent) {
        return 0;
    }

    /** The agent sleeps: its context may be consolidated. Returns at once. */
    default void asleep(String agent) {}

    /** The agent wakes: what {@link #asleep} began ends as soon as it can, with the old context intact. Returns at once. */
    default void waking(String agent) {}
}
