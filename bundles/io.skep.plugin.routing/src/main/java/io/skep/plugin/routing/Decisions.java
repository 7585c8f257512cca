// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The decisions that an outcome may come for, oldest first, so many at most. Thread-safe. */
final class Decisions {
    /** So much of a text is kept. */
    static final int MAX_TEXT = 500;

    private final int most;
    private final long ageMillis;
    private final Map<String, Made> made = new LinkedHashMap<>();
    private final Map<String, String> byTask = new HashMap<>();
    private long missing;
    private long learned;

    /**
     * A decision.
     *
     * @param id its id
     * @param task that it is about, or null
     * @param text of the task
     * @param vector of the text, or null
     * @param model that the vector is of, or null if there is none
     * @param picked who was picked
     * @param others who were named besides, and may have got the task all the same
     * @param atMillis when, since 1970 UTC
     */
    record Made(
            String id,
            @Nullable String task,
            String text,
            float @Nullable [] vector,
            @Nullable String model,
            Chosen picked,
            List<Chosen> others,
            long atMillis,
            Heard heard) {
        /** What this agent was chosen by, if it or one like it was named; null if not. */
        @Nullable
        Chosen by(String agent, BiPredicate<String, String> isAlike) {
            return Stream.concat(Stream.of(picked), others.stream())
                    .filter(one -> isAlike.test(one.agent(), agent))
                    .findFirst()
                    .map(one -> new Chosen(agent, one.features()))
                    .orElse(null);
        }
    }

    /** An agent with the features that it, or one that says the same of itself, had in a decision. */
    record Chosen(String agent, float[] features) {}

    /** What was heard of it; guarded by the decisions. */
    static final class Heard {
        private @Nullable Double said;
        private boolean seen;
    }

    /** What came of saying an outcome. */
    enum Said {
        NEW,
        AGAIN,
        OTHERWISE,
        TOO_LATE,
        UNKNOWN
    }

    Decisions(int most, Duration age) {
        this.most = most;
        this.ageMillis = age.toMillis();
    }

    synchronized void add(Made decision) {
        String task = decision.task();
        if (task != null) {
            String before = byTask.put(task, decision.id());
            if (before != null) {
                drop(before);
            }
            byTask.put(task, decision.id());
        }
        made.put(decision.id(), decision);
        if (made.size() > most) {
            drop(made.keySet().iterator().next());
        }
    }

    /** The decision about a task that is still waited for, or null. */
    synchronized @Nullable Made ofTask(String task) {
        String id = byTask.get(task);
        Made decision = id == null ? null : made.get(id);
        return decision == null || isOver(decision) ? null : decision;
    }

    synchronized @Nullable Made find(String id) {
        return made.get(id);
    }

    /** Somebody says an outcome. */
    synchronized Said say(String id, double outcome, long nowMillis) {
        Made decision = made.get(id);
        if (decision == null) {
            return Said.UNKNOWN;
        }
        Double before = decision.heard().said;
        if (before != null) {
            return before == outcome ? Said.AGAIN : Said.OTHERWISE;
        }
        if (nowMillis - decision.atMillis() > ageMillis) {
            return Said.TOO_LATE;
        }
        decision.heard().said = outcome;
        learned++;
        return Said.NEW;
    }

    /** Its task ended; true if that is news, in time, and nobody said an outcome before. */
    synchronized boolean ended(Made decision, long nowMillis) {
        if (isOver(decision) || nowMillis - decision.atMillis() > ageMillis) {
            return false;
        }
        decision.heard().seen = true;
        learned++;
        return true;
    }

    /** Its task ended in a way that says nothing of the agent. */
    synchronized void nothing(Made decision) {
        if (!isOver(decision)) {
            decision.heard().seen = true;
            missing++;
        }
    }

    synchronized int pending() {
        return (int) made.values().stream().filter(one -> !isOver(one)).count();
    }

    synchronized long missing() {
        return missing;
    }

    synchronized long learned() {
        return learned;
    }

    synchronized void count(long learnedBefore, long missingBefore) {
        learned = learnedBefore;
        missing = missingBefore;
    }

    /** The newest that are still waited for, oldest first. */
    synchronized List<Made> newest(int limit) {
        List<Made> waiting = new ArrayList<>(
                made.values().stream().filter(one -> !isOver(one)).toList());
        return waiting.subList(Math.max(0, waiting.size() - limit), waiting.size());
    }

    private static boolean isOver(Made decision) {
        return decision.heard().said != null || decision.heard().seen;
    }

    private void drop(String id) {
        Made dropped = made.remove(id);
        if (dropped == null) {
            return;
        }
        if (!isOver(dropped)) {
            missing++;
        }
        String task = dropped.task();
        if (task != null) {
            byTask.remove(task, id);
        }
    }
}
