// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values by action and resource type, each of which may be a wildcard. An entry is found in constant time: the four
 * shapes (both exact, either a wildcard, both) are looked up in this order, and those that nothing was put under are
 * skipped. Not thread-safe until it is published.
 */
final class Grid<V> {
    /** The number of {@code *}; names are numbered from 1. */
    static final int ANY = 0;

    static final int SHAPES = 4;

    private final Map<Long, V> cells = new HashMap<>();
    private final boolean[] used = new boolean[SHAPES];

    V at(int action, int type, Supplier<V> created) {
        used[(action == ANY ? 2 : 0) + (type == ANY ? 1 : 0)] = true;
        return cells.computeIfAbsent(cell(action, type), none -> created.get());
    }

    /** The value of one shape for an action and a type. */
    @Nullable
    V get(int shape, int action, int type) {
        return used[shape] ? cells.get(cell(shape < 2 ? action : ANY, shape % 2 == 0 ? type : ANY)) : null;
    }

    boolean covers(int action, int type) {
        for (int shape = 0; shape < SHAPES; shape++) {
            if (get(shape, action, type) != null) {
                return true;
            }
        }
        return false;
    }

    private static long cell(int action, int type) {
        return (long) action << 32 | type;
    }
}
