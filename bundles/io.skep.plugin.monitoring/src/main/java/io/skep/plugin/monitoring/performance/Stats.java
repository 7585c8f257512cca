// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** How the tasks of one period did; quantiles to within one percent. Not thread-safe. */
final class Stats {
    private static final int DIGITS = 2;

    private final long since;
    private final Histogram wait;
    private final Histogram run;
    private long tasks;
    private long completed;
    private long attempts;
    private long tokens;
    private long costMicros;

    /** All that is kept; the histograms as Base64 of HdrHistogram's own compressed form. */
    record Kept(
            long since,
            long tasks,
            long completed,
            long attempts,
            long tokens,
            long costMicros,
            String waits,
            String runs) {}

    Stats(long since) {
        this.since = since;
        wait = new Histogram(DIGITS);
        run = new Histogram(DIGITS);
    }

    Stats(Kept kept) {
        since = kept.since();
        tasks = kept.tasks();
        completed = kept.completed();
        attempts = kept.attempts();
        tokens = kept.tokens();
        costMicros = kept.costMicros();
        wait = decoded(kept.waits());
        run = decoded(kept.runs());
    }

    Kept kept() {
        return new Kept(since, tasks, completed, attempts, tokens, costMicros, encoded(wait), encoded(run));
    }

    private static String encoded(Histogram histogram) {
        ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    private static Histogram decoded(String text) {
        try {
            Histogram histogram = Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
            histogram.setAutoResize(true);
            return histogram;
        } catch (DataFormatException | IllegalArgumentException unreadable) {
            return new Histogram(DIGITS);
        }
    }

    void add(Facts facts) {
        tasks++;
        completed += facts.completed() ? 1 : 0;
        attempts += facts.attempts().size();
        tokens += facts.used().tokens();
        costMicros += facts.used().costMicros();
        if (!facts.attempts().isEmpty()) {
            wait.recordValue(facts.waited());
            run.recordValue(facts.ran());
        }
    }

    /** Those of both. */
    Stats plus(Stats other) {
        Stats sum = new Stats(Math.min(since, other.since));
        for (Stats one : new Stats[] {this, other}) {
            sum.tasks += one.tasks;
            sum.completed += one.completed;
            sum.attempts += one.attempts;
            sum.tokens += one.tokens;
            sum.costMicros += one.costMicros;
            sum.wait.add(one.wait);
            sum.run.add(one.run);
        }
        return sum;
    }

    long since() {
        return since;
    }

    long tasks() {
        return tasks;
    }

    long completed() {
        return completed;
    }

    long attempts() {
        return attempts;
    }

    long tokens() {
        return tokens;
    }

    long costMicros() {
        return costMicros;
    }

    double waitSeconds(double percentile) {
        return wait.getTotalCount() == 0 ? 0 : wait.getValueAtPercentile(percentile) / 1000.0;
    }

    double runSeconds(double percentile) {
        return run.getTotalCount() == 0 ? 0 : run.getValueAtPercentile(percentile) / 1000.0;
    }
}
