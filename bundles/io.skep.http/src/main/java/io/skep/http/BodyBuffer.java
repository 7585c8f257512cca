// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects a body up to its limit. What is beyond is thrown away, up to a bound, so that a client that writes before it
 * reads learns why it is refused. Not thread-safe.
 */
final class BodyBuffer {
    /** Of a form. */
    static final int FORM_BYTES = 16 * 1024;

    private static final int FIRST_BYTES = 8 * 1024;

    private final Settings settings;
    private final boolean arrays;
    private final boolean isForm;
    private byte[] bytes;
    private int length;
    private long discarded;

    /** A buffer for a body of {@code expected} bytes, or -1 if that is not known. */
    BodyBuffer(Settings settings, Route.Body kind, long expected) {
        this.settings = settings;
        this.arrays = kind == Route.Body.ARRAY;
        this.isForm = kind == Route.Body.FORM;
        bytes = new byte[(int) Math.max(0, Math.min(expected, FIRST_BYTES))];
    }

    /** Takes the first {@code count} bytes of {@code chunk}. */
    void append(byte[] chunk, int count) {
        if (discarded == 0) {
            ensure(length + count);
            System.arraycopy(chunk, 0, bytes, length, count);
            length += count;
            if (length > limit()) {
                discarded = length;
                bytes = new byte[0];
            }
        } else {
            discarded += count;
        }
    }

    /** Whether it is too large, and enough of the rest was thrown away. */
    boolean hopeless() {
        return discarded > 4L * (isForm ? FORM_BYTES : Math.max(settings.maxArrayBytes(), settings.maxObjectBytes()));
    }

    /** Whether a body of so many bytes is beyond every limit. */
    boolean cannotTake(long contentLength) {
        return contentLength > (arrays ? settings.maxArrayBytes() : most());
    }

    /**
     * The body.
     *
     * @throws Refusal if it is too large or not UTF-8
     */
    String text() {
        if (discarded > 0) {
            throw tooLarge();
        }
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            checkEncoding();
        }
        return text;
    }

    /** The refusal that names the limit. */
    Refusal tooLarge() {
        if (isForm) {
            return Refusal.of(Refusal.Reason.TOO_LARGE, "the body may have at most " + FORM_BYTES + " bytes");
        }
        String property = arrays ? "max.array.bytes" : "max.object.bytes";
        int limit = arrays ? settings.maxArrayBytes() : settings.maxObjectBytes();
        String also = arrays ? "; one that is no array " + settings.maxObjectBytes() : "";
        return Refusal.of(
                Refusal.Reason.TOO_LARGE,
                "the body may have at most " + limit + " bytes (" + property + ")" + also
                        + "; larger inputs and results are payloads (POST /api/v1/payloads)");
    }

    private int most() {
        return isForm ? FORM_BYTES : settings.maxObjectBytes();
    }

    /** An array shows itself by its first character; everything else is one thing. */
    private int limit() {
        if (!arrays) {
            return most();
        }
        int first = 0;
        while (first < length && bytes[first] <= ' ') {
            first++;
        }
        return first < length && bytes[first] == '[' ? settings.maxArrayBytes() : settings.maxObjectBytes();
    }

    private void ensure(int needed) {
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, Math.max(FIRST_BYTES, bytes.length * 2)));
        }
    }

    /** The replacement character may have been sent as itself; only the strict decoder knows. */
    private void checkEncoding() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
        } catch (CharacterCodingException e) {
            throw Refusal.of(Refusal.Reason.INVALID, "the body is not UTF-8");
        }
    }
}
