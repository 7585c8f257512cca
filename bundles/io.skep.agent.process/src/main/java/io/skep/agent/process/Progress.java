// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.Refusal;
import io.skep.api.task.AttemptRef;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports progress of one attempt: of many lines in a moment only the newest, one durable report at a time and at most
 * one each interval; but the last line always. Thread-safe.
 */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Tools tools;
    private final AttemptRef attempt;
    private final Runnable fenced;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private @Nullable String pending;
    private boolean sending;
    private boolean resting;
    private boolean finishing;

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

    /** Reports what is pending at once; completes when nothing is. */
    CompletableFuture<Void> finish() {
        synchronized (this) {
            finishing = true;
        }
        send();
        return finished;
    }

    private void send() {
        Optional<String> next = next();
        if (next.isEmpty()) {
            return;
        }
        tools.workers().later(INTERVAL, this::rested);
        tools.retries()
                .call(() -> true, () -> tools.attempts().heartbeat(attempt, next.get()))
                .whenComplete((until, failure) -> sent(failure));
    }

    private synchronized Optional<String> next() {
        if (sending || (resting && !finishing)) {
            return Optional.empty();
        }
        Optional<String> next = Optional.ofNullable(pending);
        pending = null;
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
