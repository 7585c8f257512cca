// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.task.Review;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** What was said of a task at checkpoints, in JSON. */
final class ReviewJson {
    private ReviewJson() {}

    static void write(JsonGenerator json, Review review) throws IOException {
        json.writeStartObject();
        json.writeBooleanField("admitted", review.admitted());
        json.writeNumberField("sentBack", review.sentBack());
        Json.strings(json, "feedback", review.feedback());
        json.writeObjectFieldStart("attachments");
        for (Map.Entry<String, String> attachment : new TreeMap<>(review.attachments()).entrySet()) {
            json.writeFieldName(attachment.getKey());
            json.writeRawValue(attachment.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
