// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonParser;
import io.skep.api.task.Task;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Change;
import io.skep.core.state.PluginRecord;
import io.skep.core.state.StateDocument;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A change as one record of the log. */
public final class ChangeCodec {
    private ChangeCodec() {}

    /**
     * The record.
     *
     * @param before the task as it was before the change, of which what has not changed is left out; or null
     */
    public static byte[] encode(Change change, @Nullable Task before) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("type", change.type());
            Json.instant(out, "at", change.at());
            if (change.task() != null) {
                out.writeFieldName("task");
                TaskCodec.write(out, change.task(), before);
            }
            if (change.agent() != null) {
                out.writeFieldName("agent");
                AgentCodec.write(out, change.agent());
            }
            if (change.plugin() != null) {
                out.writeFieldName("plugin");
                PluginCodec.write(out, change.plugin());
            }
            if (change.document() != null) {
                out.writeFieldName("document");
                PluginCodec.write(out, change.document());
            }
            if (change.note() != null) {
                out.writeFieldName("note");
                PluginCodec.write(out, change.note());
            }
            out.writeEndObject();
        });
    }

    /**
     * The change.
     *
     * @param known the task of an id as it was before
     * @throws UnknownTaskException if it has no specification and {@code known} has none either
     * @throws IOException if the record is none of this codec's
     */
    public static Change decode(byte[] record, Function<String, @Nullable Task> known) throws IOException {
        return Json.parse(record, in -> read(in, known));
    }

    static Change read(JsonParser in, Function<String, @Nullable Task> known) throws IOException {
        Draft draft = new Draft();
        Json.object(in, (name, value) -> draft.read(name, value, known));
        return new Change(draft.type, draft.at, draft.task, draft.agent, draft.plugin, draft.document, draft.note);
    }

    private static final class Draft {
        private String type = "";
        private Instant at = Instant.EPOCH;
        private @Nullable Task task;
        private @Nullable AgentRecord agent;
        private @Nullable PluginRecord plugin;
        private @Nullable StateDocument document;
        private Change.@Nullable Note note;

        void read(String name, JsonParser in, Function<String, @Nullable Task> known) throws IOException {
            switch (name) {
                case "type" -> type = Common.text(in);
                case "at" -> at = Json.instant(in);
                case "task" -> task = TaskCodec.read(in, known);
                case "agent" -> agent = AgentCodec.read(in);
                case "plugin" -> plugin = PluginCodec.read(in);
                case "document" -> document = PluginCodec.document(in);
                case "note" -> note = PluginCodec.note(in);
                default -> {}
            }
        }
    }
}
