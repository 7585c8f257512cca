// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.api.embedding.Embedder;
import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.context.Dialogue.Question;
import io.skep.bench.context.Dialogue.Turn;
import io.skep.bench.context.Memory.Kept;
import io.skep.plugin.context.consolidation.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the turns that hold the answers are kept, or found. */
final class Quality {
    /** The share of its tokens that a context is consolidated to. */
    static final double SHARE = 0.3;

    static final int BEST = 10;

    private final List<Memory> memories;
    private final Goals goals;

    /** How many of how many turns; for one thread. */
    static final class Share {
        private long hits;
        private long all;

        void add(boolean hit) {
            hits += hit ? 1 : 0;
            all++;
        }

        double value() {
            return (double) hits / Math.max(1, all);
        }
    }

    Quality(List<Memory> memories, Goals goals) {
        this.memories = memories;
        this.goals = goals;
    }

    /** What is kept at other budgets, and what is found by words only. */
    void curves() {
        for (int percent : List.of(10, 20, 30, 40, 50)) {
            Share share = new Share();
            for (Memory memory : memories) {
                Set<Turn> kept = memory.consolidate(Level.DEEP, percent / 100.0).whole();
                evidence(memory, kept, share);
            }
            goals.report(Result.of("deep.coverage" + percent, share.value(), ""));
        }
        Share whole = new Share();
        Share some = new Share();
        for (Memory memory : memories) {
            Kept kept = memory.consolidate(Level.INTENSIVE, SHARE);
            evidence(memory, kept.whole(), whole);
            evidence(memory, kept.some(), some);
        }
        goals.report(Result.of("intensive.whole30", whole.value(), ""));
        goals.report(Result.of("intensive.some30", some.value(), ""));
        for (int most : List.of(5, BEST, 20, 50)) {
            goals.report(Result.of("words.recall" + most, recall(most, null).value(), ""));
        }
    }

    /** What has goals. */
    void headline(Embedder embedder) {
        Share kept = new Share();
        Share both = new Share();
        Share all = new Share();
        long before = 0;
        long after = 0;
        for (Memory memory : memories) {
            Kept context = memory.consolidate(Level.DEEP, SHARE);
            memory.understand(embedder);
            before += context.tokensBefore();
            after += context.tokensAfter();
            evidence(memory, context.whole(), kept);
            for (Question question : memory.dialogue().questions()) {
                either(question, context.whole(), memory.recall(question, BEST, context.whole(), embedder), both);
                either(question, context.whole(), memory.recall(question, BEST, Set.of(), embedder), all);
            }
        }
        goals.atLeast(0.5, Result.of("coverage30", kept.value(), "", "random", Baselines.random(memories)));
        for (int most : List.of(5, 20, 50)) {
            goals.report(Result.of("recall" + most, recall(most, embedder).value(), ""));
        }
        goals.atLeast(
                0.62,
                Result.of("recall10", recall(BEST, embedder).value(), "", "bm25", Baselines.recall(memories, BEST)));
        goals.atLeast(0.8, Result.of("combined", both.value(), ""));
        goals.report(Result.of("combined.whole.archive", all.value(), ""));
        goals.atLeast(70, Result.of("token.reduction", 100.0 * (before - after) / Math.max(1, before), "%"));
    }

    private Share recall(int most, @Nullable Embedder embedder) {
        Share share = new Share();
        for (Memory memory : memories) {
            for (Question question : memory.dialogue().questions()) {
                either(question, Set.of(), memory.recall(question, most, Set.of(), embedder), share);
            }
        }
        return share;
    }

    static void either(Question question, Set<Turn> context, List<Turn> recalled, Share share) {
        Set<Turn> found = new HashSet<>(recalled);
        question.evidence().forEach(turn -> share.add(context.contains(turn) || found.contains(turn)));
    }

    static void evidence(Memory memory, Set<Turn> kept, Share share) {
        memory.dialogue().questions().forEach(question -> either(question, kept, List.of(), share));
    }
}
