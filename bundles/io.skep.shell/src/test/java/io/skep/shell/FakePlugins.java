// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Answers what a test put in, and notes what it was asked. */
final class FakePlugins implements Plugins {
    final List<PluginStatus> list = new ArrayList<>();
    /** The job as it stands at each further look; it stays at the last. */
    final Deque<SwapJob> job = new ArrayDeque<>();

    final List<String> asked = new ArrayList<>();
    final List<SwapRequest> requests = new ArrayList<>();
    Health health = Health.OK;
    PluginDetail detail;
    /** What was in the newest jar. */
    String jar;

    record Text(String text) {}

    static PluginStatus status() {
        Operation echo = Operation.named("echo")
                .summary("Says it again")
                .input(Text.class)
                .output(Text.class)
                .examples("{}")
                .build();
        List<Capability> capabilities = List.of(new Capability("sample_echo", List.of(echo)));
        PluginStatus.Load load = new PluginStatus.Load(2, 1000, 3, 85, 1250);
        return new PluginStatus(
                "sample", "1.0.0", 3, PluginStatus.State.SERVING, "initialised", 100, capabilities, load);
    }

    static SwapJob job(SwapJob.Outcome outcome, String reason, SwapJob.Phase... reached) {
        List<SwapJob.Step> steps = Arrays.stream(reached)
                .map(p -> new SwapJob.Step(p, Duration.ofMillis(10 + p.ordinal())))
                .toList();
        return new SwapJob(
                "j1",
                "sample",
                SwapJob.Kind.UPGRADE,
                "1.0.0",
                "1.1.0",
                "test",
                FakeAgents.AT,
                steps,
                outcome,
                reason,
                4,
                0,
                1);
    }

    private CompletionStage<SwapJob> look() {
        SwapJob next = job.size() > 1 ? job.poll() : job.peek();
        return next == null
                ? CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.CONFLICT, "job j0 is under way"))
                : CompletableFuture.completedFuture(next);
    }

    @Override
    public List<PluginStatus> list() {
        return list;
    }

    @Override
    public Optional<PluginDetail> find(String name) {
        return Optional.ofNullable(detail);
    }

    @Override
    public CompletionStage<Health> health(String plugin, Duration timeout) {
        return CompletableFuture.completedFuture(health);
    }

    @Override
    public CompletionStage<SwapJob> upgrade(SwapRequest request) {
        requests.add(request);
        try {
            jar = Files.readString(request.jar());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return look();
    }

    @Override
    public CompletionStage<SwapJob> rollback(String plugin, String actor) {
        asked.add("rollback " + plugin + " by " + actor);
        return look();
    }

    @Override
    public CompletionStage<SwapJob> remove(String plugin, String actor) {
        asked.add("remove " + plugin + " by " + actor);
        return look();
    }

    @Override
    public Optional<SwapJob> job(String id) {
        return Optional.ofNullable(job.peek());
    }

    @Override
    public CompletionStage<SwapJob> awaitEnd(String id, Duration atMost) {
        asked.add("await " + id);
        return look();
    }
}
