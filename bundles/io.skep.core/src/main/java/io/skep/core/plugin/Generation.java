// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One registration of a plugin, with the calls that it has. State and cause are changed by {@link PluginRegistry} alone;
 * everything may be read by any thread.
 */
public final class Generation {
    private static final long SLOW_SHARE_PERCENT = 80;

    private final Origin origin;
    private final OrchestrationPlugin plugin;
    private final IntegrationResponse.Provider provider;
    private final Lane lane;
    private final InFlight inFlight = new InFlight();
    private final CallStats stats = new CallStats();
    private final FailureWindow failures;
    private final FailureWindow slowness;
    private final LongAdder crowded = new LongAdder();
    private volatile List<Capability> capabilities = List.of();
    private volatile Map<String, Map<String, Endpoint>> endpoints = Map.of();
    private volatile PluginStatus.State state = PluginStatus.State.INITIALISING;
    private volatile List<Checkpoint> checkpoints = List.of();
    private volatile String cause = "its service was registered";
    private volatile boolean served;

    /**
     * Where a plugin comes from.
     *
     * @param name of the plugin
     * @param symbolicName of its bundle
     * @param version of its bundle
     * @param bundle its number in the framework
     * @param loader its class loader, or null if that is not known
     */
    public record Origin(
            String name,
            String symbolicName,
            String version,
            long bundle,
            @Nullable ClassLoader loader) {}

    /** An operation as it is called. */
    record Endpoint(Operation operation, long timeoutNanos, long slowNanos) {
        static Endpoint of(Operation operation) {
            long timeout = operation.timeout().toNanos();
            return new Endpoint(operation, timeout, timeout / 100 * SLOW_SHARE_PERCENT);
        }
    }

    Generation(long number, Origin origin, OrchestrationPlugin plugin, Lane lane, PluginSettings settings) {
        this.origin = origin;
        this.plugin = plugin;
        this.lane = lane;
        this.provider = new IntegrationResponse.Provider(origin.name(), origin.version(), number);
        this.failures = new FailureWindow(settings.failures(), settings.failurePercent());
        this.slowness = new FailureWindow(settings.failures(), settings.slowPercent());
    }

    /** Where it comes from. */
    public Origin origin() {
        return origin;
    }

    /** {@link Origin#name()}. */
    public String name() {
        return origin.name();
    }

    /** {@link Origin#version()}. */
    public String version() {
        return origin.version();
    }

    /** Its number, growing with each registration. */
    public long number() {
        return provider.generation();
    }

    /** What it offers; empty until it is ready. */
    public List<Capability> capabilities() {
        return capabilities;
    }

    /** At which points in the life of tasks it wants to be asked. */
    public List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    void want(List<Checkpoint> wanted) {
        checkpoints = List.copyOf(wanted);
    }

    /** What it is doing. */
    public PluginStatus.State state() {
        return state;
    }

    /** Why. */
    public String cause() {
        return cause;
    }

    /** Calls that have begun and not ended. */
    public long callsInFlight() {
        return inFlight.count();
    }

    /** Lets no call in any more; ends when the last one has ended. After a snapshot without it was published. */
    public CompletionStage<Void> close() {
        inFlight.close();
        return inFlight.drained();
    }

    /** How many of its calls have ended so far. */
    public long callsSoFar() {
        return stats.calls();
    }

    /** How many of its calls failed so far. */
    public long errors() {
        return stats.errors();
    }

    /** The times of all calls that have ended so far, in nanoseconds. */
    public Histogram times() {
        return stats.times();
    }

    /** How its calls went. */
    CallStats stats() {
        return stats;
    }

    /** The calls that it has. */
    InFlight inFlight() {
        return inFlight;
    }

    OrchestrationPlugin plugin() {
        return plugin;
    }

    Lane lane() {
        return lane;
    }

    IntegrationResponse.Provider provider() {
        return provider;
    }

    /** An operation that it has, the default one for null; null if it has none of that name. */
    @Nullable
    Endpoint endpoint(String capability, @Nullable String operation) {
        Map<String, Endpoint> byName = endpoints.get(capability);
        return byName == null ? null : byName.get(operation == null ? "" : operation);
    }

    void offer(List<Capability> offered) {
        Map<String, Map<String, Endpoint>> all = new HashMap<>();
        for (Capability capability : offered) {
            Map<String, Endpoint> byName = new HashMap<>();
            capability.operations().forEach(operation -> byName.put(operation.name(), Endpoint.of(operation)));
            byName.put("", Endpoint.of(capability.operations().get(0)));
            all.put(capability.id(), byName);
        }
        capabilities = List.copyOf(offered);
        endpoints = all;
    }

    void become(PluginStatus.State newState, String newCause) {
        cause = newCause;
        served |= newState == PluginStatus.State.SERVING;
        state = newState;
    }

    /** Whether it may leave something behind, unless it is being tried: it gets ready, serves or ends its last calls. */
    boolean writes() {
        PluginStatus.State now = state;
        return now == PluginStatus.State.SERVING
                || now == PluginStatus.State.DRAINING
                || now == PluginStatus.State.INITIALISING
                || now == PluginStatus.State.CANDIDATE;
    }

    /**
     * Looks whether it may still leave something behind.
     *
     * @throws Refusal if not
     */
    void checkWrites() {
        if (!writes()) {
            throw Refusal.of(Refusal.Reason.CONFLICT, this + " does not serve any more");
        }
    }

    /** Whether it serves or has served. */
    boolean hasServed() {
        return served;
    }

    /** A call failed; whether that was too often. */
    boolean failed() {
        stats.failed();
        return failures.failed(System.nanoTime(), calls());
    }

    /** A call did not end within its time, after so long in the plugin; whether that was too often. */
    boolean late(long insideNanos) {
        stats.failed();
        long now = System.nanoTime();
        return failures.late(now, calls(), now - insideNanos);
    }

    /** A call was slow, after so long in the plugin; whether that was too often. */
    boolean slow(long insideNanos) {
        long now = System.nanoTime();
        return slowness.late(now, calls(), now - insideNanos);
    }

    /** A call did not end within its time since so many were made; it says nothing about the plugin. */
    void crowded() {
        stats.failed();
        crowded.increment();
    }

    /** How many have ended that say something about it. */
    private long calls() {
        return stats.calls() - crowded.sum();
    }

    /** Begins anew, after a quarantine. */
    void forgive() {
        failures.clear();
        slowness.clear();
    }

    /** What operators see. */
    PluginStatus status(int sharePercent) {
        return new PluginStatus(
                name(), version(), number(), state, cause, sharePercent, capabilities, stats.load(inFlight.count()));
    }

    @Override
    public String toString() {
        return name() + " " + version() + " (generation " + number() + ")";
    }
}
