// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Findings;
import io.skep.bench.Homes;
import io.skep.bench.InProcess;
import io.skep.bench.Settings;
import io.skep.bench.inprocess.Job;
import io.skep.client.OperatorClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Task cycles with a thousand tasks that wait and with many, lists over a long history, a restart after kill -9, and a
 * backup, of one server. Options: {@code --history} ended tasks (1,000,000), {@code --live} tasks that wait (100,000),
 * both rounded up to whole thousands; {@code --seconds} of each measurement of cycles (10); {@code --quick} for a smoke.
 */
public final class HistoryBench {
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration BACKUP = Duration.ofHours(1);
    private static final int CLIENTS = 64;
    private static final int SMALL_THOUSANDS = 1;
    private static final int THOUSAND = 1000;

    private final Settings settings;
    private final boolean quick;
    private final int history;
    private final int live;
    private final Duration length;
    private final Map<String, Double> figures = new TreeMap<>();

    /** A run with these settings; the home directory is cleared. */
    public HistoryBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
        this.history = thousands(settings.count("history", quick ? 20_000 : 1_000_000));
        this.live = thousands(settings.count("live", quick ? 5_000 : 100_000));
        this.length = Duration.ofSeconds(settings.count("seconds", quick ? 1 : 10));
    }

    private static int thousands(int count) {
        return (count + THOUSAND - 1) / THOUSAND;
    }

    /** Runs it. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        Files.createDirectories(settings.home());
        try (SkepServer server = SkepServer.of(settings.home(), SkepServer.freePort(), SkepServer.freePort())
                .with("SKEP_HEAP", heap())) {
            server.start(START);
            if (!quick) {
                configure(server);
                server.restart(START);
            }
            InProcess inProcess = InProcess.install(server);
            backlog(inProcess, SMALL_THOUSANDS);
            note("cycles.small", cycles(inProcess));
            fill(inProcess);
            note("cycles.large", cycles(inProcess));
            new Pages(server.client(), quick ? 3 : 30).measure().forEach(this::note);
            note("restart.ms", server.restart(START).toNanos() / 1e6);
            note("live.after.restart", waiting(server));
            backup(server);
        }
        return new HistoryFindings(figures).findings(history * (long) THOUSAND, live * (long) THOUSAND, !quick);
    }

    /** A task that waits takes somewhat more than a kilobyte. */
    private String heap() {
        int all = 1024 + 3 * live;
        return "-Xms" + all + "m -Xmx" + all + "m -Xmn" + all / 2 + "m";
    }

    /** As many as are asked for may be live, and nothing is dropped. */
    private void configure(SkepServer server) throws IOException {
        Files.write(
                server.karaf().resolve("etc/io.skep.core.cfg"),
                List.of("max.live.tasks = " + (live * THOUSAND + 100_000), "history.days = 0"));
    }

    private void backlog(InProcess inProcess, int thousands) throws IOException, InterruptedException {
        inProcess.run(new Job(Job.Kind.BACKLOG, thousands, 0, 1)).figures().forEach((n, v) -> note("backlog." + n, v));
    }

    private void fill(InProcess inProcess) throws IOException, InterruptedException {
        inProcess.run(new Job(Job.Kind.HISTORY, history, 0, 1)).figures().forEach((n, v) -> note("history." + n, v));
        if (live > SMALL_THOUSANDS) {
            backlog(inProcess, live - SMALL_THOUSANDS);
        }
    }

    private double cycles(InProcess inProcess) throws IOException, InterruptedException {
        Job job = new Job(Job.Kind.CYCLES, CLIENTS, quick ? 500 : 3000, length.toMillis());
        return inProcess.run(job).figures().getOrDefault("cycles.per.s", 0.0);
    }

    private static double waiting(SkepServer server) throws IOException, InterruptedException {
        return server.client()
                .metrics()
                .lines()
                .filter(line -> line.startsWith("skep_tasks{state=\"queued\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private void backup(SkepServer server) throws IOException, InterruptedException {
        OperatorClient operator = server.client().operator();
        long begun = System.nanoTime();
        JsonNode job = operator.endOfStoreJob(operator.backup("bench"), BACKUP);
        note("backup.s", (System.nanoTime() - begun) / 1e9);
        if (!job.has("result")) {
            throw new IOException("The backup failed: " + job);
        }
        for (JsonNode file : operator.store().path("files")) {
            note(
                    file.path("name").asText().replace(".db", ".mb"),
                    file.path("bytes").asLong() / 1e6);
        }
    }

    private void note(String name, double value) {
        figures.put(name, value);
        System.out.printf(Locale.ROOT, "%-32s %,14.2f%n", name, value);
    }
}
