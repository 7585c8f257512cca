// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures durable events a second by group commit, with the default settings, some threads, and so many events in flight
 * as a busy server has. Every event counts when its caller has been told. The directory must be on the disk to measure.
 */
final class Throughput {
    private static final Logger LOG = LoggerFactory.getLogger(Throughput.class);
    private static final int IN_FLIGHT = 4096;

    private Throughput() {}

    /** Appends so many events from so many threads; returns events a second. */
    static double round(AuditLog log, int events, int threads) throws InterruptedException {
        Semaphore free = new Semaphore(IN_FLIGHT);
        AtomicInteger failed = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        long start = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            int from = t;
            Thread thread = new Thread(() -> {
                for (int i = from; i < events; i += threads) {
                    free.acquireUninterruptibly();
                    AuditEvent event = Logs.event(i)
                            .from("192.0.2.7")
                            .fact(
                                    "policy_version",
                                    "sha256:832738cfb732ac79a2aab685d562cca383667e674a93834c8766451d4b64c6cd")
                            .fact("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")
                            .fact("reason", "grant#3 of role agent allows it");
                    log.append(event).whenComplete((receipt, refused) -> {
                        failed.addAndGet(refused == null ? 0 : 1);
                        free.release();
                    });
                }
            });
            all.add(thread);
            thread.start();
        }
        for (Thread thread : all) {
            thread.join();
        }
        free.acquireUninterruptibly(IN_FLIGHT);
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " events failed");
        }
        return events * 1e9 / (System.nanoTime() - start);
    }

    /** Runs in the directory that is given. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(arguments[0]);
        SubjectKeys subjects = new SubjectKeys(home.resolve("subjects.keys"), 1000);
        double[] rates = new double[9];
        try (AuditLog log = AuditLog.open(
                home.resolve("audit"),
                home.resolve("checkpoints"),
                SigningKey.generate("throughput"),
                subjects,
                AuditSettings.DEFAULT,
                Clock.systemUTC())) {
            round(log, 200_000, 2);
            for (int i = 0; i < rates.length; i++) {
                rates[i] = round(log, 200_000, 2);
                LOG.warn("{} events/s", Math.round(rates[i]));
            }
        }
        Arrays.sort(rates);
        LOG.warn("median {} events/s", Math.round(rates[rates.length / 2]));
    }
}
