// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.SwapJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How far a swap has come: written by the thread that carries it out, read by any. */
final class Progress {
    private final String id;
    private final String plugin;
    private final SwapJob.Kind kind;
    private final @Nullable String from;
    private final @Nullable String to;
    private final String actor;
    private final Clock clock;
    private final Instant begunAt;
    private final CompletableFuture<SwapJob> ended = new CompletableFuture<>();
    private final List<SwapJob.Step> done = new ArrayList<>();
    private SwapJob.@Nullable Phase phase;
    private Instant phaseSince;
    private SwapJob.Outcome outcome = SwapJob.Outcome.RUNNING;
    private String reason = "";
    private long drained;
    private long parked;
    private long abandoned;

    /** What is to be done, by whom. */
    record Task(
            String plugin,
            SwapJob.Kind kind,
            @Nullable String from,
            @Nullable String to,
            String actor) {}

    Progress(String id, Task task, Clock clock) {
        this.id = id;
        this.plugin = task.plugin();
        this.kind = task.kind();
        this.from = task.from();
        this.to = task.to();
        this.actor = task.actor();
        this.clock = clock;
        this.begunAt = clock.instant();
        this.phaseSince = begunAt;
    }

    String plugin() {
        return plugin;
    }

    String actor() {
        return actor;
    }

    synchronized void reached(SwapJob.Phase next, String doing) {
        closePhase();
        // The first begins with the job, which may have waited for its turn: so the phases add up to its time.
        phaseSince = phase == null ? begunAt : clock.instant();
        phase = next;
        reason = doing;
    }

    synchronized void drained(long calls, long left, long waited) {
        drained = calls;
        abandoned = left;
        parked = waited;
    }

    synchronized Duration sinceBegun() {
        return Duration.between(begunAt, clock.instant());
    }

    /** What is being done now, for the reason of a failure. */
    synchronized String phaseName() {
        return phase == null ? "begin" : phase.wire();
    }

    SwapJob end(SwapJob.Outcome how, String why) {
        SwapJob last;
        synchronized (this) {
            closePhase();
            phase = null;
            outcome = how;
            reason = why;
            last = view();
        }
        ended.complete(last);
        return last;
    }

    /** Ends with the job when it has ended. */
    CompletableFuture<SwapJob> ended() {
        return ended;
    }

    synchronized SwapJob view() {
        List<SwapJob.Step> phases = new ArrayList<>(done);
        if (phase != null) {
            phases.add(new SwapJob.Step(phase, Duration.between(phaseSince, clock.instant())));
        }
        return new SwapJob(
                id, plugin, kind, from, to, actor, begunAt, phases, outcome, reason, drained, parked, abandoned);
    }

    private void closePhase() {
        if (phase != null) {
            done.add(new SwapJob.Step(phase, Duration.between(phaseSince, clock.instant())));
        }
    }
}
