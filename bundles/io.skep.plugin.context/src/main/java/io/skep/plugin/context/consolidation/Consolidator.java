// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.tokens.TokenCounter;
import java.util.List;

/**
 * Makes a context smaller by rule, without a language model. The order: old tool results become pointers, what was said
 * again goes, what was said almost again goes, superseded facts go, and what tells least goes until the budget is kept. The
 * same context, level, budget and background give the same bytes, and the outcome given again stays as it is. A pinned item
 * stays as it is. Nothing is ever changed but made anew, so it can be stopped at any point. Thread-safe.
 */
public final class Consolidator {
    private final TokenCounter counter;

    /** With what counts tokens. */
    public Consolidator(TokenCounter counter) {
        this.counter = counter;
    }

    /** Without a background, at full pace. */
    public Consolidated consolidate(List<ContextItem> items, Level level, Budget budget) {
        return consolidate(items, level, budget, Background.NONE, Pace.FULL);
    }

    /**
     * The smaller context.
     *
     * @param items in their order, with numbers that differ
     * @param background how usual words are elsewhere, for instance in what is archived
     * @throws java.util.concurrent.CancellationException if the pace says so
     */
    public Consolidated consolidate(
            List<ContextItem> items, Level level, Budget budget, Background background, Pace pace) {
        Work work = new Work(items, counter::count, pace);
        Repeats repeats = new Repeats(work, pace);
        repeats.clearToolResults(level == Level.INTENSIVE ? 0 : budget.toolResults());
        repeats.dropSame();
        if (level != Level.LIGHT) {
            repeats.dropSuperseded();
            repeats.dropAlmostSame();
            if (work.tokens() > budget.tokens()) {
                new Squeeze(work, counter, budget, level == Level.INTENSIVE, background, pace).run();
            }
        }
        return work.result();
    }
}
