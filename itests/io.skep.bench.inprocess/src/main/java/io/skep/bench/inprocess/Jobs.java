// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.admin.Server;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.store.LogStore;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs jobs, one at a time, each on a thread of its own. Thread-safe. */
final class Jobs implements AutoCloseable {
    private final Orchestrator orchestrator;
    private final Server server;
    private final LogStore log;
    private @Nullable Thread thread;
    private volatile Outcome outcome = new Outcome(true, "nothing ran yet", Map.of(), Map.of());

    Jobs(Orchestrator orchestrator, Server server, LogStore log) {
        this.orchestrator = orchestrator;
        this.server = server;
        this.log = log;
    }

    /** Begins a job; false if one runs. */
    synchronized boolean begin(Job job) {
        if (!outcome.ended()) {
            return false;
        }
        outcome = Outcome.RUNNING;
        Thread next = new Thread(() -> outcome = run(job), "skep-bench");
        next.setDaemon(true);
        next.start();
        thread = next;
        return true;
    }

    /** How the newest job stands. */
    Outcome outcome() {
        return outcome;
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    @SuppressWarnings("checkstyle:IllegalCatch") // whatever a job throws is its outcome; who waits for it must learn it
    private Outcome run(Job job) {
        try {
            return measure(job);
        } catch (Exception | LinkageError failure) {
            return Outcome.failed(failure);
        }
    }

    private Outcome measure(Job job)
            throws InterruptedException, ExecutionException, TimeoutException, IOException,
                    ReflectiveOperationException {
        return switch (job.kind()) {
            case CYCLES -> new Cycles(orchestrator, server).run(job);
            case LATENCY -> new StartLatency(orchestrator).run(job);
            case BACKLOG -> new Backlog(orchestrator).submit(1000L * job.inFlight());
            case HISTORY -> new History(log).fill(1000L * job.inFlight());
            case STORE -> {
                try (FreshStore store = new FreshStore(log)) {
                    yield BareAppends.toStore(store.log(), Records.newest(log)).run(job);
                }
            }
            case JOURNAL -> {
                try (PreallocatedJournal journal = new PreallocatedJournal(FreshStore.beside(log))) {
                    yield BareAppends.to(journal, Records.newest(log)).run(job);
                }
            }
        };
    }
}
