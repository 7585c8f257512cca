// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * An agent that works on several tasks at once: each as fast as alone up to its capacity, and beyond that they share it.
 * In virtual time; for one thread.
 */
final class SimAgent {
    private final int slots;
    private final int capacity;
    private final List<Work> works = new ArrayList<>();
    private double speed;
    private double at;
    private long version;

    /** What it works on. */
    static final class Work {
        final SimTask task;
        final String attempt;
        final double begunAt;
        final boolean fails;
        double left;

        Work(SimTask task, String attempt, double begunAt, double left, boolean fails) {
            this.task = task;
            this.attempt = attempt;
            this.begunAt = begunAt;
            this.left = left;
            this.fails = fails;
        }
    }

    SimAgent(int slots, int capacity, double speed) {
        this.slots = slots;
        this.capacity = capacity;
        this.speed = speed;
    }

    int slots() {
        return slots;
    }

    int held() {
        return works.size();
    }

    /** Grows when what {@link #nextEnd} said is not so any more. */
    long version() {
        return version;
    }

    void setSpeed(double now, double next) {
        pass(now);
        speed = next;
    }

    void add(double now, Work work) {
        pass(now);
        works.add(work);
    }

    /** What ended by now. */
    List<Work> takeEnded(double now) {
        pass(now);
        List<Work> ended = works.stream().filter(work -> work.left <= 1e-6).toList();
        works.removeAll(ended);
        return ended;
    }

    /** When the next one ends if nothing comes between. */
    double nextEnd() {
        Optional<Work> next = works.stream().min(Comparator.comparingDouble((Work work) -> work.left));
        return next.map(work -> at + work.left / rate()).orElse(Double.MAX_VALUE);
    }

    private void pass(double now) {
        double done = (now - at) * rate();
        works.forEach(work -> work.left -= done);
        at = now;
        version++;
    }

    private double rate() {
        return speed * Math.min(1, (double) capacity / Math.max(1, works.size()));
    }
}
