// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;

/** The one parser and generator set-up. Thread-safe. */
public final class Json {
    /** How deep objects and arrays may nest. */
    public static final int MAX_DEPTH = 100;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final int USUAL_BYTES = 1024;

    private Json() {}

    /** Something that can be written as one JSON value. */
    @FunctionalInterface
    public interface Value {
        /** Writes exactly one value. */
        void write(JsonGenerator json) throws IOException;
    }

    /** Writes one entry of a list. */
    @FunctionalInterface
    public interface Item<T> {
        /** Writes exactly one value for {@code item}. */
        void write(JsonGenerator json, T item) throws IOException;
    }

    /** The value as UTF-8. */
    public static byte[] bytes(Value value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            value.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("this value cannot be written as JSON", e);
        }
        return out.toByteArray();
    }

    /** An instant as it stands in every answer. */
    public static String text(Instant instant) {
        return Timestamps.text(instant);
    }

    /** An array with one entry for each item. */
    public static <T> Value array(Collection<T> items, Item<T> item) {
        return json -> {
            json.writeStartArray();
            for (T each : items) {
                item.write(json, each);
            }
            json.writeEndArray();
        };
    }

    /** An object whose only member is {@code items}. */
    public static <T> Value items(Collection<T> items, Item<T> item) {
        return json -> {
            json.writeStartObject();
            json.writeFieldName("items");
            array(items, item).write(json);
            json.writeEndObject();
        };
    }

    /** A member that is an array of strings. */
    static void strings(JsonGenerator json, String name, Collection<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** Whether {@code text} is exactly one JSON value by the rules that hold for requests. */
    public static boolean isValue(String text) {
        try (var parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot be read", e);
        }
    }
}
