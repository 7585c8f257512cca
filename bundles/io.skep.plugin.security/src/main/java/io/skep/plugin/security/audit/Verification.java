// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Verifier} has found.
 *
 * @param problem the first one; null if there is none
 * @param segments that were read
 * @param events that were read
 * @param last number of the last event
 * @param signed number of the last event that a signed checkpoint covers. Whoever can write the files can rewrite those
 *     after it, or take them away, and it does not show
 * @param notes on what could not be compared
 */
public record Verification(
        @Nullable Problem problem, long segments, long events, long last, long signed, List<String> notes) {
    /** Copies the notes. */
    public Verification {
        notes = List.copyOf(notes);
    }

    /**
     * The first thing that is not as the log leaves it.
     *
     * @param file where it is
     * @param event number of the event; 0 if it is none in particular
     * @param words what it is
     */
    public record Problem(String file, long event, String words) {
        @Override
        public String toString() {
            return file + (event == 0 ? "" : ", event " + event) + ": " + words;
        }
    }

    /** Whether all is as the log left it, as far as its signatures reach. */
    public boolean isIntact() {
        return problem == null;
    }
}
