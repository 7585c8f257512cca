// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.skep.api.task.Selection;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which agent a task is for, as JSON. */
final class SelectionCodec {
    private SelectionCodec() {}

    static void write(JsonGenerator out, @Nullable Selection selection) throws IOException {
        if (selection == null) {
            out.writeNull();
            return;
        }
        out.writeStartObject();
        Json.string(out, "agent", selection.agent());
        if (selection.held()) {
            out.writeBooleanField("held", true);
        }
        Json.string(out, "decision", selection.decision());
        if (!selection.choices().isEmpty()) {
            out.writeArrayFieldStart("choices");
            for (Selection.Choice choice : selection.choices()) {
                out.writeStartObject();
                out.writeStringField("agent", choice.agent());
                out.writeNumberField("probability", choice.probability());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        Json.strings(out, "reasons", selection.reasons());
        Json.instant(out, "at", selection.at());
        if (selection.delegated()) {
            out.writeBooleanField("delegated", true);
        }
        out.writeEndObject();
    }

    static @Nullable Selection read(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Draft draft = new Draft();
        Json.object(in, draft::read);
        return new Selection(
                draft.agent, draft.held, draft.decision, draft.choices, draft.reasons, draft.at, draft.delegated);
    }

    private static Selection.Choice choice(JsonParser in) throws IOException {
        return choice(in, (name, value) -> {});
    }

    /** Reads an agent that was considered, and gives on whatever else is said of it. */
    static Selection.Choice choice(JsonParser in, Json.Member more) throws IOException {
        ChoiceDraft draft = new ChoiceDraft();
        Json.object(in, (name, value) -> {
            draft.read(name, value);
            more.read(name, value);
        });
        return new Selection.Choice(Objects.requireNonNull(draft.agent, "choice without agent"), draft.probability);
    }

    private static final class Draft {
        private @Nullable String agent;
        private boolean held;
        private @Nullable String decision;
        private List<Selection.Choice> choices = List.of();
        private List<String> reasons = List.of();
        private Instant at = Instant.EPOCH;
        private boolean delegated;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "agent" -> agent = in.getText();
                case "held" -> held = in.getBooleanValue();
                case "decision" -> decision = in.getText();
                case "choices" -> choices = Json.array(in, SelectionCodec::choice);
                case "reasons" -> reasons = Json.strings(in);
                case "at" -> at = Json.instant(in);
                case "delegated" -> delegated = in.getBooleanValue();
                default -> {}
            }
        }
    }

    private static final class ChoiceDraft {
        private @Nullable String agent;
        private double probability;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "agent" -> agent = in.getText();
                case "probability" -> probability = in.getDoubleValue();
                default -> {}
            }
        }
    }
}
