// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.task.QueueStatus;
import java.io.IOException;
import java.util.TreeSet;

/** Writes queues. */
public final class QueueJson {
    private QueueJson() {}

    /** One queue. */
    public static void write(JsonGenerator json, QueueStatus queue) throws IOException {
        json.writeStartObject();
        Json.strings(json, "skills", new TreeSet<>(queue.skills()));
        json.writeStringField("tenant", queue.tenant());
        json.writeNumberField("depth", queue.depth());
        if (queue.oldestSince() != null) {
            json.writeStringField("oldestSince", Json.text(queue.oldestSince()));
        }
        json.writeNumberField("inPerSecond", queue.inPerSecond());
        json.writeNumberField("outPerSecond", queue.outPerSecond());
        if (queue.drainEta() != null) {
            json.writeNumberField("drainEtaMillis", queue.drainEta().toMillis());
        }
        Json.strings(json, "agents", queue.agents());
        json.writeNumberField("activeAgents", queue.activeAgents());
        json.writeNumberField("freeSlots", queue.freeSlots());
        json.writeEndObject();
    }
}
