// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import java.time.Duration;

/** Checks of settings: each names the setting that is wrong. */
public final class Checks {
    private Checks() {}

    /**
     * A number within its bounds.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }

    /**
     * A duration within its bounds.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", not " + value);
        }
    }

    /**
     * Something that must be so.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static void that(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
