// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Homes;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.embedding.LocalEmbedder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Routes tasks whose right agent, or whose outcome with each agent, is known. Every figure calls the scorer of the plugin
 * directly.
 */
public final class RoutingBench {
    private static final String SOURCES =
            "give --data DIR, a folder with NAME.agents.jsonl and NAME.tasks.jsonl; docs/benchmarks.md (routing) says where "
                    + "public ones are and how to convert them; --quick runs on a few examples of our own";

    private final Settings settings;

    /** With settings from the command line. */
    public RoutingBench(Settings settings) {
        this.settings = settings;
    }

    /** Runs every protocol whose fields are there. */
    public Findings run() throws IOException {
        boolean quick = settings.has("quick");
        String data = settings.options().get("data");
        if (data == null && !quick) {
            throw new IllegalArgumentException(SOURCES);
        }
        List<Dataset> sets =
                Dataset.read(data == null ? examples() : Path.of(data).toAbsolutePath());
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("there is no set in " + data + "; " + SOURCES);
        }
        Goals goals = new Goals(!quick);
        Homes.clear(settings.home());
        try (LocalEmbedder embedder = LocalEmbedder.open(settings.home())) {
            run(sets, goals, embedder);
        }
        return claim(goals.findings("nothing is durable here"), !quick);
    }

    private void run(List<Dataset> sets, Goals goals, LocalEmbedder embedder) {
        boolean quick = settings.has("quick");
        Accuracy accuracy = new Accuracy(goals, embedder);
        Learning learning = new Learning(goals, embedder);
        for (Dataset set : sets) {
            System.out.println(set.name() + ": " + set.agents().size() + " agents, "
                    + set.items().size() + " tasks");
            if (set.isScored()) {
                learning.outcomes(set);
            } else {
                accuracy.zeroShot(set);
                accuracy.profiled(set);
                accuracy.nobodyFits(set, quick);
            }
            learning.online(set);
            learning.drift(set);
        }
        Speed speed = new Speed(goals, embedder);
        speed.decisions(quick ? 100 : 2000);
        speed.large(quick ? 10_000 : 100_000, quick ? 50 : 1000);
        speed.similar(quick ? 10_000 : 100_000, quick ? 50 : 1000);
    }

    /** "30 % better", so that it can fail: on every set where tasks' words differ from agents' words. */
    private static Findings claim(Findings found, boolean judged) {
        Goals goals = new Goals(judged);
        found.results().forEach(goals::report);
        found.violations().forEach(goals::violated);
        for (Result result : found.results()) {
            Double ratio = result.ratio();
            if (ratio == null) {
                continue;
            }
            String name = result.name();
            String set = name.substring(0, name.indexOf('.'));
            if (name.equals("metatool.zeroshot.acc1") || name.equals("examples.zeroshot.acc1")) {
                goals.atLeast(1.3, Result.of("claim." + set + ".zeroshot.over.bm25", ratio, "x"));
            } else if (name.equals("metatool.learn.mean") || name.equals("examples.learn.mean")) {
                goals.atLeast(1.2, Result.of("claim." + set + ".learn.over.static", ratio, "x"));
                double other =
                        Math.max(value(found, set + ".learn.keyword.mean"), value(found, set + ".learn.bm25.mean"));
                double blind = Math.max(other, value(found, set + ".learn.ucb1.mean"));
                goals.atLeast(1.3, Result.of("claim." + set + ".learn.over.nonsemantic", result.value() / blind, "x"));
            } else if (name.endsWith(".learn.ece")) {
                goals.atMost(0.05, result);
            }
        }
        return goals.findings(found.durability());
    }

    private static double value(Findings found, String name) {
        return found.results().stream()
                .filter(result -> result.name().equals(name))
                .mapToDouble(Result::value)
                .findFirst()
                .orElse(0);
    }

    /** Our own examples, written to the benchmark's directory. */
    private Path examples() throws IOException {
        Path folder = Files.createDirectories(settings.home().resolve("examples"));
        for (String name : List.of("examples.agents.jsonl", "examples.tasks.jsonl")) {
            try (InputStream in = Objects.requireNonNull(RoutingBench.class.getResourceAsStream(name), name)) {
                Files.write(folder.resolve(name), in.readAllBytes());
            }
        }
        return folder;
    }
}
