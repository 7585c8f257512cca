// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.event.Event;
import java.io.IOException;

/** Writes events. */
public final class EventJson {
    private EventJson() {}

    /** An event. */
    public static void write(JsonGenerator json, Event event) throws IOException {
        json.writeStartObject();
        json.writeNumberField("shard", event.shard());
        json.writeNumberField("seq", event.seq());
        json.writeStringField("at", Timestamps.text(event.at()));
        json.writeStringField("type", event.type());
        json.writeStringField("subject", event.subject());
        json.writeStringField("cause", event.cause());
        if (event.agent() != null) {
            json.writeStringField("agent", event.agent());
        }
        json.writeNumberField("token", event.token());
        json.writeEndObject();
    }
}
