// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One figure. Immutable.
 *
 * @param name as in the list of results that each benchmark must have
 * @param value the figure
 * @param unit of the figure; empty for counts and ratios
 * @param peer what it is compared with, or null
 * @param peerValue the peer's figure in the same run, or null
 */
public record Result(
        String name,
        double value,
        String unit,
        @Nullable String peer,
        @Nullable Double peerValue) {
    public Result {
        Objects.requireNonNull(name);
        Objects.requireNonNull(unit);
    }

    /** A figure that stands alone. */
    public static Result of(String name, double value, String unit) {
        return new Result(name, value, unit, null, null);
    }

    /** A number of things. */
    public static Result count(String name, long count) {
        return of(name, (double) count, "");
    }

    /** A figure and that of its peer in the same run. */
    public static Result of(String name, double value, String unit, String peer, double peerValue) {
        return new Result(name, value, unit, peer, peerValue);
    }

    /** The figure divided by the peer's, or null where there is none. */
    public @Nullable Double ratio() {
        return peerValue == null || peerValue == 0 ? null : value / peerValue;
    }
}
