// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes values fit for a terminal: on one line, and free of control characters that agents might have sent. */
final class Printable {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

    private Printable() {}

    /** The text on one line; a hyphen for nothing. */
    static String line(@Nullable Object value) {
        return value == null ? "-" : CONTROL.matcher(value.toString()).replaceAll(" ");
    }

    /** The text on one line, cut so that it has at most so many characters, which are at least two. */
    static String brief(@Nullable Object value, int length) {
        String line = line(value);
        if (line.length() <= length) {
            return line;
        }
        // Half of a character would be printed as a question mark.
        int end = Character.isHighSurrogate(line.charAt(length - 2)) ? length - 2 : length - 1;
        return line.substring(0, end) + "…";
    }

    /** The time to the second, in UTC; a hyphen for none. */
    static String time(@Nullable Instant instant) {
        return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
