// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.core.plugin.PluginSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Reads {@link PluginSettings} from core's configuration. */
final class PluginLimits {
    private static final PluginSettings DEFAULT = PluginSettings.DEFAULT;
    private static final Limit PLUGIN_THREADS = new Limit("plugin.threads", 1, 64);
    private static final Limit PLUGIN_CALLER_THREADS = new Limit("plugin.caller.threads", 0, 64);
    private static final Limit PLUGIN_QUEUE = new Limit("plugin.queue", 1, 1_000_000);
    private static final Limit PARK_CALLS = new Limit("park.calls", 0, 1_000_000);
    private static final Limit PARK_MILLIS = new Limit("park.millis", 0, 60_000);
    private static final Limit DRAIN_MILLIS = new Limit("drain.millis", 4_000, 600_000);
    private static final Limit UNBIND_DRAIN_MILLIS = new Limit("unbind.drain.millis", 0, 4_000);
    private static final Limit PHASE_MILLIS = new Limit("phase.millis", 100, 600_000);
    private static final Limit QUARANTINE_FAILURES = new Limit("quarantine.failures", 1, 1_000);
    private static final Limit QUARANTINE_FAILURE_PERCENT = new Limit("quarantine.failure.percent", 1, 100);
    private static final Limit QUARANTINE_SLOW_PERCENT = new Limit("quarantine.slow.percent", 1, 100);
    private static final Limit PROBE_MILLIS = new Limit("probe.millis", 100, 60_000);
    private static final Limit WARMUP_CALLS = new Limit("warmup.calls", 0, 100_000);

    private PluginLimits() {}

    /** The settings; the default stands for what is wrong, of which {@code wrong} is given a sentence each. */
    static PluginSettings of(CoreConfig config, List<String> wrong) {
        return new PluginSettings(
                PLUGIN_THREADS.read(config::plugin_threads, DEFAULT.threads(), wrong),
                PLUGIN_CALLER_THREADS.read(config::plugin_caller_threads, DEFAULT.lent(), wrong),
                PLUGIN_QUEUE.read(config::plugin_queue, DEFAULT.queue(), wrong),
                PARK_CALLS.read(config::park_calls, DEFAULT.maxParked(), wrong),
                millis(PARK_MILLIS, config::park_millis, DEFAULT.park(), wrong),
                millis(DRAIN_MILLIS, config::drain_millis, DEFAULT.drain(), wrong),
                millis(UNBIND_DRAIN_MILLIS, config::unbind_drain_millis, DEFAULT.unbindDrain(), wrong),
                millis(PHASE_MILLIS, config::phase_millis, DEFAULT.phase(), wrong),
                QUARANTINE_FAILURES.read(config::quarantine_failures, DEFAULT.failures(), wrong),
                QUARANTINE_FAILURE_PERCENT.read(config::quarantine_failure_percent, DEFAULT.failurePercent(), wrong),
                QUARANTINE_SLOW_PERCENT.read(config::quarantine_slow_percent, DEFAULT.slowPercent(), wrong),
                millis(PROBE_MILLIS, config::probe_millis, DEFAULT.probe(), wrong),
                WARMUP_CALLS.read(config::warmup_calls, DEFAULT.warmupCalls(), wrong));
    }

    private static Duration millis(Limit limit, LongSupplier value, Duration whenWrong, List<String> wrong) {
        return Duration.ofMillis(limit.read(value, whenWrong.toMillis(), wrong));
    }

    /** Every property with its value. */
    static void properties(PluginSettings settings, Map<String, Object> into) {
        into.put(PLUGIN_THREADS.property(), settings.threads());
        into.put(PLUGIN_CALLER_THREADS.property(), settings.lent());
        into.put(PLUGIN_QUEUE.property(), settings.queue());
        into.put(PARK_CALLS.property(), settings.maxParked());
        into.put(PARK_MILLIS.property(), settings.park().toMillis());
        into.put(DRAIN_MILLIS.property(), settings.drain().toMillis());
        into.put(UNBIND_DRAIN_MILLIS.property(), settings.unbindDrain().toMillis());
        into.put(PHASE_MILLIS.property(), settings.phase().toMillis());
        into.put(QUARANTINE_FAILURES.property(), settings.failures());
        into.put(QUARANTINE_FAILURE_PERCENT.property(), settings.failurePercent());
        into.put(QUARANTINE_SLOW_PERCENT.property(), settings.slowPercent());
        into.put(PROBE_MILLIS.property(), settings.probe().toMillis());
        into.put(WARMUP_CALLS.property(), settings.warmupCalls());
    }
}
