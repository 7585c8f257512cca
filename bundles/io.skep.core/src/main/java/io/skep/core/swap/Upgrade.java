// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapJob.Phase;
import io.skep.api.plugin.Capability;
import io.skep.core.plugin.Generation;
import io.skep.core.state.PluginRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a version in beside the one that serves: each phase may fail, and then the old one goes on as if nothing had
 * been. Runs on a thread of its own, which may block.
 */
final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

    private final Parts parts;
    private final Progress progress;
    private final PluginJar jar;
    private final CanaryRule rule;
    private final PluginRecord.@Nullable Build unwanted;
    private final long parkedBefore;
    private @Nullable Long bundle;
    private @Nullable Generation candidate;
    private @Nullable PluginRecord unpromoted;
    private String keptOld = "";

    /** {@code unwanted}: the version that serves, if it is not to be brought back later. */
    Upgrade(Parts parts, Progress progress, PluginJar jar, CanaryRule rule, PluginRecord.@Nullable Build unwanted) {
        this.parts = parts;
        this.progress = progress;
        this.jar = jar;
        this.rule = rule;
        this.unwanted = unwanted;
        this.parkedBefore = parked();
    }

    private long parked() {
        return parts.registry().calls().parkedSoFar(jar.plugin());
    }

    /** Does it all; answers how it ended. */
    SwapJob run() {
        Set<String> before = parts.table().jars();
        try {
            return swap();
        } finally {
            before.add(jar.build().sha256());
            before.removeAll(parts.table().jars());
            parts.jars().drop(before);
        }
    }

    private SwapJob swap() {
        Generation ready;
        String verdict;
        try {
            ready = bringUp();
            verdict = compare(ready);
            promote(ready, verdict);
        } catch (SwapFailedException failed) {
            return rollBack(progress.phaseName() + ": " + failed.getMessage());
        }
        long calls = 0;
        long left = 0;
        for (Generation old : parts.registry().generations(jar.plugin())) {
            if (old != ready) {
                Drain.Outcome outcome = end(old);
                calls += outcome.calls();
                left += outcome.left();
            }
        }
        long waited = parked() - parkedBefore;
        progress.drained(calls, left, waited);
        String detail = jar.build().version() + " in " + progress.sinceBegun().toMillis() + " ms: " + calls
                + " calls drained, " + waited + " parked, " + left + " abandoned";
        parts.table().happened(jar.plugin(), "swapped", progress.actor(), detail, now -> now);
        return progress.end(SwapJob.Outcome.PROMOTED, verdict);
    }

    /** Of a generation that gets no calls any more: the one that served, or one that was quarantined. */
    private Drain.Outcome end(Generation old) {
        reached(Phase.DRAIN, "ends " + old.callsInFlight() + " calls of " + old.version());
        Drain.Outcome outcome =
                parts.drain().await(old, parts.registry().settings().drain());
        reached(Phase.STOP, "stops " + old.version());
        parts.exit().takeAway(old.origin().bundle(), old);
        return outcome;
    }

    private Generation bringUp() throws SwapFailedException {
        reached(Phase.CHECK, "keeps " + jar.build().version());
        Path kept = Patience.give(
                "check",
                phase(),
                () -> parts.jars().keep(jar.file(), jar.build().sha256()));
        reached(Phase.INSTALL, "installs " + jar.build().version());
        String location = location(jar.build());
        long id = Patience.give("install", phase(), () -> parts.bundles().install(location, kept))
                .id();
        bundle = id;
        // Already now: the framework may start it to resolve it, when two are resolved at the same time.
        CompletableFuture<Arrival> arrival = parts.arrivals().expect(id);
        reached(Phase.RESOLVE, "looks for what it imports");
        Patience.give("resolve", phase(), () -> {
            parts.bundles().resolve(id);
            return true;
        });
        reached(Phase.START, "starts bundle " + id);
        Patience.give("start", phase(), () -> {
            parts.bundles().start(id, false);
            return true;
        });
        Arrival arrived = Patience.await("its service", phase(), arrival);
        if (!arrived.origin().name().equals(jar.plugin())) {
            throw new SwapFailedException(
                    "its service calls itself " + arrived.origin().name() + ", not " + jar.plugin());
        }
        Generation generation = parts.preparation().open(arrived);
        candidate = generation;
        reached(Phase.INITIALISE, "gets ready");
        parts.preparation().initialise(generation);
        reached(Phase.HEALTH, "says how it is");
        parts.preparation().checkHealth(generation);
        if (parts.registry().serving(jar.plugin()).isPresent()) {
            // Else callers wait, and slow answers are better than none.
            reached(Phase.WARM_UP, "is called for the sake of its speed");
            parts.preparation().warmUp(generation);
        }
        return generation;
    }

    /** The canary; answers why it may be promoted. */
    private String compare(Generation ready) throws SwapFailedException {
        Optional<Generation> serving = parts.registry().serving(jar.plugin());
        if (serving.isEmpty() || rule.atMost().isZero()) {
            return serving.isEmpty() ? "nobody served before it" : "without a comparison, as asked";
        }
        Generation old = serving.get();
        reached(
                Phase.CANARY,
                "gets " + rule.sharePercent() + " % of the calls until " + rule.calls() + " have ended, at most "
                        + rule.atMost().toMillis() + " ms");
        return new CanaryPhase(parts.registry(), rule, old, ready).run();
    }

    /** Durable first: whoever is killed now starts with the new version. */
    private void promote(Generation ready, String verdict) throws SwapFailedException {
        reached(Phase.PROMOTE, verdict);
        PluginRecord.Build before = keepOld();
        unpromoted = parts.table().find(jar.plugin()).orElse(PluginRecord.unknown(jar.plugin()));
        List<String> offered = ready.capabilities().stream().map(Capability::id).toList();
        String detail =
                (before == null ? "" : before.version() + " to ") + jar.build().version() + ", " + verdict + ", after "
                        + progress.sinceBegun().toMillis() + " ms";
        Patience.await(
                "the durable record",
                phase(),
                parts.table()
                        .happened(
                                jar.plugin(),
                                "promoted",
                                progress.actor(),
                                detail,
                                now -> without(withOld(now, before).desiring(jar.build(), offered))));
        Optional<String> refused = parts.registry().promote(ready, verdict);
        if (refused.isPresent()) {
            throw new SwapFailedException(refused.get());
        }
        long id = ready.origin().bundle();
        try {
            Patience.give("persistent start", phase(), () -> {
                parts.bundles().start(id, true);
                return true;
            });
        } catch (SwapFailedException failed) {
            // It serves; the next start of the server starts it by the durable record.
            LOG.warn("plugin {} serves, but: {}", ready, failed.getMessage());
        }
    }

    /** The version that serves, with its jar on disk even if somebody else installed it. */
    private PluginRecord.@Nullable Build keepOld() throws SwapFailedException {
        PluginRecord.Build desired = parts.table().desired(jar.plugin());
        Optional<Generation> serving = parts.registry().serving(jar.plugin());
        if (desired == null || desired.isKept() || serving.isEmpty()) {
            return desired;
        }
        long installed = serving.get().origin().bundle();
        String sha256 = Patience.give(
                "keep the old version",
                phase(),
                () -> parts.jars().keep(part -> parts.bundles().copy(installed, part)));
        keptOld = sha256;
        return new PluginRecord.Build(desired.symbolicName(), desired.version(), sha256);
    }

    private static PluginRecord withOld(PluginRecord now, PluginRecord.@Nullable Build kept) {
        return kept == null ? now : now.desiring(kept, now.capabilities());
    }

    private PluginRecord without(PluginRecord now) {
        PluginRecord.Build bad = unwanted;
        return bad == null
                ? now
                : now.forgetting(bad).forgetting(new PluginRecord.Build(bad.symbolicName(), bad.version(), keptOld));
    }

    private SwapJob rollBack(String reason) {
        Generation failed = candidate;
        if (failed != null) {
            parts.registry().withdraw(failed, reason, false);
            parts.drain().await(failed, parts.registry().settings().drain());
            parts.registry().become(failed, PluginStatus.State.FAILED, reason);
        }
        Long id = bundle;
        if (id != null) {
            parts.arrivals().expectNoMore(id);
            parts.exit().takeAway(id, failed);
        }
        String detail = jar.build().version() + ", " + reason;
        try {
            // What it names afterwards is what stays of the jars.
            Patience.await(
                    "the durable record",
                    phase(),
                    parts.table().happened(jar.plugin(), "rolled-back", progress.actor(), detail, this::unpromote));
        } catch (SwapFailedException late) {
            LOG.warn("plugin {}: that it was rolled back is not written down: {}", jar.plugin(), late.getMessage());
        }
        LOG.warn("plugin {} {} was rolled back: {}", jar.plugin(), jar.build().version(), reason);
        return progress.end(SwapJob.Outcome.ROLLED_BACK, reason);
    }

    /** The promotion may have become durable, or may do so yet, although it failed. */
    private PluginRecord unpromote(PluginRecord now) {
        PluginRecord before = unpromoted;
        return before == null ? now : now.asBefore(before);
    }

    private void reached(Phase phase, String doing) {
        progress.reached(phase, doing);
        parts.table().noted(jar.plugin(), phase.wire(), jar.build().version() + ": " + doing);
    }

    private Duration phase() {
        return parts.registry().settings().phase();
    }

    /** Where core's own bundles come from. */
    static String location(PluginRecord.Build build) {
        return FrameworkBundles.LOCATION + build.symbolicName() + '/' + build.version() + '/' + build.sha256();
    }
}
