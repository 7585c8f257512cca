// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import io.skep.api.store.StoreStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store of which each job goes through two steps and then ends. */
final class FakeStore implements StoreAdmin {
    final List<String> asked = new ArrayList<>();
    String error;
    private final List<StoreJob> jobs = new ArrayList<>();

    @Override
    public CompletionStage<StoreStatus> status() {
        return CompletableFuture.completedFuture(new StoreStatus(
                Path.of("/s/store"),
                Path.of("/s/backups"),
                5L << 30,
                List.of(new StoreStatus.File("log.db", 3 << 20, 1 << 20, 1 << 19))));
    }

    @Override
    public List<StoreJob> jobs() {
        return List.copyOf(jobs);
    }

    @Override
    public CompletionStage<StoreJob> begin(StoreJob.Kind kind, String name, String actor) {
        asked.add(kind.wire() + " " + name + " " + actor);
        if (!jobs.isEmpty() && jobs.get(0).endedAt() == null) {
            return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.CONFLICT, "job s1 is under way"));
        }
        return then(new StoreJob("s1", kind, actor, FakeAgents.AT, null, "log", 1, 0, null, null));
    }

    private CompletionStage<StoreJob> then(StoreJob job) {
        jobs.clear();
        jobs.add(job);
        return CompletableFuture.completedFuture(job);
    }

    @Override
    public CompletionStage<StoreJob> awaitEnd(String id, Duration atMost) {
        StoreJob now = jobs.get(0);
        boolean over = now.step().equals("checksums");
        return then(new StoreJob(
                id,
                now.kind(),
                now.actor(),
                now.startedAt(),
                over ? FakeAgents.AT : null,
                "checksums",
                2,
                4,
                over && error == null ? "it is done" : null,
                over ? error : null));
    }

    @Override
    public CompletionStage<StoreJob> stop(String id) {
        throw new UnsupportedOperationException();
    }
}
