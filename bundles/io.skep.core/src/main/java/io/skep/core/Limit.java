// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.osgi.service.component.ComponentException;

/**
 * What a property of core's configuration may be.
 *
 * @param property its name
 * @param min the smallest value
 * @param max the greatest value
 */
record Limit(String property, long min, long max) {

    /**
     * Checks a value.
     *
     * @throws IllegalArgumentException naming the property
     */
    void check(long value) {
        if (!holds(value)) {
            throw new IllegalArgumentException("io.skep.core: " + outside(value));
        }
    }

    /** {@link #read(LongSupplier, long, List)} for a small number. */
    int read(IntSupplier value, int whenWrong, List<String> wrong) {
        return Math.toIntExact(read((LongSupplier) value::getAsInt, whenWrong, wrong));
    }

    /**
     * The value, or another if it is wrong.
     *
     * @param value throws {@link ComponentException} when the configured value is no number
     * @param wrong is given a sentence then
     */
    long read(LongSupplier value, long whenWrong, List<String> wrong) {
        try {
            long number = value.getAsLong();
            if (holds(number)) {
                return number;
            }
            wrong.add(outside(number));
        } catch (ComponentException | NumberFormatException e) {
            wrong.add(property + " must be a whole number from " + min + " to " + max);
        }
        return whenWrong;
    }

    private boolean holds(long value) {
        return value >= min && value <= max;
    }

    private String outside(long value) {
        return property + " must be " + min + " to " + max + ", not " + value;
    }
}
