// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.Refusal;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports progress of one attempt and what it has used: of many lines in a moment only the newest, one durable report at
 * a time and at most one each interval; but the last always. Thread-safe.
 */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Tools tools;
    private final AttemptRef attempt;
    private final Runnable fenced;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private @Nullable String pending;
    private @Nullable Usage used;
    private boolean sending;
    private boolean resting;
    private boolean finishing;

    private record Report(@Nullable String line, @Nullable Usage used) {}

    /** @param fenced called when core says that the attempt is over */
    Progress(Tools tools, AttemptRef attempt, Runnable fenced) {
        this.tools = tools;
        this.attempt = attempt;
        this.fenced = fenced;
    }

    /** A new line. */
    void line(String line) {
        synchronized (this) {
            pending = line;
        }
        send();
    }

    /** A new word of what was used since the attempt began. */
    void used(Usage total) {
        synchronized (this) {
            used = total;
        }
        send();
    }

    /** Reports what is pending at once; completes when nothing is. */
    CompletableFuture<Void> finish() {
        synchronized (this) {
            finishing = true;
        }
        send();
        return finished;
    }

    private void send() {
        Optional<Report> next = next();
        if (next.isEmpty()) {
            return;
        }
        tools.workers().later(INTERVAL, this::rested);
        tools.retries().call(() -> true, () -> tell(next.get())).whenComplete((told, failure) -> sent(failure));
    }

    private CompletionStage<Void> tell(Report report) {
        CompletionStage<Void> told = report.used() == null
                ? CompletableFuture.completedFuture(null)
                : tools.attempts().use(attempt, report.used()).thenAccept(task -> {});
        return report.line() == null
                ? told
                : told.thenCompose(before -> tools.attempts().heartbeat(attempt, report.line()))
                        .thenAccept(until -> {});
    }

    private synchronized Optional<Report> next() {
        if (sending || (resting && !finishing)) {
            return Optional.empty();
        }
        Optional<Report> next =
                pending == null && used == null ? Optional.empty() : Optional.of(new Report(pending, used));
        pending = null;
        used = null;
        sending = next.isPresent();
        resting = resting || sending;
        if (finishing && !sending) {
            finished.complete(null);
        }
        return next;
    }

    private void rested() {
        synchronized (this) {
            resting = false;
        }
        send();
    }

    private void sent(@Nullable Throwable failure) {
        synchronized (this) {
            sending = false;
        }
        if (failure != null && Retries.isRefused(failure, Refusal.Reason.FENCED)) {
            fenced.run();
        } else if (failure != null) {
            LOG.debug("progress of {} was not taken", attempt, failure);
        }
        send();
    }
}
