// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Homes;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.embedding.LocalEmbedder;
import io.skep.plugin.context.tokens.TokenCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Consolidates conversations and asks what was said in them, without a language model: what counts is whether the turns that
 * hold the answers are in the context still, or are found in the archive.
 */
public final class ContextBench {
    private static final String SOURCES =
            "give --data DIR, a folder with conversations *.json.gz in the form of LoCoMo;"
                    + " docs/benchmarks.md (context) says where to get it; --quick runs on conversations of our own";

    private final Settings settings;
    private final TokenCounter counter = new TokenCounter();

    /** With settings from the command line. */
    public ContextBench(Settings settings) {
        this.settings = settings;
    }

    /** Runs all; {@code --model} names the encoder. */
    public Findings run() throws IOException {
        boolean quick = settings.has("quick");
        String data = settings.options().get("data");
        if (data == null && !quick) {
            throw new IllegalArgumentException(SOURCES);
        }
        List<Dialogue> dialogues = data == null
                ? Planted.dialogues(2, 6)
                : Dialogue.read(Path.of(data).toAbsolutePath());
        if (dialogues.isEmpty()) {
            throw new IllegalArgumentException("there is no conversation in " + data + "; " + SOURCES);
        }
        Homes.clear(settings.home());
        Goals goals = new Goals(!quick);
        int turns = dialogues.stream().mapToInt(Dialogue::turns).sum();
        goals.report(Result.count("turns", turns));
        goals.report(Result.count(
                "questions",
                dialogues.stream().mapToInt(one -> one.questions().size()).sum()));
        List<Memory> memories =
                dialogues.stream().map(one -> new Memory(one, counter)).toList();
        new Baselines(memories, goals).report();
        Quality quality = new Quality(memories, goals);
        quality.curves();
        try (LocalEmbedder embedder = opened()) {
            System.out.println("vectors by " + embedder.model());
            quality.headline(embedder);
            Safety.judge(dialogues, counter, goals);
            new Pacing(dialogues, counter, goals, quick).measure(embedder);
        }
        return goals.findings("nothing is durable here");
    }

    private LocalEmbedder opened() throws IOException {
        String model = settings.options().get("model");
        return model == null ? LocalEmbedder.open(settings.home()) : LocalEmbedder.open(settings.home(), model);
    }
}
