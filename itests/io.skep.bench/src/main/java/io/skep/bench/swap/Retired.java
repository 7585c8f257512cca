// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.inprocess.Tally;
import java.util.List;

/**
 * A generation that was taken away.
 *
 * @param plugin its name
 * @param generation its number
 * @param atMillis when its last call had ended, in milliseconds since 1970
 * @param way how it was taken away
 */
record Retired(String plugin, long generation, long atMillis, Way way) {
    /** Phases of jobs are told in whole milliseconds, and their times are added up. */
    private static final long SLACK_MILLIS = 20;

    /** Whether it answered a call that was begun only when it was no longer there. */
    boolean hasAnsweredLate(Tally.Seen seen) {
        return seen.generation() == generation
                && seen.plugin().equals(plugin)
                && seen.lastBegunMillis() > atMillis + SLACK_MILLIS;
    }

    /** Its late answers in words, those of each side apart. */
    List<String> lateness(List<Tally.Seen> seen) {
        return seen.stream()
                .filter(this::hasAnsweredLate)
                .map(late -> plugin + " " + late.version() + " (generation " + generation
                        + ") answered a call that was begun " + (late.lastBegunMillis() - atMillis)
                        + " ms after it was gone by " + way)
                .toList();
    }
}
