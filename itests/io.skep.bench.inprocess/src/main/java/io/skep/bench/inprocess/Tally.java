// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** Counts how calls ended, how long they took from when they were due, and which generations answered. Thread-safe. */
public final class Tally {
    private static final int MAX_PROBLEMS = 10;

    private final Histogram nanos = new Histogram(3);
    private final Map<Long, Seen> seen = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long failed;
    private long fallback;

    /**
     * A generation that answered.
     *
     * @param plugin its name
     * @param version of its bundle
     * @param generation its number, different for all plugins
     * @param answers how many it gave
     * @param lastBegunMillis when the newest of the calls that it answered was begun, in milliseconds since 1970
     */
    public record Seen(String plugin, String version, long generation, long answers, long lastBegunMillis) {
        private Seen and(Seen other) {
            return new Seen(
                    plugin,
                    version,
                    generation,
                    answers + other.answers,
                    Math.max(lastBegunMillis, other.lastBegunMillis));
        }
    }

    /**
     * All of it, as a value that can be sent.
     *
     * @param failed calls that ended otherwise than by an answer or for lack of a plugin
     * @param fallback calls for which there was no plugin
     * @param problems some of both, in words
     * @param seen who answered
     * @param nanos an HdrHistogram of all calls in nanoseconds, compressed, in Base64
     */
    public record Report(long failed, long fallback, List<String> problems, List<Seen> seen, String nanos) {
        /** The histogram. */
        public Histogram histogram() {
            try {
                return Histogram.decodeFromCompressedByteBuffer(
                        ByteBuffer.wrap(Base64.getDecoder().decode(nanos)), 0);
            } catch (DataFormatException e) {
                throw new IllegalStateException("not a histogram", e);
            }
        }
    }

    /** A plugin answered. */
    public synchronized void answered(long lateNanos, Seen by) {
        nanos.recordValue(Math.max(0, lateNanos));
        seen.merge(by.generation(), by, Seen::and);
    }

    /** A call failed. */
    public synchronized void failed(long lateNanos, String what) {
        nanos.recordValue(Math.max(0, lateNanos));
        failed++;
        note(what);
    }

    /** A call found no plugin. */
    public synchronized void fellBack(long lateNanos, String what) {
        nanos.recordValue(Math.max(0, lateNanos));
        fallback++;
        note(what);
    }

    private void note(String what) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(what);
        }
    }

    /** What there is so far. */
    public synchronized Report report() {
        ByteBuffer bytes = ByteBuffer.allocate(nanos.getNeededByteBufferCapacity());
        int length = nanos.encodeIntoCompressedByteBuffer(bytes);
        byte[] used = new byte[length];
        bytes.flip().get(used);
        return new Report(
                failed,
                fallback,
                List.copyOf(problems),
                List.copyOf(seen.values()),
                Base64.getEncoder().encodeToString(used));
    }
}
