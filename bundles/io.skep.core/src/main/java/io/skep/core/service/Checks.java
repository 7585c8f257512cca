// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Checks of single values; each throws a {@link Refusal} that names the field and the limit. */
final class Checks {
    private static final Duration MAX_DURATION = Duration.ofDays(365);

    private Checks() {}

    static void name(String field, String value, int max) {
        boolean fits = !value.isEmpty() && value.length() <= max;
        for (int i = 0; fits && i < value.length(); i++) {
            fits = isNameCharacter(value.charAt(i));
        }
        // A name of dots alone would be a step in a path.
        if (!fits || value.chars().allMatch(c -> c == '.')) {
            throw Refusal.invalid(
                    field, "must be 1 to " + max + " letters, digits, dots, underscores or hyphens, not only dots");
        }
    }

    static void text(String field, String value, int min, int max) {
        if (value.length() < min || value.length() > max) {
            throw Refusal.invalid(field, "must have " + min + " to " + max + " characters, not " + value.length());
        }
    }

    /** An input or a result: a value that is part of the task, or the reference of a payload. */
    static void valueOrPayload(String field, @Nullable String value) {
        inline(field, value, "; what is larger is to be a payload (POST /api/v1/payloads)");
        if (Payload.isMalformed(value)) {
            throw Refusal.invalid(
                    field,
                    "must be {\"$payload\":\"sha256:HASH\",\"bytes\":N}, as the upload answered, to refer to a payload");
        }
    }

    /** A value that must be part of the task. */
    static void value(String field, @Nullable String value) {
        inline(field, value, "");
    }

    private static void inline(String field, @Nullable String value, String hint) {
        if (value == null || value.length() * 3L <= Payload.MAX_INLINE_BYTES) {
            return;
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Payload.MAX_INLINE_BYTES) {
            throw Refusal.of(
                    Refusal.Reason.TOO_LARGE,
                    field,
                    "must have at most " + Payload.MAX_INLINE_BYTES + " bytes, not " + bytes + hint);
        }
    }

    static void range(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw Refusal.invalid(field, "must be " + min + " to " + max + ", not " + value);
        }
    }

    static void duration(String field, @Nullable Duration value, Duration min, Duration max) {
        if (value != null && (value.compareTo(min) < 0 || value.compareTo(max) > 0)) {
            throw Refusal.invalid(
                    field,
                    "must be " + min.toMillis() + " to " + max.toMillis() + " ms, not "
                            + (value.compareTo(MAX_DURATION) > 0 || value.isNegative() ? value : value.toMillis()));
        }
    }

    static void count(String field, Collection<?> values, int max) {
        if (values.size() > max) {
            throw Refusal.invalid(field, "must have at most " + max + " entries, not " + values.size());
        }
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
