// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.engine.SleepSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads {@link SleepSettings} from core's configuration. */
final class SleepLimits {
    private static final SleepSettings DEFAULT = SleepSettings.DEFAULT;
    private static final Limit PREPARE_MILLIS = new Limit("sleep.prepare.millis", 100, 86_400_000);
    private static final Limit CONFIRM_MILLIS = new Limit("sleep.confirm.millis", 100, 3_600_000);
    private static final Limit WAKE_MILLIS = new Limit("sleep.wake.millis", 100, 3_600_000);

    private SleepLimits() {}

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the property
     */
    static void check(SleepSettings sleep) {
        PREPARE_MILLIS.check(sleep.prepare().toMillis());
        CONFIRM_MILLIS.check(sleep.confirm().toMillis());
        WAKE_MILLIS.check(sleep.wake().toMillis());
    }

    /** The settings; the default stands for what is wrong, of which {@code wrong} is given a sentence each. */
    static SleepSettings of(CoreConfig config, List<String> wrong) {
        return new SleepSettings(
                Duration.ofMillis(PREPARE_MILLIS.read(
                        config::sleep_prepare_millis, DEFAULT.prepare().toMillis(), wrong)),
                Duration.ofMillis(CONFIRM_MILLIS.read(
                        config::sleep_confirm_millis, DEFAULT.confirm().toMillis(), wrong)),
                Duration.ofMillis(WAKE_MILLIS.read(
                        config::sleep_wake_millis, DEFAULT.wake().toMillis(), wrong)));
    }

    /** Every property with its value. */
    static void properties(SleepSettings sleep, Map<String, Object> into) {
        into.put(PREPARE_MILLIS.property(), sleep.prepare().toMillis());
        into.put(CONFIRM_MILLIS.property(), sleep.confirm().toMillis());
        into.put(WAKE_MILLIS.property(), sleep.wake().toMillis());
    }
}
