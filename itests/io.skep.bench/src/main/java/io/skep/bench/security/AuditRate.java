// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.security;

import io.skep.bench.Homes;
import io.skep.plugin.security.audit.Actor;
import io.skep.plugin.security.audit.AuditEvent;
import io.skep.plugin.security.audit.AuditLog;
import io.skep.plugin.security.audit.AuditSettings;
import io.skep.plugin.security.audit.Category;
import io.skep.plugin.security.audit.Outcome;
import io.skep.plugin.security.audit.SigningKey;
import io.skep.plugin.security.audit.SubjectKeys;
import io.skep.plugin.security.audit.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Durable events a second of the plugin's audit log, in this process on the shipped jar, as no edge takes so many calls: two
 * threads, and so many events in flight as a busy server has. An event counts when its caller was told that it is durable.
 */
final class AuditRate {
    private static final int THREADS = 2;
    private static final int IN_FLIGHT = 4096;

    private final Path home;
    private final int events;
    private final int rounds;

    /** Of so many rounds of so many events each, in a directory on the disk that is to be measured. */
    AuditRate(Path home, int events, int rounds) {
        this.home = home;
        this.events = events;
        this.rounds = rounds;
    }

    /** The median over the rounds, after one that does not count. */
    double measure() throws IOException, InterruptedException {
        Homes.clear(home);
        Files.createDirectories(home);
        double[] rates = new double[rounds];
        try (AuditLog log = AuditLog.open(
                home.resolve("log"),
                home.resolve("checkpoints"),
                SigningKey.generate("bench"),
                new SubjectKeys(home.resolve("persons.keys"), 1000),
                AuditSettings.DEFAULT,
                Clock.systemUTC())) {
            round(log);
            for (int i = 0; i < rounds; i++) {
                rates[i] = round(log);
            }
        }
        Arrays.sort(rates);
        return rates[rounds / 2];
    }

    private double round(AuditLog log) throws InterruptedException {
        Semaphore free = new Semaphore(IN_FLIGHT);
        AtomicInteger failed = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int t = 0; t < THREADS; t++) {
            int from = t;
            Thread thread = new Thread(() -> append(log, from, free, failed), "bench-audit-" + t);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        free.acquire(IN_FLIGHT);
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " events were not recorded");
        }
        return events * 1e9 / (System.nanoTime() - start);
    }

    private void append(AuditLog log, int from, Semaphore free, AtomicInteger failed) {
        for (int i = from; i < events; i += THREADS) {
            free.acquireUninterruptibly();
            log.append(event(i)).whenComplete((receipt, refused) -> {
                failed.addAndGet(refused == null ? 0 : 1);
                free.release();
            });
        }
    }

    /** As the plugin records a decision. */
    private static AuditEvent event(int i) {
        return AuditEvent.of(
                        Category.AUTHORIZATION,
                        Actor.agent("agent-" + i % 7),
                        i % 3 == 0 ? "create" : "update",
                        new Target("task", "t" + i % 1000),
                        i % 5 == 0 ? Outcome.DENIED : Outcome.SUCCESS)
                .from("192.0.2.7")
                .fact("policy_version", "sha256:832738cfb732ac79a2aab685d562cca383667e674a93834c8766451d4b64c6cd")
                .fact("rule", "operator#3")
                .fact("tenant", "default");
    }
}
