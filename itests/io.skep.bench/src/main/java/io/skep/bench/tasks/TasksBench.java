// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import io.skep.bench.Findings;
import io.skep.bench.InProcess;
import io.skep.bench.Settings;
import io.skep.bench.inprocess.Job;
import io.skep.bench.inprocess.Outcome;
import io.skep.bench.inprocess.Payload;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Durable task cycles and start latency, with the bare store, a preallocated journal and db-scheduler in the same run.
 * Options: {@code --rounds} (3), {@code --seconds} of each measurement (5), {@code --only thinking} for nothing but what
 * tasks lose by the question whether they need thinking, {@code --quick} for a smoke of one round of one second without
 * the peer.
 */
public final class TasksBench {
    /** Clients at once, of the measurements in process. */
    static final List<Integer> IN_FLIGHT = List.of(1, 64, 1024);

    private static final String THINKING = "thinking";
    private static final Duration START = Duration.ofMinutes(2);
    private static final List<HttpCycles.Shape> HTTP = List.of(
            new HttpCycles.Shape("http.cycles.one", 1, 1),
            new HttpCycles.Shape("http.cycles.single", 64, 1),
            new HttpCycles.Shape("http.cycles.batch", 4, 100));

    private final Settings settings;
    private final boolean quick;
    private final boolean thinkingOnly;
    private final boolean onPostgres;
    private final Duration length;
    private final int rounds;
    private final Samples samples = new Samples();

    /** A run with these settings; the home directory is cleared. */
    public TasksBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
        this.thinkingOnly = settings.has("only");
        if (!settings.options().getOrDefault("only", THINKING).equals(THINKING)) {
            throw new IllegalArgumentException("--only must be " + THINKING);
        }
        String store = settings.options().getOrDefault("store", "sqlite");
        this.onPostgres = store.equals("postgres");
        if (!onPostgres && !store.equals("sqlite")) {
            throw new IllegalArgumentException("--store must be sqlite or postgres, not " + store);
        }
        this.length = Duration.ofSeconds(settings.count("seconds", quick ? 1 : 5));
        this.rounds = settings.count("rounds", quick ? 1 : 3);
    }

    /** Runs all rounds. */
    public Findings run() throws IOException, InterruptedException {
        Directories.delete(settings.home());
        Files.createDirectories(settings.home());
        try (SkepServer server = SkepServer.of(settings.home(), SkepServer.freePort(), SkepServer.freePort());
                Database database = Database.of(needsDatabase(), settings.home());
                Peer peer = peer(database)) {
            server.start(START);
            if (onPostgres) {
                database.use(server);
            }
            rounds(thinkingOnly ? thinking(server) : steps(InProcess.install(server), server, peer));
            return new TasksFindings(samples, onPostgres).findings(peer.describe());
        }
    }

    private boolean needsDatabase() {
        return onPostgres || !(quick || thinkingOnly);
    }

    /** db-scheduler, or nothing where there is no PostgreSQL. */
    private Peer peer(Database database) throws IOException, InterruptedException {
        if (quick || thinkingOnly) {
            return new Peer(null);
        }
        if (database.isAbsent()) {
            System.out.println("No PostgreSQL here: what is compared with db-scheduler is left out.");
            return new Peer(null);
        }
        return new Peer(new DbScheduler(database.server()));
    }

    /** Warms everything up once unless it is a smoke, then measures in rounds, every second one in the opposite order. */
    private void rounds(List<Step> steps) throws IOException, InterruptedException {
        List<Step> order = new ArrayList<>(steps);
        if (!quick) {
            for (Step step : order) {
                step.measure().run(Duration.ofSeconds(4), Duration.ofMillis(500));
            }
        }
        Duration warmup = quick ? Duration.ZERO : Duration.ofSeconds(1);
        for (int round = 1; round <= rounds; round++) {
            for (Step step : order) {
                Map<String, Double> figures = step.measure().run(warmup, length);
                samples.add(figures);
                System.out.printf(Locale.ROOT, "round %d of %d: %-22s %s%n", round, rounds, step.name(), text(figures));
            }
            Collections.reverse(order);
        }
    }

    private static String text(Map<String, Double> figures) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(figures)
                .forEach((name, value) -> text.append(String.format(Locale.ROOT, " %s=%.2f", name, value)));
        return text.toString().strip();
    }

    private List<Step> steps(InProcess inProcess, SkepServer server, Peer peer) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(
                "start latency",
                (warmup, length) ->
                        prefixed("start.latency.", "", inProcess, job(Job.Kind.LATENCY, 1, warmup, length))));
        for (int n : IN_FLIGHT) {
            steps.add(new Step("in process, " + n, (warmup, length) -> cycles(inProcess, n, warmup, length)));
            // A bare store of the other kind would write to another disk by other means.
            if (!onPostgres) {
                steps.add(new Step(
                        "bare store, " + n,
                        (warmup, length) ->
                                prefixed("store.", "." + n, inProcess, job(Job.Kind.STORE, n, warmup, length))));
            }
            steps.add(new Step(
                    "journal, " + n,
                    (warmup, length) ->
                            prefixed("journal.", "." + n, inProcess, job(Job.Kind.JOURNAL, n, warmup, length))));
            peer.scheduler()
                    .ifPresent(scheduler -> steps.add(
                            new Step("db-scheduler, " + n, (warmup, length) -> scheduler.cycles(n, warmup, length))));
        }
        for (HttpCycles.Shape shape : HTTP) {
            steps.add(
                    new Step(shape.name(), (warmup, length) -> new HttpCycles(server, shape).measure(warmup, length)));
        }
        steps.add(new Step(
                "http start latency",
                (warmup, length) ->
                        new HttpLatency(server, "http.start.latency", Payload.DESCRIPTION).measure(warmup, length)));
        steps.addAll(thinking(server));
        peer.scheduler().ifPresent(scheduler -> steps.add(new Step("db-scheduler latency", scheduler::latency)));
        return steps;
    }

    private static List<Step> thinking(SkepServer server) {
        return List.of(
                new Step(THINKING + " on", new ThinkingLatency(server, true)::measure),
                new Step(THINKING + " off", new ThinkingLatency(server, false)::measure));
    }

    private static Job job(Job.Kind kind, int inFlight, Duration warmup, Duration length) {
        return new Job(kind, inFlight, warmup.toMillis(), length.toMillis());
    }

    private static Map<String, Double> cycles(InProcess inProcess, int n, Duration warmup, Duration length)
            throws IOException, InterruptedException {
        Outcome outcome = inProcess.run(job(Job.Kind.CYCLES, n, warmup, length));
        Map<String, Double> figures = renamed("inprocess.", "." + n, outcome.figures());
        outcome.threads().forEach((thread, percent) -> figures.put("cpu." + n + "." + thread, percent));
        return figures;
    }

    private static Map<String, Double> prefixed(String prefix, String suffix, InProcess inProcess, Job job)
            throws IOException, InterruptedException {
        return renamed(prefix, suffix, inProcess.run(job).figures());
    }

    private static Map<String, Double> renamed(String prefix, String suffix, Map<String, Double> figures) {
        Map<String, Double> renamed = new TreeMap<>();
        figures.forEach((name, value) -> renamed.put(prefix + name + suffix, value));
        return renamed;
    }
}
