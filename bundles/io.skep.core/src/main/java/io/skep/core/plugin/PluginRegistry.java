// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import io.skep.api.admin.FlagRule;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.PluginState;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations that are there and which of them serves: the one writer of the snapshot that calls read. Thread-safe;
 * its lock is held for moments and never while somebody is called. Who decides which generation shall serve is elsewhere
 * ({@code io.skep.core.swap}).
 */
public final class PluginRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(PluginRegistry.class);

    private final PluginSettings settings;
    private final PluginCalls calls;
    private final Object lock = new Object();
    private final Map<String, Slot> slots = new HashMap<>();
    private final Lanes lanes;
    private final Set<Generation> generations = new LinkedHashSet<>();
    private Map<String, FlagRule> rules = Map.of();
    private boolean legacy;
    private long lastNumber;
    private volatile Runnable changed = () -> {};
    private volatile Wants wants = (plugin, checkpoints) -> {};

    /** Who learns at which points a plugin that serves wants to be asked; returns at once. */
    public interface Wants {
        /** The plugin wants these and no others. */
        void wants(String plugin, List<Checkpoint> checkpoints);
    }

    /** {@code threads} takes on work at once or refuses it; its owner shuts it down. */
    public PluginRegistry(Executor threads, PluginSettings settings) {
        this.settings = settings;
        this.lanes = new Lanes(threads, settings);
        this.calls = new PluginCalls(settings);
    }

    /** Calls of capabilities. */
    public PluginCalls calls() {
        return calls;
    }

    /** The limits. */
    public PluginSettings settings() {
        return settings;
    }

    /** Does something after each change of what can be called; it must return at once. */
    public void whenChanged(Runnable then) {
        Runnable before = changed;
        changed = () -> {
            before.run();
            then.run();
        };
    }

    /** Who learns of checkpoints. */
    public void whenWanted(Wants then) {
        wants = then;
    }

    /** A generation comes; it is not called before it is made to serve or tried. */
    public Generation arrive(Generation.Origin origin, OrchestrationPlugin plugin) {
        synchronized (lock) {
            Lane lane = lanes.open(origin.name());
            Generation generation = new Generation(++lastNumber, origin, plugin, lane, settings);
            generations.add(generation);
            return generation;
        }
    }

    /** The documents of a generation's plugin, as it may see them. */
    public PluginState state(Generation generation, GenerationState.Store store) {
        boolean trial = serving(generation.name()).isPresent();
        return new GenerationState(generation, store, trial);
    }

    /**
     * A generation comes into a state.
     *
     * @return whether it does: one that is on its way out does not come back
     */
    public boolean become(Generation generation, PluginStatus.State state, String cause) {
        synchronized (lock) {
            if (isEnding(generation.state()) && !isEnding(state)) {
                return false;
            }
            generation.become(state, cause);
        }
        LOG.info("plugin {} is {}: {}", generation, state.wire(), cause);
        return true;
    }

    /** Another plugin that offers one of these capabilities, in words. */
    public Optional<String> conflict(String plugin, List<Capability> capabilities) {
        synchronized (lock) {
            for (Map.Entry<String, Slot> entry : slots.entrySet()) {
                if (!entry.getKey().equals(plugin) && entry.getValue().serving != null) {
                    for (Capability capability : capabilities) {
                        if (entry.getValue().last.stream().anyMatch(c -> c.id().equals(capability.id()))) {
                            return Optional.of(
                                    "the capability " + capability.id() + " is offered by plugin " + entry.getKey());
                        }
                    }
                }
            }
            return Optional.empty();
        }
    }

    /** Gives a generation that may serve a share of the calls; 0 takes it away again. */
    public void tryOut(Generation candidate, int percent) {
        synchronized (lock) {
            Slot slot = slot(candidate.name());
            if (percent > 0 && mayServe(candidate.state())) {
                slot.canary = candidate;
                slot.canaryPercent = percent;
            } else if (slot.canary == candidate) {
                slot.canary = null;
                slot.canaryPercent = 0;
            }
            publish();
        }
        announce();
    }

    /**
     * Makes a generation serve, for the next call on; the one that served before gets no more calls.
     *
     * @return why it may not, if it may not: it was taken out meanwhile, or another plugin offers the same
     */
    public Optional<String> promote(Generation generation, String cause) {
        synchronized (lock) {
            if (!mayServe(generation.state())) {
                return Optional.of(generation.cause());
            }
            Optional<String> conflict = conflict(generation.name(), generation.capabilities());
            if (conflict.isPresent()) {
                return conflict;
            }
            takeOver(generation, cause);
        }
        serves(generation, cause);
        return Optional.empty();
    }

    /** Makes a quarantined generation serve again, if nobody else does. */
    public boolean reinstate(Generation generation, String cause) {
        synchronized (lock) {
            if (generation.state() != PluginStatus.State.QUARANTINED
                    || slot(generation.name()).serving != null
                    || conflict(generation.name(), generation.capabilities()).isPresent()) {
                return false;
            }
            generation.forgive();
            takeOver(generation, cause);
        }
        serves(generation, cause);
        return true;
    }

    /** Under the lock. */
    private void takeOver(Generation generation, String cause) {
        Slot slot = slot(generation.name());
        slot.serving = generation;
        slot.canary = null;
        slot.canaryPercent = 0;
        slot.last = generation.capabilities();
        slot.checkpoints = generation.checkpoints();
        slot.gap = null;
        for (Generation other : generations) {
            // One in quarantine too, which would be tried again for as long as it is remembered.
            if (other != generation
                    && other.name().equals(generation.name())
                    && (other.state() == PluginStatus.State.SERVING
                            || other.state() == PluginStatus.State.QUARANTINED)) {
                other.become(PluginStatus.State.DRAINING, "replaced by " + generation.version());
            }
        }
        generation.become(PluginStatus.State.SERVING, cause);
        publish();
    }

    private void serves(Generation generation, String cause) {
        LOG.info(
                "plugin {} serves {}: {}",
                generation,
                generation.capabilities().stream().map(Capability::id).toList(),
                cause);
        wants.wants(generation.name(), generation.checkpoints());
        announce();
    }

    /**
     * Takes a generation out of service for good, so that it gets no more calls.
     *
     * @param waits whether calls may wait for the next one
     * @return whether it served
     */
    public boolean withdraw(Generation generation, String reason, boolean waits) {
        boolean served;
        synchronized (lock) {
            served = leave(generation, reason, waits);
            if (!isEnding(generation.state())) {
                generation.become(PluginStatus.State.DRAINING, reason);
            }
            publish();
        }
        announce();
        return served;
    }

    /** Takes a generation that fails too often out of service; false if it was not in service. */
    public boolean quarantine(Generation generation, String cause, boolean waits) {
        synchronized (lock) {
            Slot slot = slot(generation.name());
            if (slot.serving != generation && slot.canary != generation) {
                return false;
            }
            leave(generation, generation.name() + " is quarantined: " + cause, waits);
            generation.become(PluginStatus.State.QUARANTINED, cause);
            publish();
        }
        LOG.warn("plugin {} is quarantined: {}", generation, cause);
        announce();
        return true;
    }

    /** Under the lock; whether it served. */
    private boolean leave(Generation generation, String reason, boolean waits) {
        Slot slot = slot(generation.name());
        if (slot.canary == generation) {
            slot.canary = null;
            slot.canaryPercent = 0;
        }
        if (slot.serving != generation) {
            return false;
        }
        slot.serving = null;
        slot.gap = waits ? Gap.of(reason, settings.park()) : Gap.closed(reason, null);
        calls.timers().schedule(() -> endGap(slot), settings.park().toNanos(), TimeUnit.NANOSECONDS);
        return true;
    }

    /** Says at which points in the life of tasks a generation wants to be asked, from now on or when it serves. */
    public void want(Generation generation, List<Checkpoint> wanted) {
        synchronized (lock) {
            generation.want(wanted);
            Slot slot = slots.get(generation.name());
            if (slot == null || slot.serving != generation) {
                return;
            }
            slot.checkpoints = generation.checkpoints();
            publish();
        }
        wants.wants(generation.name(), wanted);
        announce();
    }

    private static boolean mayServe(PluginStatus.State state) {
        return state == PluginStatus.State.INITIALISING || state == PluginStatus.State.CANDIDATE;
    }

    /** Whether it is on its way out: nothing that calls read may name it again, since it lets none in. */
    private static boolean isEnding(PluginStatus.State state) {
        return state == PluginStatus.State.DRAINING
                || state == PluginStatus.State.ABANDONED
                || state == PluginStatus.State.FAILED;
    }

    /** A generation is not there any more. */
    public void forget(Generation generation) {
        synchronized (lock) {
            if (!generations.remove(generation)) {
                return;
            }
            lanes.close(generation.name(), generation.lane());
        }
        RecordMemory.forget();
        LOG.info("plugin {} is gone", generation);
    }

    /**
     * For whom capabilities are switched on; those without a rule are for everybody. Holds for the next call; for those
     * that wait already it holds with {@link #announce()}, to be called outside any lock.
     */
    public void flags(Map<String, FlagRule> newRules, boolean newLegacy) {
        synchronized (lock) {
            rules = Map.copyOf(newRules);
            legacy = newLegacy;
            publish();
        }
    }

    /** Who serves under a name. */
    public Optional<Generation> serving(String name) {
        synchronized (lock) {
            Slot slot = slots.get(name);
            return slot == null ? Optional.empty() : Optional.ofNullable(slot.serving);
        }
    }

    /** Every generation of a name, oldest first. */
    public List<Generation> generations(String name) {
        synchronized (lock) {
            return generations.stream().filter(g -> g.name().equals(name)).toList();
        }
    }

    /** Every generation, by name and number. */
    public List<PluginStatus> list() {
        List<Generation> all;
        Map<Generation, Integer> shares = new HashMap<>();
        synchronized (lock) {
            all = List.copyOf(generations);
            for (Slot slot : slots.values()) {
                if (slot.canary != null) {
                    shares.put(slot.canary, slot.canaryPercent);
                }
                if (slot.serving != null) {
                    shares.put(slot.serving, 100 - slot.canaryPercent);
                }
            }
        }
        return all.stream()
                .map(generation -> generation.status(shares.getOrDefault(generation, 0)))
                .sorted(Comparator.comparing(PluginStatus::name).thenComparing(PluginStatus::generation))
                .toList();
    }

    /** What can be called by somebody, by id. */
    public List<Capability> capabilities() {
        return calls.routes().capabilities();
    }

    /** What some plugin serves, switched on or not. */
    public List<Capability> offered() {
        synchronized (lock) {
            return slots.values().stream()
                    .filter(slot -> slot.serving != null)
                    .flatMap(slot -> slot.last.stream())
                    .toList();
        }
    }

    private Slot slot(String name) {
        return slots.computeIfAbsent(name, n -> new Slot());
    }

    private void endGap(Slot slot) {
        synchronized (lock) {
            Gap gap = slot.gap;
            if (gap != null
                    && System.nanoTime() - gap.beganNanos() >= settings.park().toNanos()) {
                slot.gap = null;
                slot.last = slot.serving == null ? List.of() : slot.last;
                slot.checkpoints = slot.serving == null ? List.of() : slot.checkpoints;
                slots.values().removeIf(s -> s.serving == null && s.canary == null && s.gap == null);
                publish();
            }
        }
        announce();
    }

    private void publish() {
        Map<String, Route> routes = new HashMap<>();
        slots.forEach((name, slot) -> slot.routes(name, rules, routes));
        List<Checkpoint> checkpoints = new TreeMap<>(slots)
                .values().stream().flatMap(slot -> slot.checkpoints.stream()).toList();
        calls.publish(new Routes(routes, checkpoints, legacy));
    }

    /** Outside the lock: calls that waited are made now, and services follow. */
    public void announce() {
        calls.parking().look();
        changed.run();
    }
}
