// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Heartbeat;
import io.skep.api.agent.Registration;
import io.skep.api.agent.Skill;
import java.io.IOException;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes agents and what they are told. */
public final class AgentJson {
    private AgentJson() {}

    /** An agent. */
    public static void write(JsonGenerator json, Agent agent) throws IOException {
        json.writeStartObject();
        members(json, agent);
        json.writeEndObject();
    }

    /** An agent with its secret, this once. */
    public static void write(JsonGenerator json, Registration registration) throws IOException {
        json.writeStartObject();
        members(json, registration.agent());
        json.writeStringField("secret", registration.secret());
        json.writeEndObject();
    }

    /** The answer to a heartbeat. */
    public static void write(JsonGenerator json, Heartbeat heartbeat) throws IOException {
        json.writeStartObject();
        json.writeStringField("state", heartbeat.agent().state().wire());
        json.writeStringField("leaseUntil", Timestamps.text(heartbeat.leaseUntil()));
        json.writeFieldName("commands");
        Json.array(heartbeat.commands(), AgentJson::command).write(json);
        json.writeEndObject();
    }

    private static void command(JsonGenerator json, AgentCommand command) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", command.kind().wire());
        if (command.task() != null) {
            json.writeStringField("task", command.task());
            json.writeNumberField("token", command.token());
        }
        if (command.detail() != null) {
            json.writeFieldName("detail");
            detail(json, command.kind(), command.detail());
        }
        json.writeEndObject();
    }

    /** The detail of an input is the answer itself, any JSON value; of the others it is words. */
    private static void detail(JsonGenerator json, AgentCommand.Kind kind, @Nullable String detail) throws IOException {
        if (kind == AgentCommand.Kind.INPUT) {
            json.writeRawValue(detail);
        } else {
            json.writeString(detail);
        }
    }

    private static void members(JsonGenerator json, Agent agent) throws IOException {
        AgentSpec spec = agent.spec();
        json.writeStringField("id", spec.id());
        json.writeStringField("name", spec.name());
        json.writeStringField("description", spec.description());
        json.writeStringField("version", spec.version());
        json.writeFieldName("skills");
        Json.array(spec.skills(), AgentJson::skill).write(json);
        json.writeNumberField("slots", spec.slots());
        json.writeNumberField("leaseMillis", spec.lease().toMillis());
        json.writeStringField("owner", spec.owner());
        json.writeBooleanField("connected", agent.connected());
        json.writeStringField("state", agent.state().wire());
        json.writeStringField("cause", agent.cause());
        json.writeStringField("since", Timestamps.text(agent.since()));
        json.writeStringField("registeredAt", Timestamps.text(agent.registeredAt()));
        json.writeNumberField("busy", agent.busy());
        json.writeNumberField("reserved", agent.reserved());
        if (agent.leaseUntil() != null) {
            json.writeStringField("leaseUntil", Timestamps.text(agent.leaseUntil()));
        }
        if (!agent.drainingVersions().isEmpty()) {
            json.writeArrayFieldStart("drainingVersions");
            for (String version : agent.drainingVersions()) {
                json.writeString(version);
            }
            json.writeEndArray();
        }
    }

    private static void skill(JsonGenerator json, Skill skill) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", skill.id());
        json.writeStringField("name", skill.name());
        json.writeStringField("description", skill.description());
        Json.strings(json, "tags", new TreeSet<>(skill.tags()));
        Json.strings(json, "examples", skill.examples());
        json.writeEndObject();
    }
}
