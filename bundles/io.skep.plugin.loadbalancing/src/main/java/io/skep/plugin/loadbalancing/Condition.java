// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import java.util.Locale;

/** How an agent does, the worst last. */
enum Condition {
    HEALTHY,
    /** It was ejected, and comes back to its work. */
    RETURNING,
    /** It takes much longer than the others. */
    SLOW,
    /** Many of its attempts fail. */
    FAILING,
    /** It is silent for longer than it ever was. */
    SUSPECTED,
    /** It gets nothing for a while, as its attempts fail. */
    EJECTED;

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
