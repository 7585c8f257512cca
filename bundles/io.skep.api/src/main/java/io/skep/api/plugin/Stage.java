// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.util.Locale;

/** When a plugin is asked about a task. */
public enum Stage {
    /** It could start now, and has not been admitted yet. */
    BEFORE,
    /** An attempt at it brought a result, which does not count yet. */
    AFTER;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in what is asked, for instance {@code before}. */
    public String wire() {
        return wire;
    }
}
