// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import io.skep.api.plugin.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The plugins of {@link FakeCore}: one, of which every job stays under way until a test ends it. */
final class FakePlugins implements Plugins {
    static final String NAME = "context-routing";
    static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    final List<SwapRequest> requests = new CopyOnWriteArrayList<>();
    final List<String> actors = new CopyOnWriteArrayList<>();
    final Map<String, CompletableFuture<SwapJob>> ends = new ConcurrentHashMap<>();
    /** What the next upgrade reads its jar after. */
    volatile CompletableFuture<Void> busy = CompletableFuture.completedFuture(null);
    /** The bytes of the newest jar. */
    volatile byte[] jar;

    private final FakeCore core;
    private final Map<String, SwapJob> jobs = new ConcurrentHashMap<>();

    FakePlugins(FakeCore core) {
        this.core = core;
    }

    static PluginStatus status() {
        PluginStatus.Load load = new PluginStatus.Load(3, 90, 4, 120, 4500);
        return new PluginStatus(
                NAME, "0.1.0", 2, PluginStatus.State.SERVING, "initialised", 100, List.of(FakeCore.CAPABILITY), load);
    }

    static SwapJob job(String id, SwapJob.Kind kind, SwapJob.Outcome outcome, String actor) {
        List<SwapJob.Step> phases = List.of(
                new SwapJob.Step(SwapJob.Phase.CHECK, Duration.ofMillis(12)),
                new SwapJob.Step(SwapJob.Phase.WARM_UP, Duration.ofNanos(1)));
        String to = kind == SwapJob.Kind.REMOVAL ? null : "0.2.0";
        return new SwapJob(id, NAME, kind, "0.1.0", to, actor, AT, phases, outcome, "warming up", 7, 8, 9);
    }

    @Override
    public List<PluginStatus> list() {
        return List.of(status());
    }

    @Override
    public Optional<PluginDetail> find(String name) {
        List<PluginDetail.Entry> history =
                List.of(new PluginDetail.Entry(AT, "plugin.promoted", "administrator (http)", "0.1.0 serves"));
        SwapJob job = jobs.values().stream().findFirst().orElse(null);
        return name.equals(NAME)
                ? Optional.of(
                        new PluginDetail(NAME, job == null ? null : "0.1.0", List.of("0.0.9"), list(), job, history))
                : Optional.empty();
    }

    @Override
    public CompletionStage<Health> health(String plugin, Duration timeout) {
        return CompletableFuture.completedFuture(Health.OK);
    }

    @Override
    public CompletionStage<SwapJob> upgrade(SwapRequest request) {
        requests.add(request);
        return busy.thenCompose(free -> {
            jar = bytes(request.jar());
            if (jar[0] != 'P') {
                return CompletableFuture.failedFuture(Refusal.invalid("jar", "the jar is no zip file"));
            }
            return request.dryRun()
                    ? CompletableFuture.completedFuture(
                            job("", SwapJob.Kind.UPGRADE, SwapJob.Outcome.CHECKED, request.actor()))
                    : begin(NAME, SwapJob.Kind.UPGRADE, request.actor());
        });
    }

    private static byte[] bytes(Path jar) {
        try {
            return Files.readAllBytes(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CompletionStage<SwapJob> begin(String plugin, SwapJob.Kind kind, String actor) {
        return core.stage(() -> {
            if (!plugin.equals(NAME)) {
                throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no plugin " + plugin);
            } else if (!jobs.isEmpty()) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "job " + jobs.keySet() + " is under way");
            }
            actors.add(actor);
            SwapJob job = job("j" + actors.size(), kind, SwapJob.Outcome.RUNNING, actor);
            jobs.put(job.id(), job);
            ends.put(job.id(), new CompletableFuture<>());
            return job;
        });
    }

    @Override
    public CompletionStage<SwapJob> rollback(String plugin, String actor) {
        return begin(plugin, SwapJob.Kind.ROLLBACK, actor);
    }

    @Override
    public CompletionStage<SwapJob> remove(String plugin, String actor) {
        return begin(plugin, SwapJob.Kind.REMOVAL, actor);
    }

    @Override
    public Optional<SwapJob> job(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    @Override
    public CompletionStage<SwapJob> awaitEnd(String id, Duration atMost) {
        SwapJob job = jobs.get(id);
        if (job == null) {
            return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "there is no job " + id));
        }
        return ends.get(id).copy().completeOnTimeout(job, atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
