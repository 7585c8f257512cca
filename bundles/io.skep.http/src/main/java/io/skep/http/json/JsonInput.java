// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.skep.api.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text strictly: what is unknown, twice, of a wrong type or too much is refused as {@link
 * Refusal.Reason#INVALID} with the path of the member. A method reads the value that the parser stands at and answers
 * null for the JSON value null. Not thread-safe.
 */
public final class JsonInput {
    /** About 31 years; more is a mistake, and near the largest number arithmetic overflows. */
    private static final long MAX_MILLIS = 1_000_000_000_000L;

    private static final int MAX_YEAR = 9999;

    private final String text;
    private final JsonParser parser;

    private JsonInput(String text, JsonParser parser) {
        this.text = text;
        this.parser = parser;
    }

    /** Reads one value. */
    @FunctionalInterface
    public interface Shape<T> {
        /** Reads the value that {@code in} stands at. */
        T read(JsonInput in) throws IOException;
    }

    /** Reads the value of one member. */
    @FunctionalInterface
    public interface Members {
        /** Reads the value that the input stands at, or refuses the name by {@link JsonInput#unknown()}. */
        void member(String name) throws IOException;
    }

    /**
     * The whole text as one value.
     *
     * @throws Refusal if it is not of that shape
     */
    public static <T> T read(String text, Shape<T> shape) {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            return new JsonInput(text, parser).whole(shape);
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot be read", e);
        }
    }

    private <T> T whole(Shape<T> shape) throws IOException {
        try {
            if (parser.nextToken() == null) {
                throw invalid("the body is empty, JSON is expected");
            }
            T value = shape.read(this);
            if (parser.nextToken() != null) {
                throw invalid("something follows the JSON value");
            }
            return value;
        } catch (InputCoercionException e) {
            throw invalid("is out of range");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw invalid("the body is not valid JSON" + where + ": " + e.getOriginalMessage());
        }
    }

    /** Whether the value is an array. */
    public boolean isArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    /** Whether the value is null. */
    public boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** Whether the value is a string. */
    public boolean isString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    /** Reads an object, member by member. */
    public void object(Members members) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("must be an object");
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            members.member(name);
        }
    }

    /** Reads an array of at most {@code max} entries. */
    public <T> List<T> array(int max, Shape<T> shape) throws IOException {
        if (!isArray()) {
            throw invalid("must be an array");
        }
        List<T> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (entries.size() == max) {
                throw refusal(Refusal.Reason.TOO_LARGE, "an array may have at most " + max + " entries here");
            }
            entries.add(shape.read(this));
        }
        return entries;
    }

    /** Reads a string. */
    public @Nullable String string() throws IOException {
        if (isNull()) {
            return null;
        }
        if (!isString()) {
            throw invalid("must be a string");
        }
        return parser.getText();
    }

    /** Reads an array of strings; null is the empty one. */
    public List<String> strings(int max) throws IOException {
        if (isNull()) {
            return List.of();
        }
        return array(max, in -> {
            String entry = in.string();
            if (entry == null) {
                throw in.invalid("must be a string");
            }
            return entry;
        });
    }

    /** Reads a whole number. */
    public @Nullable Long whole() throws IOException {
        if (isNull()) {
            return null;
        }
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw invalid("must be a whole number");
        }
        return parser.getLongValue();
    }

    /** Reads a whole number of 32 bits. */
    public @Nullable Integer integer() throws IOException {
        Long value = whole();
        if (value != null && value.intValue() != value) {
            throw invalid("is out of range");
        }
        return value == null ? null : value.intValue();
    }

    /** Reads a whole number of 32 bits, null as {@code whenNull}. */
    public int integer(int whenNull) throws IOException {
        return Objects.requireNonNullElse(integer(), whenNull);
    }

    /** Reads a whole number of milliseconds that is not negative. */
    public @Nullable Duration millis() throws IOException {
        Long value = whole();
        if (value != null && (value < 0 || value > MAX_MILLIS)) {
            throw invalid("must be within 0 and " + MAX_MILLIS + " milliseconds");
        }
        return value == null ? null : Duration.ofMillis(value);
    }

    /** Reads true or false, null as {@code whenNull}. */
    public boolean bool(boolean whenNull) {
        if (isNull()) {
            return whenNull;
        }
        if (!parser.currentToken().isBoolean()) {
            throw invalid("must be true or false");
        }
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    /** Reads an instant as ISO-8601 text. */
    public @Nullable Instant instant() throws IOException {
        String value = string();
        if (value == null) {
            return null;
        }
        try {
            Instant instant = Instant.parse(value);
            int year = instant.atOffset(ZoneOffset.UTC).getYear();
            if (year < 0 || year > MAX_YEAR) {
                throw invalid("must be within the years 0 and " + MAX_YEAR);
            }
            return instant;
        } catch (DateTimeException e) {
            throw invalid("must be an instant such as 2026-01-31T12:00:00Z");
        }
    }

    /** Reads any value as the text that stands there. */
    public String raw() throws IOException {
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        parser.skipChildren();
        parser.finishToken();
        return text.substring(start, Math.toIntExact(parser.currentLocation().getCharOffset()));
    }

    /** The value, which must not be null or missing. */
    public <T> T required(String member, @Nullable T value) {
        if (value == null) {
            String path = path();
            String field = path.isEmpty() ? member : path + "." + member;
            throw Refusal.invalid(field, field + " is required");
        }
        return value;
    }

    /** The refusal of a member that is not known here. */
    public Refusal unknown() {
        return invalid("is not known here");
    }

    /** The refusal of the value that the parser stands at. */
    public Refusal invalid(String message) {
        return refusal(Refusal.Reason.INVALID, message);
    }

    private Refusal refusal(Refusal.Reason reason, String message) {
        String path = path();
        return path.isEmpty() ? Refusal.of(reason, message) : Refusal.of(reason, path, path + ": " + message);
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        append(path, parser.getParsingContext());
        return path.toString();
    }

    private static void append(StringBuilder path, @Nullable JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return;
        }
        append(path, context.getParent());
        if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        } else if (context.inObject() && context.hasCurrentName()) {
            path.append(path.length() == 0 ? "" : ".").append(context.getCurrentName());
        }
    }
}
