// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Users who call a capability over HTTP, each one call after the other, until they are told to stop. */
final class Callers implements AutoCloseable {
    private static final int MAX_NOTED = 20;

    private final SkepClient client;
    private final CapabilityCall call;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger notAnswered = new AtomicInteger();
    private final List<String> noted = new CopyOnWriteArrayList<>();
    private final Set<String> versions = new ConcurrentSkipListSet<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Callers(SkepClient client, CapabilityCall call) {
        this.client = client;
        this.call = call;
    }

    static Callers begin(SkepClient client, CapabilityCall call, int users) {
        Callers callers = new Callers(client, call);
        for (int i = 0; i < users; i++) {
            Thread thread = new Thread(callers::run, "caller-" + i);
            callers.threads.add(thread);
            thread.start();
        }
        return callers;
    }

    private void run() {
        try {
            while (!stopped) {
                note(client.call(call));
            }
        } catch (IOException e) {
            miss("no answer at " + Instant.now() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(CapabilityAnswer answer) {
        if (!answer.isAnswered()) {
            miss(answer.status() + " " + answer.body());
            return;
        }
        String said = answer.data().path("version").asText(answer.version());
        if (!said.equals(answer.version())) {
            miss("said to be of " + answer.version() + ", but is of " + said);
            return;
        }
        versions.add(said);
        answered.incrementAndGet();
    }

    private void miss(String what) {
        notAnswered.incrementAndGet();
        if (noted.size() < MAX_NOTED) {
            noted.add(what);
        }
    }

    /** Waits until so many calls more have been answered. */
    void await(int more) throws Exception {
        int goal = answered.get() + more;
        Instance.eventually(answered::get, now -> now >= goal);
    }

    /** The versions that have answered so far. */
    Set<String> versions() {
        return new TreeSet<>(versions);
    }

    /** Ends the calls; fails if one of them was not answered by a plugin. */
    void assertNoneFailed() {
        close();
        assertEquals(noted.toString(), 0, notAnswered.get());
        assertTrue("calls were answered", answered.get() > 0);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
