// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls capabilities round robin with their own examples at a fixed rate, whatever becomes of the calls before (an open
 * loop), and looks at each answer. Time is taken from when a call was due, so that a call that could not even be made in
 * time is late too. One use each; {@link #stop} and {@link #soFar} from any thread.
 */
public final class CapabilityLoad {
    /** Calls that may be under way; when there are more, the next ones are late. */
    static final int MAX_IN_FLIGHT = 10_000;

    private static final long MOMENT_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What is wrong with an answer. */
    @FunctionalInterface
    public interface Checker {
        /** Accepts every answer. */
        Checker ANY = (request, answer) -> null;

        /** What is wrong with it in words, or null if nothing is. Called on any thread, must not block. */
        @Nullable
        String complaint(IntegrationRequest request, IntegrationResponse.Answered answer);
    }

    private final List<IntegrationRequest> requests;
    private final Function<IntegrationRequest, CompletionStage<IntegrationResponse>> target;
    private final Checker checker;
    private final LoadTally tally = new LoadTally();
    private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);
    private volatile boolean stopped;

    /**
     * A load that has not begun.
     *
     * @param requests what is asked, in turn
     * @param target whom, for instance {@code orchestrator::call}
     * @param checker what an answer must be
     */
    public CapabilityLoad(
            List<IntegrationRequest> requests,
            Function<IntegrationRequest, CompletionStage<IntegrationResponse>> target,
            Checker checker) {
        if (requests.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to ask");
        }
        this.requests = List.copyOf(requests);
        this.target = Objects.requireNonNull(target);
        this.checker = Objects.requireNonNull(checker);
    }

    /** A request for every example of every operation that is wanted. */
    public static List<IntegrationRequest> examples(List<Capability> capabilities, Predicate<Operation> wanted) {
        List<IntegrationRequest> requests = new ArrayList<>();
        for (Capability capability : capabilities) {
            for (Operation operation : capability.operations()) {
                if (wanted.test(operation)) {
                    operation
                            .examples()
                            .forEach(example -> requests.add(
                                    new IntegrationRequest(capability.id(), operation.name(), null, example)));
                }
            }
        }
        return requests;
    }

    /**
     * Makes the calls on {@code threads} threads of its own until the time is over or {@link #stop} is called, and waits
     * until all have ended or half a minute more is over.
     *
     * @param perSecond calls a second over all threads
     */
    public LoadReport run(int perSecond, Duration length, int threads) throws InterruptedException {
        long begin = System.nanoTime();
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        AtomicLong next = new AtomicLong();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread caller = new Thread(() -> issue(begin, interval, length, next), "capability-load-" + i);
            caller.setDaemon(true);
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        free.tryAcquire(MAX_IN_FLIGHT, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return tally.report();
    }

    /** Makes no more calls. */
    public void stop() {
        stopped = true;
    }

    /** The report as it stands. */
    public LoadReport soFar() {
        return tally.report();
    }

    private void issue(long begin, long interval, Duration length, AtomicLong next) {
        long end = begin + length.toNanos();
        while (!stopped) {
            long number = next.getAndIncrement();
            long due = begin + number * interval;
            if (due - end >= 0) {
                return;
            }
            for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (stopped || !admitted(end)) {
                return;
            }
            call(requests.get((int) (number % requests.size())), due);
        }
    }

    /** Waits until there is room for a call; false when there was none long after the end. */
    private boolean admitted(long end) {
        try {
            while (!free.tryAcquire(MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
                if (stopped || System.nanoTime() - end > PATIENCE.toNanos()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void call(IntegrationRequest request, long due) {
        tally.begun();
        ask(request).whenComplete((response, failure) -> {
            long nanos = System.nanoTime() - due;
            if (failure != null) {
                tally.broken(request, "the call itself ended with " + failure, nanos);
            } else if (response == null) {
                tally.broken(request, "the call ended with nothing", nanos);
            } else {
                tally.ended(request, response, checker, nanos);
            }
            free.release();
        });
    }

    /** A target may be anybody's; what it throws is a finding, and the load goes on. */
    @SuppressWarnings("checkstyle:IllegalCatch")
    private CompletionStage<IntegrationResponse> ask(IntegrationRequest request) {
        try {
            return Objects.requireNonNull(target.apply(request), "the call answered no stage");
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
