// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.admin.ClusterNode;
import java.io.IOException;

/** Writes the servers of a store. */
public final class NodeJson {
    private NodeJson() {}

    /** A server. */
    public static void write(JsonGenerator json, ClusterNode node) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", node.id());
        if (node.url() != null) {
            json.writeStringField("url", node.url());
        }
        json.writeStringField("role", node.role().wire());
        json.writeStringField("version", node.version());
        json.writeNumberField("protocol", node.protocol());
        json.writeStringField("since", Timestamps.text(node.since()));
        json.writeNumberField("ageMillis", node.age().toMillis());
        if (node.heardUntil() != null) {
            json.writeStringField("heardUntil", Timestamps.text(node.heardUntil()));
        }
        if (node.servesUntil() != null) {
            json.writeStringField("servesUntil", Timestamps.text(node.servesUntil()));
        }
        json.writeEndObject();
    }
}
