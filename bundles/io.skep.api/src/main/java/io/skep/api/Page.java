// SPDX-License-Identifier: Apache-2.0
package io.skep.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items the entries, in the order of the query
 * @param next the cursor that continues after the last entry, or null at the end
 * @param <T> the kind of entry
 */
public record Page<T>(List<T> items, @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }
}
