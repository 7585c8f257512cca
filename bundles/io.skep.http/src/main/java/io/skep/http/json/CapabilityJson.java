// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Capabilities and calls of them. */
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

    /** What a plugin answered, and which generation of it. The data must be JSON. */
    public static void write(JsonGenerator json, IntegrationResponse.Answered answered) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("success", true);
        json.writeFieldName("data");
        json.writeRawValue(answered.data());
        IntegrationResponse.Provider by = answered.by();
        if (by != null) {
            json.writeStringField("plugin", by.plugin());
            json.writeStringField("version", by.version());
            json.writeNumberField("generation", by.generation());
        }
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
            String task;

            @Nullable
            String tenant;

            @Nullable
            String data;
        };
        in.object(member -> {
            switch (member) {
                case "operation" -> draft.operation = in.string();
                case "agentId" -> draft.agent = in.string();
                case "taskId" -> draft.task = in.string();
                case "tenant" -> draft.tenant = in.string();
                case "data" -> draft.data = in.raw();
                default -> throw in.unknown();
            }
        });
        return new IntegrationRequest(
                id, draft.operation, draft.agent, draft.task, draft.tenant, in.required("data", draft.data));
    }

    private static void operation(JsonGenerator json, Operation operation) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", operation.name());
        json.writeStringField("summary", operation.summary());
        json.writeBooleanField("idempotent", operation.idempotent());
        json.writeBooleanField("sideEffectFree", operation.sideEffectFree());
        json.writeBooleanField("immediate", operation.immediate());
        json.writeNumberField("timeoutMillis", operation.timeout().toMillis());
        json.writeStringField(
                "whenAbsent",
                operation.whenAbsent().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (operation.shellCommand() != null) {
            json.writeStringField("shellCommand", operation.shellCommand());
        }
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
