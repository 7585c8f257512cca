// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes values fit for a terminal: on one line, and free of control characters that agents might have sent. */
final class Printable {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");

    private Printable() {}

    /** The text on one line; a hyphen for nothing. */
    static String line(@Nullable Object value) {
        return value == null ? "-" : CONTROL.matcher(value.toString()).replaceAll(" ");
    }

    /** The text on one line, cut after so many characters. */
    static String brief(@Nullable Object value, int length) {
        String line = line(value);
        return line.length() <= length ? line : line.substring(0, length - 1) + "…";
    }

    /** The time to the second, in UTC; a hyphen for none. */
    static String time(@Nullable Instant instant) {
        return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
