// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampsTest {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void text_isWhatTheFormatterSays() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            Instant instant = Instant.ofEpochMilli((long) (random.nextDouble() * 253_402_300_799_999L))
                    .plusNanos(random.nextInt(1_000_000));
            assertThat(Timestamps.text(instant)).isEqualTo(FORMAT.format(instant));
        }
        Instant last = Instant.parse("9999-12-31T23:59:59.999Z");
        assertThat(Timestamps.text(last)).isEqualTo("9999-12-31T23:59:59.999Z");
        assertThat(Timestamps.text(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000Z");
    }

    @Test
    void instantOutOfTheUsual_isStillWritten() {
        assertThat(Timestamps.text(Instant.parse("1969-12-31T23:59:59Z"))).isEqualTo("1969-12-31T23:59:59Z");
        Instant far = Instant.parse("+12026-01-01T00:00:00Z");
        assertThat(Instant.parse(Timestamps.text(far))).isEqualTo(far);
    }
}
