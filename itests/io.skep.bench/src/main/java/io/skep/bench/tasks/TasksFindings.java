// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import java.util.ArrayList;
import java.util.List;

/** Turns the medians of all rounds into results, in the names that the design gives them. */
final class TasksFindings {
    private static final String PEER = "db-scheduler";
    private static final String STORE = "bare store";

    private final Samples samples;
    private final boolean postgres;
    private final List<Result> results = new ArrayList<>();

    /** {@code postgres}: whether the product kept everything there, in the same database server as the peer. */
    TasksFindings(Samples samples, boolean postgres) {
        this.samples = samples;
        this.postgres = postgres;
    }

    Findings findings(String peer) {
        boolean all = samples.has("inprocess.cycles.per.s.1");
        if (all) {
            inProcess();
            http();
            latency();
        }
        thinking();
        if (all) {
            ratios();
        }
        return new Findings(
                (postgres
                                ? "Skep: the same PostgreSQL as the peer, every acknowledged change committed before; "
                                : "Skep and bare store: SQLite, WAL, synchronous=FULL, every acknowledged change synced"
                                        + " before; ")
                        + peer,
                results,
                List.of());
    }

    private void inProcess() {
        for (int n : TasksBench.IN_FLIGHT) {
            results.add(
                    postgres
                            ? one("inprocess.cycles." + n, "inprocess.cycles.per.s." + n, "/s")
                            : Result.of(
                                    "inprocess.cycles." + n,
                                    samples.median("inprocess.cycles.per.s." + n),
                                    "/s",
                                    STORE,
                                    bareCycles("store", n)));
        }
        for (int n : TasksBench.IN_FLIGHT) {
            results.add(one("inprocess.settled." + n, "inprocess.settled.per.s." + n, "/s"));
            results.add(one("projection.lag." + n, "inprocess.projection.lag.records." + n, "records"));
            results.add(one("projection.catchup.ms." + n, "inprocess.projection.catchup.ms." + n, "ms"));
            results.add(one("cycles.per.commit." + n, "inprocess.cycles.per.commit." + n, ""));
            results.add(Result.of("journal.cycles." + n, bareCycles("journal", n), "/s"));
        }
        if (!postgres) {
            results.add(one("log.record.bytes", "store.bytes.per.record.64", "bytes"));
        }
    }

    /** What the bare log did in a second, counted in cycles of as many records as the product's. */
    private double bareCycles(String log, int n) {
        return samples.median(log + ".records.per.s." + n) / samples.median("inprocess.records.per.cycle." + n);
    }

    private void http() {
        for (String shape : List.of("http.cycles.single", "http.cycles.one", "http.cycles.batch")) {
            results.add(
                    hasPeer() && !shape.equals("http.cycles.batch")
                            ? Result.of(
                                    shape,
                                    samples.median(shape),
                                    "/s",
                                    PEER,
                                    samples.median("dbscheduler.cycles." + (shape.equals("http.cycles.one") ? 1 : 64)))
                            : one(shape, shape, "/s"));
            results.add(one(shape + ".server.cpu.us", shape + ".server.cpu.us", "us"));
            results.add(one(shape + ".client.cpu.us", shape + ".client.cpu.us", "us"));
        }
    }

    private void latency() {
        for (String percentile : List.of("p50", "p99", "p999")) {
            for (String where : List.of("start.latency.", "http.start.latency.")) {
                String name = where + percentile + ".ms";
                results.add(
                        hasPeer()
                                ? Result.of(
                                        name,
                                        samples.median(name),
                                        "ms",
                                        PEER,
                                        samples.median("dbscheduler.start.latency." + percentile + ".ms"))
                                : one(name, name, "ms"));
            }
        }
    }

    /** What tasks lose that need no thinking, and the latency with the question whether they do and without. */
    private void thinking() {
        for (String percentile : List.of("p50", "p99")) {
            String suffix = '.' + percentile + ".ms";
            double on = samples.median(ThinkingLatency.ON + suffix);
            double off = samples.median(ThinkingLatency.OFF + suffix);
            results.add(Result.of("thinking.start.latency" + suffix, on, "ms", "switched off", off));
            results.add(Result.of("thinking.lost" + suffix, on - off, "ms"));
        }
    }

    private void ratios() {
        if (!postgres) {
            ratiosOfTheLog();
        }
        if (hasPeer()) {
            double peer = 0;
            for (int n : TasksBench.IN_FLIGHT) {
                peer = Math.max(peer, samples.median("dbscheduler.cycles." + n));
            }
            results.add(Result.of("dbscheduler.cycles", peer, "/s"));
            results.add(Result.of("ratio.dbscheduler", samples.median("inprocess.cycles.per.s.64") / peer, ""));
        }
    }

    private void ratiosOfTheLog() {
        double lowest = Double.MAX_VALUE;
        for (int n : TasksBench.IN_FLIGHT) {
            double ratio = samples.median("inprocess.cycles.per.s." + n) / bareCycles("store", n);
            results.add(Result.of("ratio.log." + n, ratio, ""));
            lowest = n == 1 ? lowest : Math.min(lowest, ratio);
        }
        results.add(Result.of("ratio.log", lowest, ""));
    }

    private boolean hasPeer() {
        return samples.has("dbscheduler.cycles.64");
    }

    private Result one(String name, String sample, String unit) {
        return Result.of(name, samples.median(sample), unit);
    }
}
