// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntToLongFunction;
import org.HdrHistogram.Histogram;

/** What became of numbered tasks: when each was acknowledged, given to an agent, and ended. Thread-safe. */
public final class Track {
    private final AtomicLongArray acknowledged;
    private final AtomicLongArray started;
    private final AtomicLongArray ended;

    /** For numbers from 0 on and below {@code most}. */
    public Track(int most) {
        acknowledged = new AtomicLongArray(most);
        started = new AtomicLongArray(most);
        ended = new AtomicLongArray(most);
    }

    /** The server said that it has the task. */
    public void acknowledged(int number) {
        note(acknowledged, number);
    }

    /** An agent has it; only the first time counts. */
    public void started(int number) {
        note(started, number);
    }

    /** The server said that it has ended; only the first time counts. */
    public void ended(int number) {
        note(ended, number);
    }

    private static void note(AtomicLongArray times, int number) {
        times.compareAndSet(number, 0, System.nanoTime());
    }

    /** How many of the numbers from {@code from} on and below {@code to} were acknowledged. */
    public int acknowledged(int from, int to) {
        int count = 0;
        for (int number = from; number < to; number++) {
            count += acknowledged.get(number) == 0 ? 0 : 1;
        }
        return count;
    }

    /** How many of them were acknowledged and have not ended. */
    public int open(int from, int to) {
        int count = 0;
        for (int number = from; number < to; number++) {
            count += acknowledged.get(number) != 0 && ended.get(number) == 0 ? 1 : 0;
        }
        return count;
    }

    /** When the last of them ended that was acknowledged, as {@link System#nanoTime} says. */
    public long lastEnd(int from, int to) {
        long last = Long.MIN_VALUE;
        for (int number = from; number < to; number++) {
            if (acknowledged.get(number) != 0 && ended.get(number) != 0) {
                last = Math.max(last, ended.get(number));
            }
        }
        return last;
    }

    /** Nanoseconds from when each was due until an agent had it; one that none has yet counts up to now. */
    public Histogram untilStarted(int from, int to, IntToLongFunction due) {
        return until(started, from, to, due);
    }

    /** Nanoseconds from when each was due until it had ended; one that has not yet counts up to now. */
    public Histogram untilEnded(int from, int to, IntToLongFunction due) {
        return until(ended, from, to, due);
    }

    private Histogram until(AtomicLongArray times, int from, int to, IntToLongFunction due) {
        Histogram nanos = new Histogram(3);
        long now = System.nanoTime();
        for (int number = from; number < to; number++) {
            long at = times.get(number);
            if (acknowledged.get(number) != 0) {
                nanos.recordValue(Math.max(0, (at == 0 ? now : at) - due.applyAsLong(number)));
            }
        }
        return nanos;
    }
}
