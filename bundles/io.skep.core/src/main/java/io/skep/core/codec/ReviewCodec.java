// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.skep.api.task.Review;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What checkpoints said of a task, as JSON. */
final class ReviewCodec {
    private ReviewCodec() {}

    static void write(JsonGenerator out, @Nullable Review review) throws IOException {
        if (review == null) {
            out.writeNull();
            return;
        }
        out.writeStartObject();
        if (review.admitted()) {
            out.writeBooleanField("admitted", true);
        }
        if (!review.attachments().isEmpty()) {
            out.writeObjectFieldStart("attachments");
            for (Map.Entry<String, String> attachment : review.attachments().entrySet()) {
                out.writeStringField(attachment.getKey(), attachment.getValue());
            }
            out.writeEndObject();
        }
        if (review.sentBack() > 0) {
            out.writeNumberField("sentBack", review.sentBack());
        }
        Json.strings(out, "feedback", review.feedback());
        out.writeEndObject();
    }

    static @Nullable Review read(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Draft draft = new Draft();
        Json.object(in, draft::read);
        return new Review(draft.admitted, draft.attachments, draft.sentBack, draft.feedback);
    }

    private static final class Draft {
        private boolean admitted;
        private final Map<String, String> attachments = new HashMap<>();
        private int sentBack;
        private List<String> feedback = List.of();

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "admitted" -> admitted = in.getBooleanValue();
                case "attachments" -> Json.object(in, (key, value) -> attachments.put(key, value.getText()));
                case "sentBack" -> sentBack = in.getIntValue();
                case "feedback" -> feedback = Json.strings(in);
                default -> {}
            }
        }
    }
}
