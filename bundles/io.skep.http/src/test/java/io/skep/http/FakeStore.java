// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import io.skep.api.store.StoreStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The store of {@link FakeCore}: a job ends when it is waited for, or is stopped. */
final class FakeStore implements StoreAdmin {
    private final FakeCore core;
    private final List<StoreJob> jobs = new CopyOnWriteArrayList<>();

    FakeStore(FakeCore core) {
        this.core = core;
    }

    @Override
    public CompletionStage<StoreStatus> status() {
        return core.stage(() -> new StoreStatus(
                Path.of("/s/store"), Path.of("/s/backups"), 7, List.of(new StoreStatus.File("log.db", 3, 2, 1))));
    }

    @Override
    public List<StoreJob> jobs() {
        return List.copyOf(jobs);
    }

    @Override
    public CompletionStage<StoreJob> begin(StoreJob.Kind kind, String name, String actor) {
        return core.stage(() -> {
            if (!jobs.isEmpty() && jobs.get(0).endedAt() == null) {
                throw Refusal.of(Refusal.Reason.CONFLICT, "a job is under way");
            }
            jobs.add(
                    0,
                    new StoreJob("s" + jobs.size(), kind, actor, core.now(), null, "log of " + name, 1, 2, null, null));
            return jobs.get(0);
        });
    }

    @Override
    public CompletionStage<StoreJob> awaitEnd(String id, Duration atMost) {
        return core.stage(() -> atMost.isZero() ? find(id) : end(find(id), "done", null));
    }

    @Override
    public CompletionStage<StoreJob> stop(String id) {
        return core.stage(() -> end(find(id), null, "it was stopped by request"));
    }

    private StoreJob find(String id) {
        return jobs.stream()
                .filter(job -> job.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no job " + id));
    }

    private StoreJob end(StoreJob job, String result, String error) {
        StoreJob ended = new StoreJob(
                job.id(), job.kind(), job.actor(), job.startedAt(), core.now(), job.step(), 2, 2, result, error);
        jobs.set(jobs.indexOf(job), ended);
        return ended;
    }
}
