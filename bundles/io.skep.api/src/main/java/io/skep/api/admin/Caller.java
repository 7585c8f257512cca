// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request.
 *
 * @param agent the id of the agent, or null for the local administrator
 * @param replacedAt when another version of the agent took over from the caller, who may only end what it holds; null if
 *     none has
 */
public record Caller(@Nullable String agent, @Nullable Instant replacedAt) {
    /** The local administrator, who may do everything. */
    public static final Caller ADMINISTRATOR = new Caller(null, null);

    /** The agent of that id, in its present version. */
    public Caller(String agent) {
        this(agent, null);
    }

    /** Whether it is the local administrator. */
    public boolean isAdministrator() {
        return agent == null;
    }
}
