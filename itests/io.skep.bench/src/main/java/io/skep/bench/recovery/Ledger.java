// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the clients were told, kept outside of the server. Thread-safe. */
final class Ledger {
    /**
     * An attempt that a pull agent knows of.
     *
     * @param task the task's id
     * @param token the attempt's fencing token
     */
    record Held(String task, long token) {}

    private final Map<String, String> submitted = new ConcurrentHashMap<>();
    private final Map<String, Long> completed = new ConcurrentHashMap<>();
    private final Set<Held> claimed = ConcurrentHashMap.newKeySet();
    private final List<String> contradictions = new CopyOnWriteArrayList<>();
    private final AtomicInteger doubled = new AtomicInteger();
    private final AtomicInteger foreignAnswers = new AtomicInteger();
    private final AtomicInteger falseLosses = new AtomicInteger();
    private final AtomicInteger wrongVersions = new AtomicInteger();

    /** A submission was acknowledged. */
    void submitted(String key, String task) {
        String before = submitted.putIfAbsent(key, task);
        if (before != null && !before.equals(task)) {
            doubled.incrementAndGet();
            contradictions.add("key " + key + " was acknowledged as " + before + " and as " + task);
        }
    }

    /** A pull agent was given an attempt. */
    void claimed(String task, long token) {
        claimed.add(new Held(task, token));
    }

    /** A completion was acknowledged. */
    void completed(String task, long token) {
        Long before = completed.putIfAbsent(task, token);
        if (before != null && before != token) {
            doubled.incrementAndGet();
            contradictions.add("task " + task + " was completed by attempts " + before + " and " + token);
        }
    }

    /** A healthy agent, which kept heartbeating, was treated as dead. */
    void falseLoss(String what) {
        falseLosses.incrementAndGet();
        contradictions.add(what);
    }

    /** A version of a plugin served, or was there, that must not. */
    void wrongVersion(String what) {
        wrongVersions.incrementAndGet();
        contradictions.add(what);
    }

    int wrongVersionCount() {
        return wrongVersions.get();
    }

    /** An answer that Skep did not give, although something answered at its port. */
    void foreignAnswer() {
        foreignAnswers.incrementAndGet();
    }

    int foreignAnswerCount() {
        return foreignAnswers.get();
    }

    /** Something that must not happen and has no count of its own. */
    void contradiction(String what) {
        contradictions.add(what);
    }

    /** Counts a task that was done twice. */
    void doubled(String what) {
        doubled.incrementAndGet();
        contradictions.add(what);
    }

    /** Acknowledged submissions, by key. */
    Map<String, String> submissions() {
        return submitted;
    }

    /** Acknowledged completions, by task. */
    Map<String, Long> completions() {
        return completed;
    }

    boolean wasClaimed(String task, long token) {
        return claimed.contains(new Held(task, token));
    }

    int doubledCount() {
        return doubled.get();
    }

    int falseLossCount() {
        return falseLosses.get();
    }

    List<String> contradictions() {
        return contradictions;
    }
}
