// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import org.jspecify.annotations.Nullable;

/** What the operations take; a field that may be null may be left out. */
public final class Requests {
    private Requests() {}

    /** Which sessions. */
    public record Listing(@Nullable String agent) {}
}
