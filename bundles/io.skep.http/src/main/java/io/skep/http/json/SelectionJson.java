// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.task.Selection;
import java.io.IOException;

/** Which agent a task is for, in JSON. */
final class SelectionJson {
    private SelectionJson() {}

    static void write(JsonGenerator json, Selection selection) throws IOException {
        json.writeStartObject();
        if (selection.agent() != null) {
            json.writeStringField("agent", selection.agent());
        }
        json.writeBooleanField("held", selection.held());
        if (selection.decision() != null) {
            json.writeStringField("decision", selection.decision());
        }
        json.writeFieldName("choices");
        Json.<Selection.Choice>array(selection.choices(), SelectionJson::write).write(json);
        Json.strings(json, "reasons", selection.reasons());
        json.writeStringField("at", Json.text(selection.at()));
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Selection.Choice choice) throws IOException {
        json.writeStartObject();
        json.writeStringField("agent", choice.agent());
        json.writeNumberField("probability", choice.probability());
        json.writeEndObject();
    }
}
