// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.api.embedding.Embedder;
import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Homes;
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

    /** Runs every protocol whose fields are there; with {@code --only dev} on the half that settings may be chosen with. */
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
        boolean development = isDevelopment();
        Goals goals = new Goals(!quick && !development);
        Homes.clear(settings.home());
        try (LocalEmbedder embedder = opened()) {
            System.out.println("vectors by " + embedder.model());
            if (development) {
                accuracy(sets.stream().map(Dataset::development).toList(), goals, embedder);
            } else {
                accuracy(sets, goals, embedder);
                speed(goals, embedder);
            }
        }
        return Floors.judge(goals.findings("nothing is durable here"), !quick && !development);
    }

    /** The model that the product ships with, unless {@code --model} says another one. */
    private LocalEmbedder opened() throws IOException {
        String model = settings.options().get("model");
        return model == null ? LocalEmbedder.open(settings.home()) : LocalEmbedder.open(settings.home(), model);
    }

    private boolean isDevelopment() {
        String only = settings.options().getOrDefault("only", "");
        if (!only.isEmpty() && !only.equals("dev")) {
            throw new IllegalArgumentException("--only must be dev, not " + only);
        }
        return !only.isEmpty();
    }

    private void accuracy(List<Dataset> sets, Goals goals, LocalEmbedder local) {
        boolean quick = settings.has("quick");
        Embedder embedder = new Remembering(local);
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
            Dataset heldOut = set.heldOut();
            if (!isDevelopment() && !set.isScored() && !heldOut.evaluation().isEmpty()) {
                learning.online(heldOut);
            }
        }
    }

    private void speed(Goals goals, LocalEmbedder embedder) {
        boolean quick = settings.has("quick");
        Speed speed = new Speed(goals, embedder);
        speed.decisions(quick ? 100 : 2000);
        speed.large(quick ? 10_000 : 100_000, quick ? 50 : 1000);
        speed.similar(quick ? 10_000 : 100_000, quick ? 50 : 1000);
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
