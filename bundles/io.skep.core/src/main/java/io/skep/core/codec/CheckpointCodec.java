// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Review;
import io.skep.api.task.Task;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is asked at a checkpoint and answered there (docs/tasks.md), and checkpoints themselves, as JSON. */
public final class CheckpointCodec {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);

    private CheckpointCodec() {}

    /** What may be said. */
    public enum Verdict {
        /** There is nothing to check. */
        NONE,
        /** The task may go on. */
        PASS,
        /** It may not. */
        FAIL,
        /** That is not known yet. */
        PENDING
    }

    /**
     * The answer.
     *
     * @param feedback what is wrong; at least one line if it may not go on
     * @param again whether another attempt may do better
     * @param reason what is waited for
     * @param retryAfter when to ask again
     * @param attachments JSON texts by name
     */
    public record Answer(
            Verdict verdict,
            List<String> feedback,
            boolean again,
            String reason,
            Duration retryAfter,
            Map<String, String> attachments) {}

    /** The question. */
    public static String question(Stage stage, Task task) {
        return text(out -> {
            out.writeStartObject();
            out.writeStringField("task", task.id());
            out.writeStringField("stage", stage.wire());
            out.writeEndObject();
        });
    }

    /**
     * The answer to it.
     *
     * @throws IOException if it is none
     */
    public static Answer answer(String data) throws IOException {
        Draft draft = new Draft();
        return parse(data, in -> {
            Json.object(in, draft::read);
            return draft.answer();
        });
    }

    /** Checkpoints as they are kept. */
    public static String encode(List<Checkpoint> checkpoints) {
        return text(out -> {
            out.writeStartArray();
            for (Checkpoint checkpoint : checkpoints) {
                out.writeStartObject();
                out.writeStringField("stage", checkpoint.stage().name());
                out.writeStringField("capability", checkpoint.capability());
                out.writeStringField("operation", checkpoint.operation());
                Json.strings(out, "tenants", checkpoint.tenants());
                Json.strings(out, "skills", checkpoint.skills());
                out.writeNumberField("minChars", checkpoint.minChars());
                Json.string(out, "inputMember", checkpoint.inputMember());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    /** The inverse of {@link #encode}. */
    public static List<Checkpoint> decode(String kept) throws IOException {
        return parse(
                kept,
                in -> Json.array(in, element -> {
                    Kept draft = new Kept();
                    Json.object(element, draft::read);
                    return new Checkpoint(
                            Stage.valueOf(draft.stage),
                            draft.capability,
                            draft.operation,
                            draft.tenants,
                            draft.skills,
                            draft.minChars,
                            draft.inputMember);
                }));
    }

    private static String text(Json.Writer writer) {
        return new String(Json.bytes(writer), StandardCharsets.UTF_8);
    }

    private static <T> T parse(String data, Json.Reader<T> reader) throws IOException {
        return Json.parse(data.getBytes(StandardCharsets.UTF_8), reader);
    }

    private static final class Kept {
        private String stage = "";
        private String capability = "";
        private String operation = "";
        private Set<String> tenants = Set.of();
        private Set<String> skills = Set.of();
        private int minChars;
        private @Nullable String inputMember;

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "stage" -> stage = in.getText();
                case "capability" -> capability = in.getText();
                case "operation" -> operation = in.getText();
                case "tenants" -> tenants = new HashSet<>(Json.strings(in));
                case "skills" -> skills = new HashSet<>(Json.strings(in));
                case "minChars" -> minChars = in.getIntValue();
                case "inputMember" -> inputMember = in.getText();
                default -> {}
            }
        }
    }

    private static final class Draft {
        private @Nullable String verdict;
        private String feedback = "";
        private boolean again;
        private @Nullable String reason;
        private @Nullable Duration retryAfter;
        private Map<String, String> attachments = Map.of();

        void read(String name, JsonParser in) throws IOException {
            switch (name) {
                case "verdict" -> verdict = in.getText();
                case "feedback" -> feedback = in.getCurrentToken() == JsonToken.VALUE_NULL ? "" : in.getText();
                case "again" -> again = in.getBooleanValue();
                case "reason" -> reason = in.getValueAsString();
                case "retryAfterMillis" -> retryAfter = Duration.ofMillis(in.getLongValue());
                case "attachment" -> attachments = attachment(in);
                default -> {}
            }
        }

        Answer answer() throws IOException {
            Verdict known = Stream.of(Verdict.values())
                    .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(verdict))
                    .findFirst()
                    .orElseThrow(() -> new IOException("the verdict " + verdict + " is not known"));
            return new Answer(
                    known,
                    lines(),
                    again,
                    Objects.requireNonNullElse(reason, "it is being checked"),
                    Objects.requireNonNullElse(retryAfter, DEFAULT_RETRY),
                    attachments);
        }

        private List<String> lines() {
            List<String> lines = Stream.of(feedback.split("\\R"))
                    .filter(line -> !line.isBlank())
                    .limit(Review.MAX_FEEDBACK)
                    .map(line -> line.length() > Review.MAX_LINE ? line.substring(0, Review.MAX_LINE) : line)
                    .toList();
            return lines.isEmpty() ? List.of("it did not pass, and no reason was given") : lines;
        }

        private static Map<String, String> attachment(JsonParser in) throws IOException {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return Map.of();
            }
            String[] name = {""};
            String[] value = {"null"};
            Json.object(in, (member, its) -> {
                if (member.equals("name")) {
                    name[0] = its.getText();
                } else if (member.equals("value")) {
                    value[0] = copy(its);
                }
            });
            if (!NAME.matcher(name[0]).matches()) {
                throw new IOException("an attachment has no name of letters, digits, dots, underscores and hyphens");
            } else if (value[0].length() > Review.MAX_CHARS) {
                throw new IOException("an attachment is longer than " + Review.MAX_CHARS + " characters");
            }
            return Map.of(name[0], value[0]);
        }

        /** The JSON text of the value that {@code in} stands at. */
        private static String copy(JsonParser in) throws IOException {
            StringWriter text = new StringWriter();
            try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
                out.copyCurrentStructure(in);
            }
            return text.toString();
        }
    }
}
