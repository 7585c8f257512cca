// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import io.skep.bench.load.Claimed;
import io.skep.bench.load.Cpu;
import io.skep.client.Poll;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Task cycles over HTTP in a closed loop: on each connection a thread submits a batch, claims as many tasks, completes
 * them, and begins again.
 */
final class HttpCycles {
    private final SkepServer server;
    private final Shape shape;

    /**
     * How the calls are made.
     *
     * @param name of the result
     * @param connections kept alive, each with a thread and an agent of its own
     * @param batch tasks a call
     */
    record Shape(String name, int connections, int batch) {
        /** Agents that take one task at a time share the work; those with batches have a skill, and so a queue, each. */
        String skill(int connection) {
            return batch == 1 ? name : name + "-" + connection;
        }

        byte[] submission(int connection) {
            String task = Caller.task(skill(connection), "");
            String body = batch == 1 ? task : "[" + String.join(",", Collections.nCopies(batch, task)) + "]";
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** What the threads of one run share. */
    private static final class Run {
        final LongAdder cycles = new LongAdder();
        final AtomicBoolean stopped = new AtomicBoolean();
        final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    }

    HttpCycles(SkepServer server, Shape shape) {
        this.server = server;
        this.shape = shape;
    }

    Map<String, Double> measure(Duration warmup, Duration length) throws IOException, InterruptedException {
        Run run = new Run();
        List<Thread> threads = new ArrayList<>();
        List<Caller> callers = connect();
        try {
            for (int i = 0; i < callers.size(); i++) {
                Caller caller = callers.get(i);
                byte[] submission = shape.submission(i);
                Thread thread = new Thread(() -> work(run, caller, submission), "bench-http-" + i);
                threads.add(thread);
                thread.start();
            }
            Poll.pause(warmup);
            Cpu before = Cpu.now(server);
            long countBefore = run.cycles.sum();
            Poll.pause(length);
            long count = run.cycles.sum() - countBefore;
            Cpu used = Cpu.now(server).since(before);
            run.stopped.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            IOException failure = run.failure.get();
            if (failure != null) {
                throw new IOException(shape.name() + ": " + failure.getMessage(), failure);
            }
            return Map.of(
                    shape.name(),
                    count / used.seconds(),
                    shape.name() + ".server.cpu.us",
                    used.server() * 1e6 / Math.max(1, count),
                    shape.name() + ".client.cpu.us",
                    used.client() * 1e6 / Math.max(1, count));
        } finally {
            run.stopped.set(true);
            for (Caller caller : callers) {
                caller.close();
            }
        }
    }

    private List<Caller> connect() throws IOException, InterruptedException {
        List<Caller> callers = new ArrayList<>();
        String token = server.token();
        for (int i = 0; i < shape.connections(); i++) {
            String agent = shape.name() + "-" + i;
            String secret = Agents.register(server.client(), agent, shape.batch(), shape.skill(i));
            callers.add(new Caller(server.uri(), token, agent, secret));
        }
        return callers;
    }

    private void work(Run run, Caller caller, byte[] submission) {
        try {
            while (!run.stopped.get()) {
                caller.submit(submission);
                int left = shape.batch();
                while (left > 0) {
                    List<Claimed> claimed = caller.claim(left);
                    if (claimed.isEmpty()) {
                        throw new IOException("no task within the wait of a claim");
                    }
                    caller.complete(claimed);
                    run.cycles.add(claimed.size());
                    left -= claimed.size();
                }
            }
        } catch (IOException e) {
            run.failure.compareAndSet(null, e);
            run.stopped.set(true);
        }
    }
}
