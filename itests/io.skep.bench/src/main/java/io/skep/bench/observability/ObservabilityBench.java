// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Homes;
import io.skep.bench.Jars;
import io.skep.bench.Jcmd;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.client.Canary;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import io.skep.itests.sampleplugin.SamplePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Two servers, one with monitoring, hooks and traces to a receiver, one without these plugins, worked on in turns: what is
 * seen is the difference. Then ten hooks on every event of the first, while tasks go through as fast as they can: how far the
 * hooks fall behind, and what that does to the memory. Options: {@code --rounds N}, {@code --seconds N} of each turn, and
 * {@code --quick} for a smoke whose figures say nothing.
 */
public final class ObservabilityBench {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration JOB = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofMinutes(10);
    private static final double TASKS_PERCENT = 5;
    private static final double CALL_MICROS = 1;
    private static final double HEAP_MB = 100;
    private static final int HOOKS = 10;
    private static final List<String> PLUGINS = List.of("hooks", "performance-monitoring");

    private final Settings settings;
    private final boolean quick;
    private final Duration turn;
    private final Goals goals;

    /** A run with these settings; the home directory is cleared. */
    public ObservabilityBench(Settings settings) {
        this.settings = settings;
        this.quick = settings.has("quick");
        this.turn = Duration.ofSeconds(settings.count("seconds", quick ? 1 : 10));
        this.goals = new Goals(!quick);
    }

    /** Runs it. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        try (Sink sink = new Sink();
                SkepServer seen = server("on");
                SkepServer blind = server("off")) {
            seen.unpack();
            Files.writeString(
                    seen.karaf().resolve("etc/io.skep.plugin.hooks.cfg"),
                    "traces.endpoint = " + sink.url("/v1/traces") + "\n");
            Worked on = begin(seen);
            Worked off = begin(blind);
            for (String plugin : PLUGINS) {
                SkepClient admin = blind.client();
                JsonNode job = admin.operator().end(admin.operator().remove(plugin), JOB);
                if (!job.path("outcome").asText().equals("promoted")) {
                    throw new IOException("plugin " + plugin + " could not be taken away: " + job);
                }
            }
            tasks(on, off);
            calls(on, off);
            traces(on);
            flood(on, sink);
        }
        return goals.findings(
                "each task when its submission and its result were acknowledged; nothing of what is seen");
    }

    private SkepServer server(String name) throws IOException {
        return SkepServer.of(settings.home().resolve(name), SkepServer.freePort(), SkepServer.freePort());
    }

    private static Worked begin(SkepServer server) throws IOException, InterruptedException {
        server.start(START);
        Path sample = Jars.of(SamplePlugin.class);
        JsonNode job = server.client().operator().upgradeAndWait("sample", sample, Canary.NONE, JOB);
        if (!job.path("outcome").asText().equals("promoted")) {
            throw new IOException("the sample plugin could not be installed: " + job);
        }
        return new Worked(server);
    }

    /** In turns, each first as often as the other, and the median of what each pair of turns says. */
    private void tasks(Worked on, Worked off) throws IOException, InterruptedException {
        int rounds = settings.count("rounds", quick ? 1 : 10);
        // Both are warm before it counts.
        on.tasksPerSecond(turn);
        off.tasksPerSecond(turn);
        List<Double> lost = new ArrayList<>();
        double most = 0;
        double mostOff = 0;
        for (int round = 0; round < rounds; round++) {
            double first = round % 2 == 0 ? on.tasksPerSecond(turn) : off.tasksPerSecond(turn);
            double second = round % 2 == 0 ? off.tasksPerSecond(turn) : on.tasksPerSecond(turn);
            double with = round % 2 == 0 ? first : second;
            double without = round % 2 == 0 ? second : first;
            lost.add(100 * (without - with) / without);
            most = Math.max(most, with);
            mostOff = Math.max(mostOff, without);
        }
        goals.report(Result.of("tasks.persecond", most, "1/s", "off", mostOff));
        goals.atMost(TASKS_PERCENT, Result.of("tasks.lost.percent", median(lost), "%"));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private void calls(Worked on, Worked off) throws IOException, InterruptedException {
        double with = on.callMicros(turn);
        double without = off.callMicros(turn);
        goals.report(Result.of("call.p50.us", with, "us", "off", without));
        goals.atMost(CALL_MICROS, Result.of("call.p50.added.us", with - without, "us"));
    }

    /** Every task was told of: the receiver has three spans of each, and nothing is behind. */
    private void traces(Worked on) throws IOException, InterruptedException {
        if (!Poll.until(() -> lagOfTraces(on) == 0, DRAIN, Duration.ofMillis(200))) {
            goals.violated(
                    "the traces are behind by " + lagOfTraces(on) + " events after " + DRAIN.toMinutes() + " min");
        }
        JsonNode status = on.ask("observability", "status");
        goals.report(Result.count("spans.exported", status.path("exported").asLong()));
        goals.none(Result.count("spans.refused", status.path("refused").asLong()));
        goals.report(Result.count("events.missed", status.path("missedEvents").asLong()));
    }

    private static long lagOfTraces(Worked on) throws IOException, InterruptedException {
        return on.ask("observability", "status").path("lagEvents").asLong();
    }

    /** All hooks get every event of tasks, which are done as fast as they can be. */
    private void flood(Worked on, Sink sink) throws IOException, InterruptedException {
        for (int i = 0; i < HOOKS; i++) {
            ObjectNode hook = SkepClient.object()
                    .put("name", "flood-" + i)
                    .put("kind", "webhook")
                    .put("url", sink.url("/hook"))
                    .put("concurrency", 4);
            hook.putArray("on").add("task.*");
            on.call("lifecycle_hooks", "add", hook);
        }
        Jcmd jcmd = Jcmd.of(on.server());
        double before = jcmd.liveBytes() / 1e6;
        long delivered = sink.requests();
        long events = events(on);
        long begun = System.nanoTime();
        double rate = on.tasksPerSecond(turn.multipliedBy(quick ? 1 : 3));
        double seconds = (System.nanoTime() - begun) / 1e9;
        long told = events(on) - events;
        long[] lags = lags(on);
        double after = jcmd.liveBytes() / 1e6;
        goals.report(Result.of("flood.tasks.persecond", rate, "1/s"));
        goals.report(Result.of("flood.events.persecond", told / seconds, "1/s"));
        goals.report(Result.of("flood.deliveries.persecond", (sink.requests() - delivered) / seconds, "1/s"));
        goals.report(Result.count("flood.hooks", HOOKS));
        goals.report(Result.count("flood.lag.events", lags[0]));
        goals.report(Result.count("flood.missed.events", lags[1]));
        goals.atMost(HEAP_MB, Result.of("flood.heap.added.mb", after - before, "MB"));
    }

    /** How many there have been: where a hook stands, and how far that is behind. */
    private static long events(Worked on) throws IOException, InterruptedException {
        JsonNode hook = on.ask("lifecycle_hooks", "list").path("hooks").path(0);
        long events = hook.path("lag").asLong();
        for (String shard : hook.at("/position/cursor").asText().split("\\.", -1)) {
            events += Long.parseLong(shard, Character.MAX_RADIX);
        }
        return events;
    }

    /** How far the slowest hook is behind, and what all have missed. */
    private static long[] lags(Worked on) throws IOException, InterruptedException {
        long most = 0;
        long missed = 0;
        for (JsonNode hook : on.ask("lifecycle_hooks", "list").path("hooks")) {
            most = Math.max(most, hook.path("lag").asLong());
            missed += hook.at("/position/missed").asLong();
        }
        return new long[] {most, missed};
    }
}
