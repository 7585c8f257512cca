// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Operation;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Capabilities, calls of them, and the plugins behind. */
public final class CapabilityJson {
    private CapabilityJson() {}

    /** A capability. */
    public static void write(JsonGenerator json, Capability capability) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", capability.id());
        json.writeFieldName("operations");
        Json.array(capability.operations(), CapabilityJson::operation).write(json);
        json.writeEndObject();
    }

    /** A plugin. */
    public static void write(JsonGenerator json, PluginStatus plugin) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", plugin.name());
        json.writeStringField("version", plugin.version());
        json.writeNumberField("generation", plugin.generation());
        json.writeStringField("state", plugin.state());
        json.writeStringField("cause", plugin.cause());
        json.writeFieldName("capabilities");
        Json.array(plugin.capabilities(), CapabilityJson::write).write(json);
        json.writeEndObject();
    }

    /** Reads a call of the capability {@code id}. */
    public static IntegrationRequest read(JsonInput in, String id) throws IOException {
        var draft = new Object() {
            @Nullable
            String operation;

            @Nullable
            String agent;

            @Nullable
            String data;
        };
        in.object(member -> {
            switch (member) {
                case "operation" -> draft.operation = in.string();
                case "agentId" -> draft.agent = in.string();
                case "data" -> draft.data = in.raw();
                default -> throw in.unknown();
            }
        });
        return new IntegrationRequest(id, draft.operation, draft.agent, in.required("data", draft.data));
    }

    private static void operation(JsonGenerator json, Operation operation) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", operation.name());
        json.writeStringField("summary", operation.summary());
        json.writeBooleanField("idempotent", operation.idempotent());
        json.writeBooleanField("sideEffectFree", operation.sideEffectFree());
        json.writeNumberField("timeoutMillis", operation.timeout().toMillis());
        json.writeStringField(
                "whenAbsent",
                operation.whenAbsent().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.writeFieldName("examples");
        Json.array(operation.examples(), CapabilityJson::example).write(json);
        json.writeEndObject();
    }

    /** A plugin wrote it, so it may be no JSON after all; the answer as a whole must be. */
    private static void example(JsonGenerator json, String example) throws IOException {
        if (Json.isValue(example)) {
            json.writeRawValue(example);
        } else {
            json.writeString(example);
        }
    }
}
