// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.base;

import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Declination;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call may reach: whoever carries it out keeps to it. Immutable.
 *
 * @param tenant the only one, or null for every one
 * @param owner whose things alone it may change, or null for everybody's
 * @param caller to whom what it makes belongs; null for core, plugins and callers by core's own tokens
 */
public record Reach(
        @Nullable String tenant,
        @Nullable String owner,
        @Nullable String caller) {
    /** Everything. */
    public static final Reach ALL = new Reach(null, null, null);

    /** That of whoever makes the call. */
    public static Reach of(IntegrationRequest request) {
        Caller by = request.caller();
        if (by == null) {
            return ALL;
        }
        String id = by.principal().id();
        boolean isCores = by.principal().issuer().equals(Principal.CORE);
        return new Reach(by.tenant(), by.isOwnOnly() ? id : null, isCores ? null : id);
    }

    /** Whether it ends somewhere. */
    public boolean isConfined() {
        return tenant != null || owner != null;
    }

    /** Whether things of that tenant are there for it; null is the tenant of what names none. */
    public boolean sees(@Nullable String its) {
        return tenant == null || tenant.equals(Objects.requireNonNullElse(its, TaskSpec.DEFAULT_TENANT));
    }

    /** Whether it may change what belongs to that owner; null is nobody. */
    public boolean changes(@Nullable String its) {
        return owner == null || owner.equals(its);
    }

    /**
     * The tenant on whose behalf a call is made.
     *
     * @throws Declination if it names one that is out of reach
     */
    public @Nullable String tenantOf(IntegrationRequest request) {
        if (tenant != null && request.tenant() != null && !tenant.equals(request.tenant())) {
            throw new Declination("this caller may name tenant " + tenant + " only");
        }
        return tenant == null ? request.tenant() : tenant;
    }

    /**
     * Refuses those who may change only what is their own, as nobody owns that.
     *
     * @throws Declination that says so
     */
    public void checkShared(String what) {
        if (owner != null) {
            throw new Declination(what + " belong to no one person, and this caller may change only its own things");
        }
    }
}
