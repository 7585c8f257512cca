// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.Refusal;
import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.core.plugin.CoreThreads;
import io.skep.core.plugin.Failures;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginWork;
import io.skep.core.service.Tasks;
import io.skep.core.state.PluginRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What operators do to plugins, as jobs. Thread-safe. */
final class Swaps implements Plugins {
    private static final Duration MAX_WAIT = Duration.ofMinutes(5);
    private static final int MAX_CHECKS = 8;
    private static final Executor CHECKS = new ThreadPoolExecutor(
            0,
            MAX_CHECKS,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> CoreThreads.daemon(work, "skep-swap-check"));
    private static final CanaryRule NONE = new CanaryRule(100, 1, Duration.ZERO);

    private final Parts parts;
    private final Jobs jobs;
    private final Checks checks;

    Swaps(Parts parts, Jobs jobs) {
        this.parts = parts;
        this.jobs = jobs;
        this.checks = new Checks(parts);
    }

    @Override
    public List<PluginStatus> list() {
        return parts.registry().list();
    }

    @Override
    public Optional<PluginDetail> find(String name) {
        Optional<PluginRecord> record = parts.table().find(name);
        List<PluginStatus> generations =
                list().stream().filter(status -> status.name().equals(name)).toList();
        SwapJob running = jobs.running(name);
        if (record.isEmpty() && generations.isEmpty() && running == null) {
            return Optional.empty();
        }
        PluginRecord known = record.orElse(PluginRecord.unknown(name));
        PluginRecord.Build desired = known.desired();
        return Optional.of(new PluginDetail(
                name,
                desired == null ? null : desired.version(),
                known.previous().stream().map(PluginRecord.Build::version).toList(),
                generations,
                running,
                known.history()));
    }

    @Override
    public CompletionStage<Health> health(String plugin, Duration timeout) {
        Optional<Generation> newest =
                parts.registry().generations(plugin).stream().max(Comparator.comparingLong(Generation::number));
        if (newest.isEmpty()) {
            return CompletableFuture.completedFuture(new Health(false, "there is no plugin " + plugin));
        }
        return PluginWork.on(newest.get(), OrchestrationPlugin::health)
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> new Health(false, Failures.describe(failure)));
    }

    @Override
    public CompletionStage<SwapJob> upgrade(SwapRequest request) {
        return offThread(() -> {
            PluginJar jar = checks.check(request.jar(), request.plugin());
            if (request.dryRun()) {
                return dryRun(jar, request);
            }
            jobs.requireIdle(jar.plugin());
            PluginJar kept = keep(jar);
            return begin(kept, SwapJob.Kind.UPGRADE, request.canary(), request.actor(), null);
        });
    }

    @Override
    public CompletionStage<SwapJob> rollback(String plugin, String actor) {
        return offThread(() -> {
            // First: what is known of a plugin may be only what goes on with it.
            jobs.requireIdle(plugin);
            PluginRecord record = existing(plugin);
            PluginRecord.Build bad = record.desired();
            if (bad == null || record.previous().isEmpty()) {
                throw Refusal.of(
                        Refusal.Reason.CONFLICT,
                        "plugin",
                        "no version before the present one of " + plugin + " is kept");
            }
            return rollBack(record, bad, actor);
        });
    }

    /** Brings the version before back; the present one is not kept. */
    SwapJob rollBack(PluginRecord record, PluginRecord.Build bad, String actor) {
        PluginRecord.Build good = record.previous().get(0);
        Path file = parts.jars().path(good.sha256());
        PluginJar jar = new PluginJar(file, record.name(), good, List.of());
        // Wanting the good version puts the bad one among those before, from where it is taken again.
        return begin(jar, SwapJob.Kind.ROLLBACK, NONE, actor, bad);
    }

    @Override
    public CompletionStage<SwapJob> remove(String plugin, String actor) {
        return offThread(() -> {
            jobs.requireIdle(plugin);
            PluginRecord record = existing(plugin);
            PluginRecord.Build desired = record.desired();
            if (desired == null && parts.registry().generations(plugin).isEmpty()) {
                throw Refusal.of(Refusal.Reason.NOT_FOUND, "plugin " + plugin + " was taken away already");
            }
            String from = desired == null ? null : desired.version();
            Progress.Task task = new Progress.Task(plugin, SwapJob.Kind.REMOVAL, from, null, actor);
            return jobs.begin(task, progress -> new Removal(parts, progress).run());
        });
    }

    @Override
    public Optional<SwapJob> job(String id) {
        return jobs.find(id).map(Progress::view);
    }

    @Override
    public CompletionStage<SwapJob> awaitEnd(String id, Duration atMost) {
        return Tasks.refusing(() -> {
            if (atMost.isNegative() || atMost.compareTo(MAX_WAIT) > 0) {
                throw Refusal.invalid("wait", "the wait is at most " + MAX_WAIT.toSeconds() + " s");
            }
            Progress progress =
                    jobs.find(id).orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no job " + id));
            return progress.ended()
                    .thenApply(UnaryOperator.identity())
                    .completeOnTimeout(progress.view(), atMost.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApply(job -> progress.view());
        });
    }

    private SwapJob begin(
            PluginJar jar, SwapJob.Kind kind, CanaryRule rule, String actor, PluginRecord.@Nullable Build unwanted) {
        return jobs.begin(task(jar, kind, actor), progress -> new Upgrade(parts, progress, jar, rule, unwanted).run());
    }

    private Progress.Task task(PluginJar jar, SwapJob.Kind kind, String actor) {
        PluginRecord.Build desired = parts.table().desired(jar.plugin());
        return new Progress.Task(
                jar.plugin(),
                kind,
                desired == null ? null : desired.version(),
                jar.build().version(),
                actor);
    }

    private SwapJob dryRun(PluginJar jar, SwapRequest request) {
        Progress progress = new Progress("dry-run", task(jar, SwapJob.Kind.UPGRADE, request.actor()), parts.clock());
        return progress.end(SwapJob.Outcome.CHECKED, checks.plan(jar, request.canary()));
    }

    /** A copy that stays when the file of the caller goes. */
    private PluginJar keep(PluginJar jar) {
        try {
            return new PluginJar(
                    parts.jars().keep(jar.file(), jar.build().sha256()), jar.plugin(), jar.build(), jar.imports());
        } catch (java.io.IOException e) {
            throw Refusal.of(Refusal.Reason.UNAVAILABLE, "the jar cannot be kept: " + e.getMessage());
        }
    }

    private PluginRecord existing(String plugin) {
        return parts.table()
                .find(plugin)
                .orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no plugin " + plugin));
    }

    /** Something that reads files and so does not belong on a caller's thread. */
    private interface Work {
        SwapJob run();
    }

    // What it throws is the ending of the stage.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private static CompletionStage<SwapJob> offThread(Work work) {
        CompletableFuture<SwapJob> result = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                result.complete(work.run());
            } catch (RuntimeException failure) {
                result.completeExceptionally(failure);
            }
        };
        try {
            CHECKS.execute(task);
        } catch (RejectedExecutionException full) {
            result.completeExceptionally(Refusal.retryLater(
                    Refusal.Reason.BUSY, MAX_CHECKS + " jars are being checked", Duration.ofSeconds(1)));
        }
        return result;
    }
}
