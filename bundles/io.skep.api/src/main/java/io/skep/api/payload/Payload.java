// SPDX-License-Identifier: Apache-2.0
package io.skep.api.payload;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are kept as a file, known by their hash. A task whose input or result is the {@linkplain #reference()
 * reference} of one has these bytes as its input or result. Immutable.
 *
 * @param sha256 of the bytes, 64 hexadecimal digits in lower case
 * @param bytes how many
 */
public record Payload(String sha256, long bytes) {
    /** The largest input or result that is part of its task, in bytes of UTF-8; what is larger is to be a payload. */
    public static final int MAX_INLINE_BYTES = 256 * 1024;

    private static final String MEMBER = "\"$payload\"";
    private static final int LONGEST_REFERENCE = 256;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern ITS_HASH = Pattern.compile("\"\\$payload\"\\s*:\\s*\"sha256:([0-9a-f]{64})\"");
    private static final Pattern ITS_BYTES = Pattern.compile("\"bytes\"\\s*:\\s*([0-9]{1,18})");
    private static final Pattern REFERENCE = Pattern.compile("\\s*\\{\\s*(?:" + ITS_HASH + "\\s*,\\s*" + ITS_BYTES + "|"
            + ITS_BYTES + "\\s*,\\s*" + ITS_HASH + ")\\s*}\\s*");
    private static final Pattern ATTEMPT = Pattern.compile("\\s*\\{\\s*\"\\$payload\"\\s*:.*", Pattern.DOTALL);

    public Payload {
        if (!isHash(sha256) || bytes < 0) {
            throw new IllegalArgumentException("no payload: " + sha256 + " of " + bytes + " bytes");
        }
    }

    /** Whether it can be the hash of a payload. */
    public static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    /** How it is called in messages: {@code sha256:} and the digits. */
    public String name() {
        return "sha256:" + sha256;
    }

    /** What stands for it in a task, JSON text: {@code {"$payload":"sha256:…","bytes":N}}. */
    public String reference() {
        return "{" + MEMBER + ":\"" + name() + "\",\"bytes\":" + bytes + "}";
    }

    /** The payload that a task's input or result refers to; empty if it is a value of its own, or null. */
    public static Optional<Payload> referred(@Nullable String json) {
        if (json == null || json.length() > LONGEST_REFERENCE || !json.contains(MEMBER)) {
            return Optional.empty();
        }
        Matcher matcher = REFERENCE.matcher(json);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean hashFirst = matcher.group(1) != null;
        return Optional.of(
                new Payload(matcher.group(hashFirst ? 1 : 4), Long.parseLong(matcher.group(hashFirst ? 2 : 3))));
    }

    /** Whether it begins like a reference and is none: a mistake, most likely, and not a value of its own. */
    public static boolean isMalformed(@Nullable String json) {
        return json != null && ATTEMPT.matcher(json).matches() && referred(json).isEmpty();
    }
}
