// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of a capability. Immutable.
 *
 * @param capability its id
 * @param operation the operation's name, or null for the default one
 * @param agent the agent that it concerns, or null
 * @param task the task that it concerns, or null
 * @param tenant on whose behalf, or null
 * @param data the operation's input
 */
public record CapabilityCall(
        String capability,
        @Nullable String operation,
        @Nullable String agent,
        @Nullable String task,
        @Nullable String tenant,
        JsonNode data) {
    public CapabilityCall {
        Objects.requireNonNull(capability);
        Objects.requireNonNull(data);
    }

    /** A call of the default operation that concerns nobody. */
    public static CapabilityCall of(String capability, JsonNode data) {
        return new CapabilityCall(capability, null, null, null, null, data);
    }

    /** The same call of another operation. */
    public CapabilityCall operation(@Nullable String value) {
        return new CapabilityCall(capability, value, agent, task, tenant, data);
    }

    /** The same call, concerning an agent. */
    public CapabilityCall agent(@Nullable String value) {
        return new CapabilityCall(capability, operation, value, task, tenant, data);
    }

    /** The same call, concerning a task. */
    public CapabilityCall task(@Nullable String value) {
        return new CapabilityCall(capability, operation, agent, value, tenant, data);
    }

    /** The same call on behalf of a tenant. */
    public CapabilityCall tenant(@Nullable String value) {
        return new CapabilityCall(capability, operation, agent, task, value, data);
    }

    /** The body of the request. */
    ObjectNode body() {
        ObjectNode body = Transport.JSON.createObjectNode();
        putUnlessNull(body, "operation", operation);
        putUnlessNull(body, "agentId", agent);
        putUnlessNull(body, "taskId", task);
        putUnlessNull(body, "tenant", tenant);
        body.set("data", data);
        return body;
    }

    private static void putUnlessNull(ObjectNode body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
