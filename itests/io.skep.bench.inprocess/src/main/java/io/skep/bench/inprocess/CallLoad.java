// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Orchestrator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls capabilities from within the server at a fixed rate, whatever becomes of the calls before (an open loop). One
 * thread of its own issues them. Thread-safe.
 */
public final class CallLoad implements AutoCloseable {
    private static final int MAX_IN_FLIGHT = 50_000;

    private final Orchestrator orchestrator;
    private final Plan plan;
    private final Phases phases;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Thread thread = new Thread(this::issue, "skep-bench-calls");
    private volatile boolean stopped;

    /**
     * What is called.
     *
     * @param perSecond how many calls a second
     * @param phase the first phase
     * @param asks the calls, one after the other, again and again
     */
    public record Plan(int perSecond, String phase, List<Ask> asks) {
        public Plan {
            asks = List.copyOf(asks);
            if (perSecond < 1 || perSecond > 1_000_000 || asks.isEmpty()) {
                throw new IllegalArgumentException("perSecond 1 to 1000000, at least one call");
            }
        }
    }

    /**
     * How a load stands.
     *
     * @param inFlight calls that have not ended
     * @param phases what there is so far
     */
    public record State(int inFlight, Map<String, Tally.Report> phases) {}

    CallLoad(Orchestrator orchestrator, Plan plan) {
        this.orchestrator = orchestrator;
        this.plan = plan;
        this.phases = new Phases(plan.phase());
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    void enter(String phase) {
        phases.enter(phase);
    }

    State state() {
        return new State(inFlight.get(), phases.reports());
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    private void issue() {
        long interval = TimeUnit.SECONDS.toNanos(1) / plan.perSecond();
        long due = System.nanoTime();
        for (int i = 0; !stopped; i = i + 1 == plan.asks().size() ? 0 : i + 1, due += interval) {
            for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
                inFlight.decrementAndGet();
                phases.now().failed(System.nanoTime() - due, MAX_IN_FLIGHT + " calls are in flight already");
            } else {
                call(plan.asks().get(i), due);
            }
        }
    }

    private void call(Ask ask, long due) {
        Tally tally = phases.now();
        long begunMillis = System.currentTimeMillis();
        orchestrator.call(ask.request()).whenComplete((response, failure) -> {
            record(tally, ask, due, begunMillis, response, failure);
            inFlight.decrementAndGet();
        });
    }

    private static void record(
            Tally tally,
            Ask ask,
            long due,
            long begunMillis,
            @Nullable IntegrationResponse response,
            @Nullable Throwable failure) {
        long late = System.nanoTime() - due;
        if (response instanceof IntegrationResponse.Answered answered) {
            answered(tally, ask, late, begunMillis, answered);
        } else if (response instanceof IntegrationResponse.Gone gone) {
            tally.fellBack(late, ask.capability() + ": " + gone.reason());
        } else {
            tally.failed(late, ask.capability() + ": " + (response == null ? failure : response));
        }
    }

    private static void answered(
            Tally tally, Ask ask, long late, long begunMillis, IntegrationResponse.Answered answered) {
        IntegrationResponse.Provider by = answered.by();
        String problem =
                by == null ? "nobody says who answered" : ask.problem(answered.data(), by.plugin(), by.version());
        if (by == null || problem != null) {
            tally.failed(late, ask.capability() + ": " + problem);
        } else {
            tally.answered(late, new Tally.Seen(by.plugin(), by.version(), by.generation(), 1, begunMillis));
        }
    }
}
