// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of a capability.
 *
 * @param capability its id
 * @param operation the operation's name, or null for the capability's default
 * @param agent the agent that it concerns, or null
 * @param data JSON text of the operation's input type
 */
public record IntegrationRequest(
        String capability,
        @Nullable String operation,
        @Nullable String agent,
        String data) {
    public IntegrationRequest {
        Objects.requireNonNull(capability);
        Objects.requireNonNull(data);
    }
}
