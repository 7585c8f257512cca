// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.context.Dialogue.Sitting;
import io.skep.embedding.LocalEmbedder;
import io.skep.plugin.context.archive.Archive;
import io.skep.plugin.context.consolidation.Level;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.tokens.TokenCounter;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * How many turns are archived, counted and consolidated in a second of one core: of processor time, as others may be at work
 * on the machine.
 */
final class Pacing {
    private static final double NANOS = 1e9;
    private static final int WARM_UP = 3;

    private final List<Dialogue> dialogues;
    private final TokenCounter counter;
    private final Goals goals;
    private final boolean quick;
    private long kept;
    private long all;

    Pacing(List<Dialogue> dialogues, TokenCounter counter, Goals goals, boolean quick) {
        this.dialogues = dialogues;
        this.counter = counter;
        this.goals = goals;
        this.quick = quick;
    }

    void measure(LocalEmbedder embedder) {
        int rounds = quick ? 1 : 10;
        for (int i = 0; i < (quick ? 0 : WARM_UP); i++) {
            consolidateAll();
        }
        long begun = cpuNanos();
        long wall = System.nanoTime();
        long turns = 0;
        for (int i = 0; i < rounds; i++) {
            turns += consolidateAll();
        }
        double perTurn = (double) (cpuNanos() - begun) / turns;
        goals.report(Result.of("turns.per.s.wall", turns * NANOS / (System.nanoTime() - wall), "1/s"));
        goals.atLeast(5000, Result.of("turns.per.s", NANOS / perTurn, "1/s"));
        double encoding = encoding(embedder);
        goals.report(Result.of("encode.ms", encoding / 1e6, "ms"));
        // What has left the context gets its vector at once; what is in it still, when there is time.
        double gone = 1 - (double) kept / all;
        goals.report(Result.of("turns.gone", 100 * gone, "%"));
        goals.atLeast(300, Result.of("turns.per.s.encoded", NANOS / (perTurn + gone * encoding), "1/s"));
        goals.report(Result.of("turns.per.s.encoded.all", NANOS / (perTurn + encoding), "1/s"));
    }

    private long consolidateAll() {
        long turns = 0;
        for (Dialogue dialogue : dialogues) {
            Memory memory = new Memory(dialogue, counter);
            for (Sitting sitting : dialogue.sittings()) {
                kept += memory.consolidate(sitting, Level.DEEP, Quality.SHARE)
                        .kept()
                        .size();
                all += sitting.items().size();
                turns += sitting.items().size();
            }
        }
        return turns;
    }

    /** Nanoseconds of a turn's vector, over turns from all of a dialogue. */
    private double encoding(LocalEmbedder embedder) {
        List<ContextItem> items = dialogues.get(0).sittings().stream()
                .flatMap(sitting -> sitting.items().stream())
                .limit(quick ? 20 : 400)
                .toList();
        items.stream().limit(20).forEach(item -> embedder.compute(Archive.meant(item)));
        long begun = cpuNanos();
        items.forEach(item -> embedder.compute(Archive.meant(item)));
        return (double) (cpuNanos() - begun) / items.size();
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
