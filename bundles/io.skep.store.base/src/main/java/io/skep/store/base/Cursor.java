// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A place in a list of tasks, newest first and by id among equals: after this task. Rows added meanwhile shift nothing.
 *
 * @param submittedAtMillis milliseconds since 1970 UTC
 * @param id of the task
 */
public record Cursor(long submittedAtMillis, String id) {
    /** The cursor as callers see it. */
    public String encoded() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((submittedAtMillis + ":" + id).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The inverse of {@link #encoded}.
     *
     * @throws Refusal if it is none
     */
    public static Cursor of(String encoded) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) {
                Cursor cursor = new Cursor(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
                if (cursor.encoded().equals(encoded)) {
                    return cursor;
                }
            }
        } catch (IllegalArgumentException e) {
            // Neither Base64 nor a number: refused below like anything else that is not ours.
        }
        throw Refusal.invalid("cursor", "The cursor is none that a list of tasks has given");
    }
}
