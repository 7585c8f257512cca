// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.admin.Intent;
import java.util.Objects;

/**
 * What a caller must be allowed to do so that it may call an operation; edges ask before they call.
 *
 * @param action a verb of the policy's vocabulary, for instance {@code approve}
 * @param resource a type of it, for instance {@code gate}
 * @param agents whether agents may call it too, if the policy lets them; it then acts for {@link
 *     IntegrationRequest#caller()} only
 * @param isNarrowable whether the plugin keeps to the tenant, and to what is the caller's own, that {@link
 *     IntegrationRequest#caller()} is confined to; then one who may do no more may call it too
 */
public record Need(String action, String resource, boolean agents, boolean isNarrowable) {
    /** To call a capability: what an operation needs that says nothing else. */
    public static final Need CALL = new Need("call", "capability", false, false);

    public Need {
        Objects.requireNonNull(action);
        Objects.requireNonNull(resource);
    }

    /** As edges ask for it. */
    public Intent intent() {
        return new Intent(action, resource, null, isNarrowable);
    }
}
