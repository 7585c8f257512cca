// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.Refusal;
import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import io.skep.core.plugin.Failures;
import io.skep.core.state.PluginRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jars of plugins that are put into the directory {@code deploy/}, replaced there or deleted: upgrades beside the version
 * that serves, and removals. What is superseded or was rolled back is moved to {@code retired/} beside it, so that it
 * does not come back with the next start; what a server that was killed could not move any more is known by its age.
 * Thread-safe; returns at once but for reading the jar.
 */
public final class Deployments {
    private static final Logger LOG = LoggerFactory.getLogger(Deployments.class);
    /** What the names of those begin with who change a plugin by a jar. */
    private static final String DEPLOY = "deploy/";

    private final Parts parts;
    private final Jobs jobs;
    private final Swaps swaps;
    private final Instant begun;
    private final Map<Path, PluginJar> present = new ConcurrentHashMap<>();
    private final Set<Path> waiting = ConcurrentHashMap.newKeySet();
    /** The newest upgrade of each plugin. */
    private final Map<String, CompletableFuture<?>> turns = new ConcurrentHashMap<>();

    Deployments(Parts parts, Jobs jobs, Swaps swaps) {
        this.parts = parts;
        this.jobs = jobs;
        this.swaps = swaps;
        this.begun = parts.clock().instant();
        jobs.whenEnded(this::settle);
    }

    /** Whether a file is a jar with a plugin. */
    public boolean isPlugin(Path file) {
        return String.valueOf(file.getFileName()).endsWith(".jar") && JarInspector.isPlugin(file);
    }

    /** A file is there: new, changed, or left from before the start. */
    public void put(Path file) {
        PluginJar jar;
        try {
            jar = JarInspector.inspect(file);
        } catch (Refusal refused) {
            LOG.error("{} is not deployed: {}", file, refused.getMessage());
            return;
        }
        present.put(file, jar);
        PluginRecord record = parts.table().find(jar.plugin()).orElse(PluginRecord.unknown(jar.plugin()));
        PluginRecord.Build desired = record.desired();
        if (desired != null && desired.sha256().equals(jar.build().sha256())) {
            LOG.info("{} is {} {}, which shall serve anyway", file, jar.plugin(), desired.version());
        } else if (isOlderThan(file, record)) {
            retire(file, "something newer was decided about " + jar.plugin() + " after it came here");
        } else {
            upgrade(file, jar);
        }
    }

    /** A file is gone. */
    public void removed(Path file) {
        PluginJar jar = present.remove(file);
        if (jar == null) {
            return;
        }
        PluginRecord.Build desired = parts.table().desired(jar.plugin());
        if (desired == null || !desired.equals(jar.build())) {
            return;
        }
        jobs.whenIdle(jar.plugin())
                .whenComplete((job, failure) -> swaps.remove(jar.plugin(), actor(file))
                        .whenComplete((begun, refused) -> {
                            if (refused != null) {
                                LOG.warn(
                                        "{} was deleted, and {} stays: {}",
                                        file,
                                        jar.plugin(),
                                        Failures.describe(refused));
                            }
                        }));
    }

    private void upgrade(Path file, PluginJar jar) {
        waiting.add(file);
        SwapRequest request = new SwapRequest(jar.plugin(), file, CanaryRule.DEFAULT, false, actor(file));
        // One after the other: of several that come at once the last one shall serve.
        turns.compute(
                jar.plugin(),
                (plugin, before) -> (before == null ? jobs.whenIdle(plugin) : before)
                        .handle((job, failure) -> jobs.whenIdle(plugin))
                        .thenCompose(idle -> idle)
                        .thenCompose(idle -> swaps.upgrade(request))
                        .thenCompose(job -> jobs.find(job.id()).orElseThrow().ended())
                        .whenComplete((job, failure) -> ended(file, job, failure)));
    }

    private void ended(Path file, @Nullable SwapJob job, @Nullable Throwable failure) {
        waiting.remove(file);
        if (failure != null) {
            LOG.error("{} is not deployed: {}", file, Failures.describe(failure));
        } else if (job != null && job.outcome() == SwapJob.Outcome.ROLLED_BACK) {
            retire(file, "it was rolled back: " + job.reason());
        }
    }

    /** Whatever changed the version that shall serve, jars of others leave the directory, so that none comes back. */
    private void settle(String plugin) {
        PluginRecord.Build desired = parts.table().desired(plugin);
        present.forEach((file, jar) -> {
            if (jar.plugin().equals(plugin) && !jar.build().equals(desired) && !waiting.contains(file)) {
                retire(file, desired == null ? "it was taken away" : "version " + desired.version() + " shall serve");
            }
        });
    }

    private static String actor(Path file) {
        return DEPLOY + file.getFileName();
    }

    /** Whether it came here before the last decision about its plugin. The time of the change of its place counts. */
    private boolean isOlderThan(Path file, PluginRecord record) {
        Optional<Instant> decided = record.history().stream()
                .filter(entry -> entry.event().matches("plugin\\.(promoted|rolled-back|removed)"))
                // Jars that come to this server together are upgrades in turn: each but the first is there before the
                // one before it is promoted.
                .filter(entry -> entry.at().isBefore(begun) || !entry.actor().startsWith(DEPLOY))
                .map(PluginDetail.Entry::at)
                .max(Instant::compareTo);
        try {
            FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
            return decided.isPresent() && changed.toInstant().isBefore(decided.get());
        } catch (IOException | UnsupportedOperationException | ClassCastException e) {
            LOG.warn("the age of {} is not known: {}", file, e.toString());
            return false;
        }
    }

    private void retire(Path file, String why) {
        present.remove(file);
        Path deploy = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path directory = deploy.resolveSibling("retired");
        try {
            Files.createDirectories(directory);
            Files.move(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            LOG.info("{} was moved to {}: {}", file, directory, why);
        } catch (IOException e) {
            LOG.warn("{} could not be moved to {}: {}", file, directory, e.toString());
        }
    }
}
