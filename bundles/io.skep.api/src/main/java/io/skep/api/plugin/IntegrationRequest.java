// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.admin.Caller;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of a capability. Agent, task and tenant also decide which side of a percentage or of a list of targets the
 * call is on, while a flag or an upgrade shares calls out.
 *
 * @param capability its id
 * @param operation the operation's name, or null for the capability's default
 * @param agent the agent that it concerns, or null
 * @param task the task that it concerns, or null
 * @param tenant the tenant on whose behalf, or null
 * @param caller who makes it at an edge, or null for core itself and for plugins
 * @param data JSON text of the operation's input type
 */
public record IntegrationRequest(
        String capability,
        @Nullable String operation,
        @Nullable String agent,
        @Nullable String task,
        @Nullable String tenant,
        @Nullable Caller caller,
        String data) {
    public IntegrationRequest {
        Objects.requireNonNull(capability);
        Objects.requireNonNull(data);
    }

    /** A call of core itself or of a plugin. */
    public IntegrationRequest(
            String capability,
            @Nullable String operation,
            @Nullable String agent,
            @Nullable String task,
            @Nullable String tenant,
            String data) {
        this(capability, operation, agent, task, tenant, null, data);
    }

    /** The same call, made by somebody at an edge. */
    public IntegrationRequest by(Caller whom) {
        return new IntegrationRequest(capability, operation, agent, task, tenant, whom, data);
    }

    /** A call that concerns no task and no tenant. */
    public IntegrationRequest(String capability, @Nullable String operation, @Nullable String agent, String data) {
        this(capability, operation, agent, null, null, null, data);
    }
}
