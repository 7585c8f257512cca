// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.objectives;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What share of tasks must do well over 30 days.
 *
 * @param name as it is configured
 * @param kind of what it is
 * @param target the share, more than 0 and less than 1
 * @param millis within which, for {@link Kind#START} and {@link Kind#RUN}
 */
public record Objective(String name, Kind kind, double target, long millis) {
    /** The most of them. */
    public static final int MOST = 10;

    private static final Pattern TEXT =
            Pattern.compile("(start|run):(\\d{1,2}(?:\\.\\d{1,4})?):(\\d{1,9})|(success):(\\d{1,2}(?:\\.\\d{1,4})?)");

    /** Of what it is. */
    public enum Kind {
        /** A task got an agent within so long of being queued, each time. */
        START,
        /** An attempt ended within so long. */
        RUN,
        /** A task completed, of those that completed or failed. */
        SUCCESS
    }

    /**
     * Those that a text lists, with spaces between: {@code start:PERCENT:MILLIS}, {@code run:PERCENT:MILLIS}, {@code
     * success:PERCENT}.
     *
     * @throws IllegalArgumentException that says which is none
     */
    public static List<Objective> parse(String text) {
        List<Objective> all = new ArrayList<>();
        for (String word : text.strip().split("\\s+")) {
            if (!word.isEmpty()) {
                all.add(one(word));
            }
        }
        if (all.size() > MOST || all.stream().map(Objective::name).distinct().count() < all.size()) {
            throw new IllegalArgumentException("objectives must be at most " + MOST + ", and each another one");
        }
        return List.copyOf(all);
    }

    private static Objective one(String word) {
        Matcher match = TEXT.matcher(word);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "objectives must be start:PERCENT:MILLIS, run:PERCENT:MILLIS or success:PERCENT," + " not " + word);
        }
        boolean success = match.group(4) != null;
        double target = Double.parseDouble(match.group(success ? 5 : 2)) / 100;
        if (target <= 0) {
            throw new IllegalArgumentException("objectives must be more than 0 percent, not " + word);
        }
        Kind kind = success ? Kind.SUCCESS : match.group(1).equals("start") ? Kind.START : Kind.RUN;
        return new Objective(word, kind, target, success ? 0 : Long.parseLong(match.group(3)));
    }
}
