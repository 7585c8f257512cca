// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the configuration says of thinking. Immutable.
 *
 * @param enabled whether tasks are thought about before they start; on demand it is always possible
 * @param minComplexity in percent, from which a task is thought about that does not ask for it
 * @param allowances for each depth at which somebody is asked
 * @param maxPending thinkings that have not ended; more are declined, and tasks go on without
 * @param maxEnded thinkings that have ended and are remembered; the oldest go
 */
public record ThinkingSettings(
        boolean enabled, int minComplexity, Map<Depth, Allowance> allowances, int maxPending, int maxEnded) {
    /** Agents that may be asked at once, at most. */
    public static final int MAX_PARTICIPANTS = 8;

    /** The longest time that they may have, in seconds. */
    public static final int MAX_SECONDS = 3600;

    /** What holds where the configuration says nothing. */
    public static final ThinkingSettings DEFAULT = new ThinkingSettings(
            true, 60, allowances("2/3/4/6", "120/300/600/900", "20000/60000/120000/240000", "0/0/0/0"), 50, 100);

    private static final long MAX_SUM = 1_000_000_000_000L;

    /** Checks the numbers. */
    public ThinkingSettings {
        allowances = Map.copyOf(allowances);
        range("thinking.min.complexity", minComplexity, 0, 100);
        range("thinking.max.pending", maxPending, 1, 100);
        range("thinking.max.ended", maxEnded, 1, 200);
    }

    /**
     * The allowances that four lists of four numbers say, each for standard, deep, collaborative and intensive.
     *
     * @throws IllegalArgumentException that names the property that is wrong
     */
    public static Map<Depth, Allowance> allowances(String participants, String seconds, String tokens, String cost) {
        List<Long> agents = four("thinking.participants", participants, 1, MAX_PARTICIPANTS);
        List<Long> times = four("thinking.seconds", seconds, 1, MAX_SECONDS);
        List<Long> words = four("thinking.tokens", tokens, 0, MAX_SUM);
        List<Long> money = four("thinking.cost.micros", cost, 0, MAX_SUM);
        Map<Depth, Allowance> allowances = new EnumMap<>(Depth.class);
        for (int i = 0; i < Depth.ASKING.size(); i++) {
            allowances.put(
                    Depth.ASKING.get(i),
                    new Allowance(
                            Math.toIntExact(agents.get(i)), Math.toIntExact(times.get(i)), words.get(i), money.get(i)));
        }
        return allowances;
    }

    private static List<Long> four(String name, String text, long min, long max) {
        String[] parts = text.strip().split("[\\s,/]+", -1);
        if (parts.length != Depth.ASKING.size()) {
            throw new IllegalArgumentException(
                    name + " must be four numbers, for standard, deep, collaborative and intensive");
        }
        List<Long> numbers = new ArrayList<>();
        for (String part : parts) {
            if (!part.matches("[0-9]{1,15}")) {
                throw new IllegalArgumentException(name + " has a part that is no whole number: " + part);
            }
            long number = Long.parseLong(part);
            range(name, number, min, max);
            numbers.add(number);
        }
        return numbers;
    }

    private static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " = " + value + " is not within " + min + " and " + max);
        }
    }

    Allowance allowance(Depth depth) {
        return Objects.requireNonNull(allowances.get(depth), depth.wire());
    }
}
