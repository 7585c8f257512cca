// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/** Instants as ISO-8601 text in milliseconds. By hand, since every task carries several and the formatter is slow. */
final class Timestamps {
    private static final long DAY = 86_400_000L;
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    /** Date of the day last asked for; races only cost the work again. */
    private static volatile Day day = new Day(0, "1970-01-01T".getBytes(StandardCharsets.ISO_8859_1));

    private Timestamps() {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Day(long number, byte[] text) {}

    /** For instance {@code 2026-01-31T12:00:00.000Z}; finer parts are cut off. */
    static String text(Instant instant) {
        long millis = instant.toEpochMilli();
        long number = Math.floorDiv(millis, DAY);
        if (number < 0 || number > LAST_DAY) {
            return instant.toString();
        }
        Day known = day;
        if (known.number != number) {
            known = new Day(number, (LocalDate.ofEpochDay(number) + "T").getBytes(StandardCharsets.ISO_8859_1));
            day = known;
        }
        byte[] out = new byte[24];
        System.arraycopy(known.text, 0, out, 0, 11);
        int rest = (int) (millis - number * DAY);
        two(out, 11, rest / 3_600_000);
        out[13] = ':';
        two(out, 14, rest / 60_000 % 60);
        out[16] = ':';
        two(out, 17, rest / 1000 % 60);
        out[19] = '.';
        out[20] = (byte) ('0' + rest % 1000 / 100);
        two(out, 21, rest % 100);
        out[23] = 'Z';
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    private static void two(byte[] out, int at, int value) {
        out[at] = (byte) ('0' + value / 10);
        out[at + 1] = (byte) ('0' + value % 10);
    }
}
