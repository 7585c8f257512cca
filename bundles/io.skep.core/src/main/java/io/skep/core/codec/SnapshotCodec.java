// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import io.skep.api.task.Task;
import io.skep.core.state.AgentRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The tasks and agents of a shard as one JSON document. */
public final class SnapshotCodec {
    private SnapshotCodec() {}

    /**
     * What a snapshot holds.
     *
     * @param tasks ended ones first, in the order in which they ended
     */
    public record Content(List<Task> tasks, List<AgentRecord> agents) {}

    /** The document. */
    public static byte[] encode(Content content) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("tasks");
            for (Task task : content.tasks()) {
                TaskCodec.write(out, task, true);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("agents");
            for (AgentRecord agent : content.agents()) {
                AgentCodec.write(out, agent);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** The inverse of {@link #encode}. */
    public static Content decode(byte[] body) throws IOException {
        List<Task> tasks = new ArrayList<>();
        List<AgentRecord> agents = new ArrayList<>();
        return Json.parse(body, in -> {
            Json.object(in, (name, value) -> {
                if (name.equals("tasks")) {
                    tasks.addAll(Json.array(value, task -> TaskCodec.read(task, id -> null)));
                } else if (name.equals("agents")) {
                    agents.addAll(Json.array(value, AgentCodec::read));
                }
            });
            return new Content(tasks, agents);
        });
    }
}
