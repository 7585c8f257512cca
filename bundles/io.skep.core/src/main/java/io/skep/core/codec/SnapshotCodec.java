// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import io.skep.api.task.Task;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.PluginRecord;
import io.skep.core.state.StateDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The content of a shard as one JSON document. */
public final class SnapshotCodec {
    private SnapshotCodec() {}

    /**
     * What a snapshot holds.
     *
     * @param tasks ended ones first, in the order in which they ended
     */
    public record Content(
            List<Task> tasks, List<AgentRecord> agents, List<PluginRecord> plugins, List<StateDocument> documents) {}

    /** The document. */
    public static byte[] encode(Content content) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("tasks");
            for (Task task : content.tasks()) {
                TaskCodec.write(out, task, null);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("agents");
            for (AgentRecord agent : content.agents()) {
                AgentCodec.write(out, agent);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("plugins");
            for (PluginRecord plugin : content.plugins()) {
                PluginCodec.write(out, plugin);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("documents");
            for (StateDocument document : content.documents()) {
                PluginCodec.write(out, document);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** The inverse of {@link #encode}. */
    public static Content decode(byte[] body) throws IOException {
        Content content = new Content(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        return Json.parse(body, in -> {
            Json.object(in, (name, value) -> {
                switch (name) {
                    case "tasks" -> content.tasks().addAll(Json.array(value, task -> TaskCodec.read(task, id -> null)));
                    case "agents" -> content.agents().addAll(Json.array(value, AgentCodec::read));
                    case "plugins" -> content.plugins().addAll(Json.array(value, PluginCodec::read));
                    case "documents" -> content.documents().addAll(Json.array(value, PluginCodec::document));
                    default -> {}
                }
            });
            return content;
        });
    }
}
