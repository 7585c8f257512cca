// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.payload.PayloadSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads {@link PayloadSettings} from core's configuration. */
final class PayloadLimits {
    private static final PayloadSettings DEFAULT = PayloadSettings.DEFAULT;
    private static final Limit MAX_BYTES = new Limit("payload.max.bytes", 1024, 1L << 30);
    private static final Limit TOTAL_BYTES = new Limit("payload.total.bytes", 0, Long.MAX_VALUE / 4);
    private static final Limit MIN_FREE_BYTES = new Limit("payload.min.free.bytes", 0, Long.MAX_VALUE / 4);
    private static final Limit ORPHAN_MILLIS = new Limit("payload.orphan.millis", 1000, 31_536_000_000L);

    private PayloadLimits() {}

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the property
     */
    static void check(PayloadSettings settings) {
        MAX_BYTES.check(settings.maxBytes());
        TOTAL_BYTES.check(settings.totalBytes());
        MIN_FREE_BYTES.check(settings.minFreeBytes());
        ORPHAN_MILLIS.check(settings.orphan().toMillis());
    }

    /** The settings; the default stands for what is wrong, of which {@code wrong} is given a sentence each. */
    static PayloadSettings of(CoreConfig config, List<String> wrong) {
        return new PayloadSettings(
                MAX_BYTES.read(config::payload_max_bytes, DEFAULT.maxBytes(), wrong),
                TOTAL_BYTES.read(config::payload_total_bytes, DEFAULT.totalBytes(), wrong),
                MIN_FREE_BYTES.read(config::payload_min_free_bytes, DEFAULT.minFreeBytes(), wrong),
                Duration.ofMillis(ORPHAN_MILLIS.read(
                        config::payload_orphan_millis, DEFAULT.orphan().toMillis(), wrong)));
    }

    /** Every property with its value. */
    static void properties(PayloadSettings settings, Map<String, Object> into) {
        into.put(MAX_BYTES.property(), settings.maxBytes());
        into.put(TOTAL_BYTES.property(), settings.totalBytes());
        into.put(MIN_FREE_BYTES.property(), settings.minFreeBytes());
        into.put(ORPHAN_MILLIS.property(), settings.orphan().toMillis());
    }
}
