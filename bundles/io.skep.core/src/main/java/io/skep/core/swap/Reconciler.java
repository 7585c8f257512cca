// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Capability;
import io.skep.core.plugin.Generation;
import io.skep.core.state.PluginRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is there in line with the durable table: at the start, and whenever a service comes that no swap waits for
 * (a feature was installed, a bundle was updated in place, something old came back). Thread-safe; blocks only on threads
 * of its own.
 */
public final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final String CORE = "core";

    private final Parts parts;
    private final Jobs jobs;
    private final OutOfMemory outOfMemory;
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    Reconciler(Parts parts, Jobs jobs, OutOfMemory outOfMemory) {
        this.parts = parts;
        this.jobs = jobs;
        this.outOfMemory = outOfMemory;
        parts.arrivals().others(this::arrived);
    }

    /**
     * Brings the framework in line with the table, before services are looked at: exactly the versions that shall serve
     * stay of those that core has installed.
     */
    public void begin() {
        List<Bundles.Installed> installed = parts.bundles().all();
        outOfMemory.judge(installed);
        parts.table().all().forEach(record -> {
            PluginRecord.Build desired = record.desired();
            if (desired == null) {
                return;
            }
            boolean there = installed.stream().anyMatch(b -> b.is(desired.symbolicName(), desired.version()));
            if (there || desired.isKept()) {
                // What somebody else has to bring is not waited for: it may never come.
                missing.add(record.name());
            }
            if (desired.isKept()) {
                restore(record.name(), desired, installed);
            }
        });
        for (Bundles.Installed bundle : installed) {
            if (bundle.isOurs() && !isDesired(bundle)) {
                LOG.info("{} {} is left over from a swap that did not end", bundle.symbolicName(), bundle.version());
                parts.exit().takeAway(bundle.id(), null);
            }
        }
        try {
            parts.jars().retain(parts.table().jars());
        } catch (IOException e) {
            LOG.warn("jars that nobody wants any more cannot be deleted: {}", e.getMessage());
        }
    }

    /** The plugins that shall serve and have not come yet since the start. */
    public List<String> missing() {
        return missing.stream()
                .filter(name -> parts.registry().serving(name).isEmpty())
                .sorted()
                .toList();
    }

    private boolean isDesired(Bundles.Installed bundle) {
        return parts.table()
                .all()
                .map(PluginRecord::desired)
                .anyMatch(desired -> desired != null && bundle.is(desired.symbolicName(), desired.version()));
    }

    private void restore(String plugin, PluginRecord.Build desired, List<Bundles.Installed> installed) {
        try {
            Optional<Bundles.Installed> there = installed.stream()
                    .filter(bundle -> bundle.is(desired.symbolicName(), desired.version()))
                    .findFirst();
            if (there.isEmpty() && !parts.jars().has(desired.sha256())) {
                LOG.error("plugin {} {} shall serve, and its jar is gone", plugin, desired.version());
                return;
            }
            long id = there.isPresent()
                    ? there.get().id()
                    : parts.bundles()
                            .install(Upgrade.location(desired), parts.jars().path(desired.sha256()))
                            .id();
            Patience.give("start of " + plugin, parts.registry().settings().phase(), () -> {
                parts.bundles().start(id, true);
                return true;
            });
        } catch (BundleException | IOException | SwapFailedException failed) {
            LOG.error("plugin {} {} shall serve and cannot be started", plugin, desired.version(), failed);
        }
    }

    private void arrived(Arrival arrival) {
        jobs.inTurn(arrival.origin().name(), () -> takeOn(arrival));
    }

    private void takeOn(Arrival arrival) {
        Generation.Origin origin = arrival.origin();
        if (arrival.isGone()) {
            return;
        }
        PluginRecord.Build desired = parts.table().desired(origin.name());
        boolean same = desired != null && desired.is(origin.symbolicName(), origin.version());
        if (desired != null && !same && !replaces(origin, desired)) {
            refuse(origin, desired);
            return;
        }
        Generation generation = null;
        try {
            generation = parts.preparation().open(arrival);
            if (parts.registry().serving(origin.name()).isPresent()) {
                throw new SwapFailedException("version " + origin.version() + " serves already, by another service");
            }
            parts.preparation().initialise(generation);
            parts.preparation().checkHealth(generation);
            serve(generation, desired, same);
        } catch (SwapFailedException failed) {
            fail(origin, generation, failed.getMessage());
        }
    }

    /** Whether it may take the place of the version that shall serve, which is gone. */
    private boolean replaces(Generation.Origin origin, PluginRecord.Build desired) {
        if (parts.registry().serving(origin.name()).isPresent()) {
            return false;
        }
        return parts.arrivals().servedLast(origin.name(), origin.bundle())
                || !(parts.jars().has(desired.sha256()) || isInstalled(desired));
    }

    private boolean isInstalled(PluginRecord.Build build) {
        return parts.bundles().all().stream().anyMatch(bundle -> bundle.is(build.symbolicName(), build.version()));
    }

    private void refuse(Generation.Origin origin, PluginRecord.Build desired) {
        String detail = origin.version() + " came (bundle " + origin.bundle() + "), " + desired.version()
                + " shall serve: it is uninstalled. plugin:upgrade changes the version";
        LOG.warn("plugin {}: {}", origin.name(), detail);
        parts.table().happened(origin.name(), "refused", CORE, detail, now -> now);
        parts.exit().takeAway(origin.bundle(), null);
    }

    private void serve(Generation generation, PluginRecord.@Nullable Build desired, boolean same)
            throws SwapFailedException {
        if (!same) {
            List<String> offered =
                    generation.capabilities().stream().map(Capability::id).toList();
            PluginRecord.Build build =
                    new PluginRecord.Build(generation.origin().symbolicName(), generation.version(), "");
            String detail = desired == null
                    ? generation.version() + " came with bundle "
                            + generation.origin().bundle()
                    : desired.version() + " to " + generation.version() + " in place";
            Patience.await(
                    "the durable record",
                    parts.registry().settings().phase(),
                    parts.table()
                            .happened(
                                    generation.name(),
                                    desired == null ? "installed" : "replaced",
                                    CORE,
                                    detail,
                                    now -> now.desiring(build, offered)));
        }
        Optional<String> refused = parts.registry().promote(generation, "initialised");
        if (refused.isPresent()) {
            throw new SwapFailedException(refused.get());
        }
        missing.remove(generation.name());
    }

    private void fail(Generation.Origin origin, @Nullable Generation generation, String reason) {
        LOG.error("plugin {} {} does not serve: {}", origin.name(), origin.version(), reason);
        missing.remove(origin.name());
        if (generation != null) {
            parts.registry().become(generation, PluginStatus.State.FAILED, reason);
        }
        parts.table().happened(origin.name(), "failed", CORE, origin.version() + ": " + reason, now -> now);
    }

    /** A bundle was uninstalled; if it was the one that shall serve, and not by core, nobody shall any more. */
    public void uninstalled(long id, String symbolicName, String version) {
        if (parts.exit().isTaking(id)) {
            return;
        }
        List<String> theirs = new ArrayList<>();
        parts.table().all().forEach(record -> {
            PluginRecord.Build desired = record.desired();
            if (desired != null && desired.is(symbolicName, version)) {
                theirs.add(record.name());
            }
        });
        theirs.forEach(plugin -> jobs.inTurn(plugin, () -> goneFor(plugin, id)));
    }

    private void goneFor(String plugin, long bundle) {
        if (parts.registry().serving(plugin).isEmpty()) {
            String detail = "its bundle " + bundle + " was uninstalled";
            parts.table().happened(plugin, "removed", CORE, detail, now -> now.desiring(null, List.of()));
        }
    }
}
