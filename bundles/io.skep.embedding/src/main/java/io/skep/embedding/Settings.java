// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.osgi.service.component.ComponentException;

/**
 * The configuration of the embedder.
 *
 * @param model which networks make a vector
 * @param threads of ONNX Runtime within one inference
 * @param maxConcurrent how many inferences may run at once
 * @param maxWait how long a text may wait for others to end
 * @param maxCached how many vectors are kept
 */
record Settings(Choice model, int threads, int maxConcurrent, Duration maxWait, int maxCached) {
    /** As the property says it, because an annotation's default has to be a constant. */
    static final String MODEL = "bge";

    static final int THREADS = 1;
    static final int MAX_CONCURRENT = 2;
    static final int MAX_WAIT_MILLIS = 1_000;
    static final int MAX_CACHED = 10_000;

    static final Settings DEFAULT =
            new Settings(Choice.BGE, THREADS, MAX_CONCURRENT, Duration.ofMillis(MAX_WAIT_MILLIS), MAX_CACHED);

    Settings {
        List<String> wrong = new ArrayList<>();
        check("threads", threads, 1, 64, wrong);
        check("max.concurrent", maxConcurrent, 1, 64, wrong);
        check("max.wait.millis", maxWait.toMillis(), 0, 60_000, wrong);
        check("max.cached", maxCached, 0, 1_000_000, wrong);
        refuse(wrong);
    }

    /**
     * The settings that the configuration says.
     *
     * @throws IllegalArgumentException naming every property whose value is no model or no number, or else is out of its
     *     limits
     */
    static Settings of(
            String model, IntSupplier threads, IntSupplier maxConcurrent, IntSupplier maxWait, IntSupplier maxCached) {
        List<String> wrong = new ArrayList<>();
        Choice choice = Choice.of(model).orElse(DEFAULT.model);
        if (!choice.value().equals(model)) {
            wrong.add("model = " + model + " is none of " + Choice.all());
        }
        int ofThreads = read("threads", threads, THREADS, wrong);
        int concurrent = read("max.concurrent", maxConcurrent, MAX_CONCURRENT, wrong);
        int wait = read("max.wait.millis", maxWait, MAX_WAIT_MILLIS, wrong);
        int cached = read("max.cached", maxCached, MAX_CACHED, wrong);
        refuse(wrong);
        return new Settings(choice, ofThreads, concurrent, Duration.ofMillis(wait), cached);
    }

    /** The same, with other networks. */
    Settings with(Choice other) {
        return new Settings(other, threads, maxConcurrent, maxWait, maxCached);
    }

    /** Whether a model that is open for these serves for the others too, which are of the same networks. */
    boolean hasModelOf(Settings other) {
        return threads == other.threads && maxConcurrent == other.maxConcurrent;
    }

    private static int read(String property, IntSupplier value, int other, List<String> wrong) {
        try {
            return value.getAsInt();
        } catch (ComponentException | NumberFormatException e) {
            wrong.add(property + " is not a whole number");
            return other;
        }
    }

    private static void check(String property, long value, int min, int max, List<String> wrong) {
        if (value < min || value > max) {
            wrong.add(property + " = " + value + " is not within " + min + " and " + max);
        }
    }

    private static void refuse(List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", wrong));
        }
    }
}
