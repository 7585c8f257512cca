// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import org.jspecify.annotations.Nullable;

/**
 * Who makes a request.
 *
 * @param agent the id of the agent, or null for the local administrator
 */
public record Caller(@Nullable String agent) {
    /** The local administrator, who may do everything. */
    public static final Caller ADMINISTRATOR = new Caller((String) null);

    /** Whether it is the local administrator. */
    public boolean isAdministrator() {
        return agent == null;
    }
}
