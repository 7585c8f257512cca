// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.admin.StoreJob;
import io.skep.api.payload.PayloadService;
import io.skep.api.store.StoreFiles;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.StoreStatus;
import io.skep.core.EngineHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreJobsTest {
    private final EngineHarness h = new EngineHarness();
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final FakeFiles files = new FakeFiles();
    private int holds;
    private final StoreJobs jobs = new StoreJobs(h.engine(), files, (shard, sink) -> {}, this::hold, work::add);

    /** Does what a test says in the middle of each thing. */
    private static final class FakeFiles implements StoreFiles {
        final List<String> asked = new ArrayList<>();
        Runnable middle = () -> {};

        private void carryOut(String what, Progress progress) {
            asked.add(what);
            progress.at("first", 1, 2);
            middle.run();
            progress.at("second", 2, 2);
        }

        @Override
        public StoreStatus status() {
            return new StoreStatus(Path.of("store"), Path.of("backups"), 1, List.of());
        }

        @Override
        public Path backup(String name, Progress progress) {
            carryOut("backup " + name, progress);
            return Path.of("backups", name);
        }

        @Override
        public Path export(String name, Progress progress) {
            carryOut("export " + name, progress);
            return Path.of("backups", name);
        }

        @Override
        public Path stage(Path export, Progress progress) {
            carryOut("stage " + export, progress);
            return Path.of("store", "import");
        }

        @Override
        public long compact(Progress progress) {
            carryOut("compact", progress);
            return 7;
        }

        @Override
        public void rebuildProjection(Source source, Progress progress) {
            carryOut("rebuild", progress);
        }
    }

    private PayloadService.Hold hold() {
        holds++;
        return () -> holds--;
    }

    @AfterEach
    void close() {
        jobs.close();
    }

    @Test
    void payloadsStay_whileABackupCopiesThem_howeverItEnds() {
        begin(StoreJob.Kind.BACKUP, "one");
        files.middle = () -> {
            assertThat(holds).isEqualTo(1);
            throw new StoreFullException("full");
        };
        work.remove().run();
        assertThat(holds).isZero();

        begin(StoreJob.Kind.COMPACT, null);
        files.middle = () -> assertThat(holds).isZero();
        work.remove().run();
        assertThat(jobs.jobs()).extracting(StoreJob::error).containsExactly(null, "full");
    }

    private StoreJob begin(StoreJob.Kind kind, String name) {
        return h.get(jobs.begin(kind, name, "ada"));
    }

    private StoreJob now(StoreJob job) {
        return h.get(jobs.awaitEnd(job.id(), Duration.ZERO));
    }

    private StoreJob carriedOut(StoreJob.Kind kind, String name) {
        StoreJob job = begin(kind, name);
        work.remove().run();
        return now(job);
    }

    @Test
    void jobs_areCarriedOut_andSayWhatCameOfThem() {
        StoreJob backup = carriedOut(StoreJob.Kind.BACKUP, "monday");
        assertThat(backup.result()).isEqualTo("backup backups/monday");
        assertThat(backup.error()).isNull();
        assertThat(backup.endedAt()).isNotNull();
        assertThat(backup.actor()).isEqualTo("ada");
        assertThat(backup.step()).isEqualTo("second");
        assertThat(carriedOut(StoreJob.Kind.COMPACT, null).result()).isEqualTo("7 bytes given back to the disk");
        assertThat(carriedOut(StoreJob.Kind.REBUILD, null).result()).isEqualTo("the projection is written anew");
        assertThat(files.asked).containsExactly("backup monday", "compact", "rebuild");
        assertThat(jobs.jobs())
                .extracting(StoreJob::kind)
                .containsExactly(StoreJob.Kind.REBUILD, StoreJob.Kind.COMPACT, StoreJob.Kind.BACKUP);
        assertThat(h.get(jobs.status()).diskFreeBytes()).isEqualTo(1);
    }

    @Test
    void export_andImport_areJobs_andPayloadsStayMeanwhile() {
        files.middle = () -> assertThat(holds).isEqualTo(1);
        assertThat(carriedOut(StoreJob.Kind.EXPORT, "move").result())
                .startsWith("export backups/move; changes are refused until");
        assertThat(holds).isZero();
        files.middle = () -> assertThat(holds).isZero();
        assertThat(carriedOut(StoreJob.Kind.IMPORT, "/there/move").result())
                .isEqualTo("kept as store/import for the next store without records that opens");
        carriedOut(StoreJob.Kind.EXPORT, null);
        assertThat(files.asked.get(0)).isEqualTo("export move");
        assertThat(files.asked.get(1)).isEqualTo("stage /there/move");
        assertThat(files.asked.get(2)).matches("export \\d{8}T\\d{6}Z");
        assertThat(carriedOut(StoreJob.Kind.IMPORT, "\u0000").error()).contains("is no path");
        assertRefused(Refusal.Reason.INVALID, () -> begin(StoreJob.Kind.IMPORT, null));
        assertRefused(Refusal.Reason.INVALID, () -> begin(StoreJob.Kind.IMPORT, " "));
        assertRefused(Refusal.Reason.INVALID, () -> begin(StoreJob.Kind.EXPORT, "../x"));
        assertThat(work).isEmpty();
    }

    @Test
    void backupWithoutAName_hasTheTime() {
        carriedOut(StoreJob.Kind.BACKUP, null);
        assertThat(files.asked.get(0)).matches("backup \\d{8}T\\d{6}Z");
    }

    @Test
    void secondJob_isRefused_whileOneIsUnderWay() {
        StoreJob first = begin(StoreJob.Kind.COMPACT, null);
        assertRefused(Refusal.Reason.CONFLICT, () -> begin(StoreJob.Kind.BACKUP, null));
        work.remove().run();
        assertThat(now(first).endedAt()).isNotNull();
        assertThat(carriedOut(StoreJob.Kind.BACKUP, null).error()).isNull();
    }

    @Test
    void wrongNames_andUnknownJobs_areRefused() {
        assertRefused(Refusal.Reason.INVALID, () -> begin(StoreJob.Kind.BACKUP, "../x"));
        assertRefused(Refusal.Reason.INVALID, () -> begin(StoreJob.Kind.BACKUP, "-x"));
        assertRefused(Refusal.Reason.INVALID, () -> begin(StoreJob.Kind.COMPACT, "x"));
        assertRefused(Refusal.Reason.NOT_FOUND, () -> h.get(jobs.stop("none")));
        assertRefused(Refusal.Reason.NOT_FOUND, () -> h.get(jobs.awaitEnd("none", Duration.ZERO)));
        assertThat(work).isEmpty();
    }

    private static void assertRefused(Refusal.Reason reason, Runnable request) {
        assertThatThrownBy(request::run)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }

    @Test
    void stoppedJob_endsAtItsNextStep() {
        StoreJob job = begin(StoreJob.Kind.BACKUP, null);
        files.middle = () -> {
            assertThat(now(job).step()).isEqualTo("first");
            h.get(jobs.stop(job.id()));
        };
        work.remove().run();
        assertThat(now(job).error()).isEqualTo("it was stopped by request");
        assertThat(now(job).result()).isNull();
    }

    @Test
    void failure_isTheEnd_whateverItIs() {
        files.middle = () -> {
            throw new StoreFullException("no space");
        };
        assertThat(carriedOut(StoreJob.Kind.BACKUP, null).error()).isEqualTo("no space");
        files.middle = () -> {
            throw new IllegalStateException("defect");
        };
        assertThat(carriedOut(StoreJob.Kind.BACKUP, null).error())
                .contains("internal error")
                .contains("defect");
        files.middle = () -> {};
        assertThat(carriedOut(StoreJob.Kind.BACKUP, null).error()).isNull();
    }

    @Test
    void oldJobs_areForgotten() {
        StoreJob first = carriedOut(StoreJob.Kind.COMPACT, null);
        for (int i = 0; i < 20; i++) {
            carriedOut(StoreJob.Kind.COMPACT, null);
        }
        assertThat(jobs.jobs()).hasSize(20);
        assertRefused(Refusal.Reason.NOT_FOUND, () -> now(first));
    }

    @Test
    void close_endsWhatIsUnderWay_andWaitsForIt() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        files.middle = () -> {
            begun.complete(null);
            goOn.orTimeout(30, TimeUnit.SECONDS).join();
        };
        StoreJobs own = new StoreJobs(h.engine(), files, (shard, sink) -> {}, this::hold, thread);
        StoreJob job = h.get(own.begin(StoreJob.Kind.BACKUP, null, "ada"));
        begun.get(30, TimeUnit.SECONDS);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(own::close);
        goOn.complete(null);
        closed.get(30, TimeUnit.SECONDS);
        assertThat(own.jobs().get(0).id()).isEqualTo(job.id());
        // Either it was told in time, or it was over first.
        assertThat(own.jobs().get(0).endedAt()).isNotNull();
        thread.shutdown();
    }
}
