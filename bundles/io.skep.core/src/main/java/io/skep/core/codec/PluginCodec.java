// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.admin.PluginDetail;
import io.skep.api.plugin.PluginState;
import io.skep.core.state.Change;
import io.skep.core.state.PluginRecord;
import io.skep.core.state.StateDocument;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is durable of plugins as JSON. */
final class PluginCodec {
    private PluginCodec() {}

    static void write(JsonGenerator out, PluginRecord plugin) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", plugin.name());
        PluginRecord.Build desired = plugin.desired();
        if (desired != null) {
            out.writeFieldName("desired");
            write(out, desired);
        }
        out.writeArrayFieldStart("previous");
        for (PluginRecord.Build build : plugin.previous()) {
            write(out, build);
        }
        out.writeEndArray();
        Json.strings(out, "capabilities", plugin.capabilities());
        out.writeArrayFieldStart("history");
        for (PluginDetail.Entry entry : plugin.history()) {
            out.writeStartObject();
            Json.instant(out, "at", entry.at());
            out.writeStringField("event", entry.event());
            out.writeStringField("actor", entry.actor());
            out.writeStringField("detail", entry.detail());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeStringField("cause", plugin.cause());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, PluginRecord.Build build) throws IOException {
        out.writeStartObject();
        out.writeStringField("symbolicName", build.symbolicName());
        out.writeStringField("version", build.version());
        out.writeStringField("sha256", build.sha256());
        out.writeEndObject();
    }

    static PluginRecord read(JsonParser in) throws IOException {
        Draft draft = new Draft();
        Json.object(in, draft::read);
        return new PluginRecord(
                draft.name, draft.desired, draft.previous, draft.capabilities, draft.history, draft.cause);
    }

    static void write(JsonGenerator out, StateDocument document) throws IOException {
        out.writeStartObject();
        out.writeStringField("plugin", document.plugin());
        out.writeStringField("key", document.key());
        PluginState.Document content = document.document();
        if (content != null) {
            out.writeNumberField("schema", content.schema());
            out.writeStringField("json", content.json());
        }
        out.writeEndObject();
    }

    static StateDocument document(JsonParser in) throws IOException {
        Draft draft = new Draft();
        Json.object(in, draft::read);
        String json = draft.json;
        return new StateDocument(
                draft.plugin, draft.key, json == null ? null : new PluginState.Document(draft.schema, json));
    }

    static void write(JsonGenerator out, Change.Note note) throws IOException {
        out.writeStartObject();
        out.writeStringField("subject", note.subject());
        out.writeStringField("cause", note.cause());
        out.writeEndObject();
    }

    static Change.Note note(JsonParser in) throws IOException {
        Draft draft = new Draft();
        Json.object(in, draft::read);
        return new Change.Note(draft.subject, draft.cause);
    }

    private static PluginRecord.Build build(JsonParser in) throws IOException {
        Draft draft = new Draft();
        Json.object(in, draft::read);
        return new PluginRecord.Build(draft.symbolicName, draft.version, draft.sha256);
    }

    private static PluginDetail.Entry entry(JsonParser in) throws IOException {
        Draft draft = new Draft();
        Json.object(in, draft::read);
        return new PluginDetail.Entry(draft.at, draft.event, draft.actor, draft.detail);
    }

    /** The members of all of these; their names mean the same in each. */
    private static final class Draft {
        private String name = "";
        private PluginRecord.@Nullable Build desired;
        private List<PluginRecord.Build> previous = List.of();
        private List<String> capabilities = List.of();
        private List<PluginDetail.Entry> history = List.of();
        private String cause = "";
        private String symbolicName = "";
        private String version = "";
        private String sha256 = "";
        private Instant at = Instant.EPOCH;
        private String event = "";
        private String actor = "";
        private String detail = "";
        private String plugin = "";
        private String key = "";
        private int schema = 1;
        private @Nullable String json;
        private String subject = "";

        void read(String member, JsonParser in) throws IOException {
            switch (member) {
                case "name" -> name = in.getText();
                case "desired" -> desired = build(in);
                case "previous" -> previous = Json.array(in, PluginCodec::build);
                case "capabilities" -> capabilities = Json.strings(in);
                case "history" -> history = Json.array(in, PluginCodec::entry);
                case "cause" -> cause = in.getText();
                case "symbolicName" -> symbolicName = in.getText();
                case "version" -> version = in.getText();
                case "sha256" -> sha256 = in.getText();
                case "at" -> at = Json.instant(in);
                case "event" -> event = in.getText();
                case "actor" -> actor = in.getText();
                case "detail" -> detail = in.getText();
                case "plugin" -> plugin = in.getText();
                case "key" -> key = in.getText();
                case "schema" -> schema = in.getIntValue();
                case "json" -> json = in.getText();
                case "subject" -> subject = in.getText();
                default -> {}
            }
        }
    }
}
