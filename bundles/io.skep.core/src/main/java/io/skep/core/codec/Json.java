// SPDX-License-Identifier: Apache-2.0
package io.skep.core.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The few JSON idioms that the codecs share. Members with null or empty values are left out. */
final class Json {
    /** One string may hold a whole snapshot line; what comes in was limited at the edge. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {}

    /** Something that writes one JSON value. */
    interface Writer {
        void write(JsonGenerator out) throws IOException;
    }

    /** Something that reads the value of one member; skips it if it does not know the name. */
    interface Member {
        void read(String name, JsonParser in) throws IOException;
    }

    static byte[] bytes(Writer writer) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(FACTORY._getBufferRecycler(), 500)) {
            try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
                writer.write(out);
            }
            byte[] result = bytes.toByteArray();
            bytes.release();
            return result;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Something that reads a document. */
    interface Reader<T> {
        T read(JsonParser in) throws IOException;
    }

    /**
     * Reads a document.
     *
     * @throws IOException also if it is JSON, but not what {@code reader} understands
     */
    static <T> T parse(byte[] document, Reader<T> reader) throws IOException {
        try (JsonParser in = FACTORY.createParser(document)) {
            return next(in, reader);
        }
    }

    /** Reads the next document of {@code in}; errors as {@link #parse}. */
    static <T> T next(JsonParser in, Reader<T> reader) throws IOException {
        try {
            in.nextToken();
            return reader.read(in);
        } catch (IllegalArgumentException | NullPointerException | DateTimeException wrong) {
            throw new IOException("not a document of this kind: " + wrong.getMessage(), wrong);
        }
    }

    /** Reads the members of the object that {@code in} stands at; members of unknown names are skipped. */
    static void object(JsonParser in, Member member) throws IOException {
        expect(in, JsonToken.START_OBJECT);
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            member.read(name, in);
            in.skipChildren();
        }
    }

    static void string(JsonGenerator out, String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }

    static void instant(JsonGenerator out, String name, @Nullable Instant value) throws IOException {
        if (value != null) {
            out.writeNumberField(name, value.toEpochMilli());
        }
    }

    static void millis(JsonGenerator out, String name, @Nullable Duration value) throws IOException {
        if (value != null) {
            out.writeNumberField(name, value.toMillis());
        }
    }

    static void strings(JsonGenerator out, String name, Collection<String> values) throws IOException {
        if (!values.isEmpty()) {
            out.writeArrayFieldStart(name);
            for (String value : values) {
                out.writeString(value);
            }
            out.writeEndArray();
        }
    }

    /** Reads the elements of the array that {@code in} stands at. */
    static <T> List<T> array(JsonParser in, Reader<T> element) throws IOException {
        expect(in, JsonToken.START_ARRAY);
        List<T> elements = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            elements.add(element.read(in));
        }
        return elements;
    }

    private static void expect(JsonParser in, JsonToken token) throws IOException {
        if (in.currentToken() != token) {
            throw new IOException(in.currentToken() + " in place of " + token);
        }
    }

    static Instant instant(JsonParser in) throws IOException {
        return Instant.ofEpochMilli(in.getLongValue());
    }

    static Duration millis(JsonParser in) throws IOException {
        return Duration.ofMillis(in.getLongValue());
    }

    static List<String> strings(JsonParser in) throws IOException {
        return array(in, JsonParser::getText);
    }
}
