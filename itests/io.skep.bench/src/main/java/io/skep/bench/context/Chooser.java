// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.plugin.context.items.ContextItem;
import java.util.List;

/** Says which items of a context to keep within a budget. */
@FunctionalInterface
interface Chooser {
    /** Places of items, the one to keep first first; kept is each that still fits. */
    List<Integer> order(List<ContextItem> items);
}
