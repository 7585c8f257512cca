// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Skill;
import io.skep.core.state.AgentRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An agent as JSON. */
final class AgentCodec {
    private AgentCodec() {}

    static void write(JsonGenerator out, AgentRecord agent) throws IOException {
        AgentSpec spec = agent.spec();
        out.writeStartObject();
        out.writeStringField("id", spec.id());
        out.writeStringField("name", spec.name());
        out.writeStringField("description", spec.description());
        out.writeStringField("version", spec.version());
        out.writeArrayFieldStart("skills");
        for (Skill skill : spec.skills()) {
            out.writeStartObject();
            out.writeStringField("id", skill.id());
            out.writeStringField("name", skill.name());
            out.writeStringField("description", skill.description());
            Json.strings(out, "tags", skill.tags());
            Json.strings(out, "examples", skill.examples());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberField("slots", spec.slots());
        Json.millis(out, "leaseMillis", spec.lease());
        if (!spec.owner().equals(AgentSpec.DEFAULT_OWNER)) {
            out.writeStringField("owner", spec.owner());
        }
        out.writeBooleanField("connected", agent.connected());
        out.writeStringField("state", agent.state().name());
        out.writeStringField("cause", agent.cause());
        Json.instant(out, "since", agent.since());
        Json.instant(out, "registeredAt", agent.registeredAt());
        out.writeStringField("secretHash", agent.secretHash());
        formers(out, agent.formers());
        out.writeEndObject();
    }

    private static void formers(JsonGenerator out, List<AgentRecord.Former> formers) throws IOException {
        if (!formers.isEmpty()) {
            out.writeArrayFieldStart("formers");
            for (AgentRecord.Former former : formers) {
                out.writeStartObject();
                out.writeStringField("version", former.version());
                out.writeStringField("secretHash", former.secretHash());
                Json.instant(out, "until", former.until());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
    }

    static AgentRecord read(JsonParser in) throws IOException {
        Draft draft = new Draft();
        Json.object(in, draft::read);
        AgentSpec spec = new AgentSpec(
                draft.id,
                draft.name,
                draft.description,
                draft.version,
                draft.skills,
                draft.slots,
                draft.lease,
                draft.owner);
        return new AgentRecord(
                spec,
                draft.connected,
                draft.state,
                draft.cause,
                draft.since,
                draft.registeredAt,
                draft.secretHash,
                draft.formers);
    }

    private static final class Draft {
        private String id = "";
        private String name = "";
        private String description = "";
        private String version = "";
        private List<Skill> skills = List.of();
        private int slots;
        private Duration lease = AgentSpec.DEFAULT_LEASE;
        private String owner = AgentSpec.DEFAULT_OWNER;
        private boolean connected;
        private AgentState state = AgentState.UNKNOWN;
        private String cause = "";
        private Instant since = Instant.EPOCH;
        private Instant registeredAt = Instant.EPOCH;
        private String secretHash = "";
        private List<AgentRecord.Former> formers = List.of();

        void read(String member, JsonParser in) throws IOException {
            switch (member) {
                case "id" -> id = in.getText();
                case "name" -> name = in.getText();
                case "description" -> description = in.getText();
                case "version" -> version = in.getText();
                case "skills" -> skills = Json.array(in, SkillDraft::skill);
                case "slots" -> slots = in.getIntValue();
                case "leaseMillis" -> lease = Json.millis(in);
                case "owner" -> owner = in.getText();
                case "connected" -> connected = in.getBooleanValue();
                case "state" -> state = AgentState.valueOf(in.getText());
                case "cause" -> cause = in.getText();
                case "since" -> since = Json.instant(in);
                case "registeredAt" -> registeredAt = Json.instant(in);
                case "secretHash" -> secretHash = in.getText();
                case "formers" -> formers = Json.array(in, FormerDraft::former);
                default -> {}
            }
        }
    }

    private static final class FormerDraft {
        private String version = "";
        private String secretHash = "";
        private Instant until = Instant.EPOCH;

        static AgentRecord.Former former(JsonParser in) throws IOException {
            FormerDraft draft = new FormerDraft();
            Json.object(in, draft::read);
            return new AgentRecord.Former(draft.version, draft.secretHash, draft.until);
        }

        void read(String member, JsonParser in) throws IOException {
            switch (member) {
                case "version" -> version = in.getText();
                case "secretHash" -> secretHash = in.getText();
                case "until" -> until = Json.instant(in);
                default -> {}
            }
        }
    }

    private static final class SkillDraft {
        private String id = "";
        private String name = "";
        private String description = "";
        private Set<String> tags = Set.of();
        private List<String> examples = List.of();

        static Skill skill(JsonParser in) throws IOException {
            SkillDraft draft = new SkillDraft();
            Json.object(in, draft::read);
            return new Skill(draft.id, draft.name, draft.description, draft.tags, draft.examples);
        }

        void read(String member, JsonParser in) throws IOException {
            switch (member) {
                case "id" -> id = in.getText();
                case "name" -> name = in.getText();
                case "description" -> description = in.getText();
                case "tags" -> tags = new HashSet<>(Json.strings(in));
                case "examples" -> examples = Json.strings(in);
                default -> {}
            }
        }
    }
}
