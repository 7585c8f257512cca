// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Review;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TraceContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The task as a program reads it, and the result as it wrote it. Thread-safe. */
final class TaskJson {
    private static final JsonFactory JSON = new JsonFactory();

    private TaskJson() {}

    /**
     * One JSON object and a line feed, in UTF-8; members as in the HTTP interface.
     *
     * @param inputFile where the input is, if that is a payload
     */
    static byte[] of(Task task, AttemptRef attempt, @Nullable Path inputFile) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", task.id());
            write(json, task.spec());
            writeIfThere(json, "inputFile", inputFile);
            json.writeStringField("submittedAt", task.submittedAt().toString());
            json.writeStringField("agent", attempt.agent());
            json.writeNumberField("token", attempt.token());
            json.writeStringField(
                    "traceparent", TraceContext.of(task, attempt.token()).traceparent());
            if (task.review() != null) {
                write(json, task.review());
            }
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, TaskSpec spec) throws IOException {
        writeIfThere(json, "name", spec.name());
        json.writeStringField("description", spec.description());
        json.writeFieldName("input");
        json.writeRawValue(spec.input() == null ? "null" : spec.input());
        writeAll(json, "skills", spec.skills());
        json.writeNumberField("priority", spec.priority());
        json.writeStringField("tenant", spec.tenant());
        writeIfThere(json, "parent", spec.parent());
        writeAll(json, "dependsOn", spec.dependsOn());
        writeIfThere(json, "deadline", spec.deadline());
        if (spec.attemptTimeout() != null) {
            json.writeNumberField("attemptTimeoutMillis", spec.attemptTimeout().toMillis());
        }
    }

    private static void write(JsonGenerator json, Review review) throws IOException {
        if (!review.feedback().isEmpty()) {
            writeAll(json, "feedback", review.feedback());
        }
        if (!review.attachments().isEmpty()) {
            json.writeObjectFieldStart("attachments");
            for (Map.Entry<String, String> attachment : review.attachments().entrySet()) {
                json.writeFieldName(attachment.getKey());
                json.writeRawValue(attachment.getValue());
            }
            json.writeEndObject();
        }
    }

    private static void writeIfThere(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    private static void writeAll(JsonGenerator json, String name, Collection<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /**
     * What a program wrote, as JSON text: itself when it is one JSON value, else a JSON string of it without the line
     * feeds at its end. Bytes that are not UTF-8 become U+FFFD.
     */
    static String result(byte[] output) {
        String text = new String(output, StandardCharsets.UTF_8);
        String stripped = text.strip();
        return isOneValue(stripped) ? stripped : quoted(withoutLastLineFeeds(text));
    }

    private static String withoutLastLineFeeds(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean isOneValue(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    private static String quoted(String text) {
        StringWriter json = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(json)) {
            generator.writeString(text);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return json.toString();
    }
}
