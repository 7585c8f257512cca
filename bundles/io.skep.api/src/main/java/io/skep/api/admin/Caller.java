// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request that was let in.
 *
 * @param principal who it is
 * @param replacedAt when another version of the agent took over from the caller, who may only end what it holds; null if
 *     none has
 * @param tenant the only tenant that this request may reach, or null for every one
 * @param isOwnOnly whether it may reach only what belongs to the caller
 */
public record Caller(
        Principal principal,
        @Nullable Instant replacedAt,
        @Nullable String tenant,
        boolean isOwnOnly) {
    /** The local administrator, who may do everything. */
    public static final Caller ADMINISTRATOR = new Caller(Principal.ADMINISTRATOR, null, null);

    public Caller {
        Objects.requireNonNull(principal);
    }

    /** One who may reach whatever is in that tenant, or in every one. */
    public Caller(Principal principal, @Nullable Instant replacedAt, @Nullable String tenant) {
        this(principal, replacedAt, tenant, false);
    }

    /** The agent of that id, in its present version, by the secret of its registration. */
    public Caller(String agent) {
        this(Principal.agent(agent, null), null, null);
    }

    /** The id of the agent that it is, or null. */
    public @Nullable String agent() {
        return principal.isAgent() ? principal.id() : null;
    }

    /** Whether it is the local administrator. */
    public boolean isAdministrator() {
        return principal.equals(Principal.ADMINISTRATOR);
    }

    /** Whether this request may reach what belongs to that tenant. */
    public boolean reaches(String itsTenant) {
        return tenant == null || tenant.equals(itsTenant);
    }
}
