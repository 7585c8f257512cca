// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.util.Objects;

/**
 * How a plugin is.
 *
 * @param healthy whether it can serve
 * @param detail in words
 */
public record Health(boolean healthy, String detail) {
    /** Can serve, nothing to say. */
    public static final Health OK = new Health(true, "ok");

    public Health {
        Objects.requireNonNull(detail);
    }
}
