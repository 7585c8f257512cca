// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters after the question mark, read strictly. Immutable. */
final class Query {
    private static final Query NONE = new Query(Map.of());
    private static final int MAX_DIGITS = 9;

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a query string.
     *
     * @param known the parameters that the call takes
     * @throws Refusal if one is malformed, unknown or there twice
     */
    static Query parse(@Nullable String text, Set<String> known) {
        if (text == null || text.isEmpty()) {
            return NONE;
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (!known.contains(name)) {
                throw Refusal.invalid(name, "this call has no parameter " + name);
            }
            if (values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw Refusal.invalid(name, name + " is there twice");
            }
        }
        return new Query(values);
    }

    /** The value, or null if it is absent or empty. */
    @Nullable
    String text(String name) {
        String value = values.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A whole number. */
    int integer(String name, int whenAbsent, int min, int max) {
        String value = text(name);
        if (value == null) {
            return whenAbsent;
        }
        int number = digits(value) ? Integer.parseInt(value) : -1;
        if (number < min || number > max) {
            throw Refusal.invalid(name, name + " must be a whole number within " + min + " and " + max);
        }
        return number;
    }

    /** Whether it is there, by itself or as {@code true}. */
    boolean flag(String name) {
        String value = values.getOrDefault(name, "false");
        if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
            throw Refusal.invalid(name, name + " must be true or false");
        }
        return !value.equals("false");
    }

    /** A time to wait: {@code 30s}, {@code 500ms} or plain milliseconds; zero if absent. */
    Duration wait(String name, Duration max) {
        String value = text(name);
        if (value == null) {
            return Duration.ZERO;
        }
        boolean millis = value.endsWith("ms");
        boolean seconds = !millis && value.endsWith("s");
        String number = value.substring(0, value.length() - (millis ? 2 : seconds ? 1 : 0));
        if (!digits(number)) {
            throw Refusal.invalid(name, name + " must be a time such as 30s, 500ms or plain milliseconds");
        }
        Duration wait =
                seconds ? Duration.ofSeconds(Long.parseLong(number)) : Duration.ofMillis(Long.parseLong(number));
        if (wait.compareTo(max) > 0) {
            throw Refusal.invalid(name, name + " must be at most " + max.toSeconds() + "s");
        }
        return wait;
    }

    /** An instant, or null if absent. */
    @Nullable
    Instant instant(String name) {
        String value = text(name);
        try {
            return value == null ? null : Instant.parse(value);
        } catch (DateTimeException e) {
            throw Refusal.invalid(name, name + " must be an instant such as 2026-01-31T12:00:00Z");
        }
    }

    private static boolean digits(String text) {
        return !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String decode(String text) {
        try {
            String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            if (decoded.indexOf('\uFFFD') >= 0) {
                throw Refusal.of(Refusal.Reason.INVALID, "the query is not UTF-8");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Refusal.Reason.INVALID, "the query is not percent-encoded as it must be");
        }
    }
}
