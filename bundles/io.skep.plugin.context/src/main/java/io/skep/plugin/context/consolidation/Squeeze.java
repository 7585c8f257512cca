// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.consolidation.Vocabulary.Counted;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import io.skep.plugin.context.tokens.TokenCounter;
import io.skep.plugin.context.words.Sentences;
import io.skep.plugin.context.words.Words;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Drops items until a budget is kept: pinned ones stay, then the newest, then facts and decisions from the newest on, then
 * what tells most ({@link Coverage}). A tool call goes with its results. For one thread.
 */
final class Squeeze {
    private final Work work;
    private final TokenCounter counter;
    private final Budget budget;
    private final Pace pace;
    private final boolean bySentence;
    private final Vocabulary vocabulary;
    private final Telling telling = new Telling(new Words());
    private final List<Part> parts = new ArrayList<>();

    /**
     * What is picked or not.
     *
     * @param places of its items
     * @param sentences of the only item if they are picked one by one, or null
     * @param sentence which of them this is
     * @param bonus for what it answers
     */
    private record Part(List<Integer> places, @Nullable List<String> sentences, int sentence, double bonus) {}

    Squeeze(Work work, TokenCounter counter, Budget budget, boolean bySentence, Background background, Pace pace) {
        this.work = work;
        this.counter = counter;
        this.budget = budget;
        this.bySentence = bySentence;
        this.pace = pace;
        this.vocabulary = new Vocabulary(background);
    }

    void run() {
        List<Piece> pieces = pieces();
        BitSet kept = new BitSet();
        long left = budget.tokens() - byRule(pieces, kept);
        Coverage coverage = new Coverage(pieces, vocabulary.size(), pace);
        kept.stream().forEach(coverage::tell);
        BitSet free = new BitSet();
        free.set(0, parts.size());
        free.andNot(kept);
        kept.or(coverage.pick(free, left));
        for (int from = 0; from < parts.size(); ) {
            int to = from + 1;
            while (to < parts.size() && parts.get(to).sentence() > 0) {
                to++;
            }
            apply(from, to, kept);
            from = to;
        }
    }

    /** Keeps what the rules say, as far as there is room; returns what it takes. */
    private long byRule(List<Piece> pieces, BitSet kept) {
        int recentFrom = recentFrom();
        long taken = keep(pieces, kept, 0, item -> item.pinned(), 0, true);
        taken = keep(pieces, kept, recentFrom, item -> true, taken, false);
        return keep(pieces, kept, 0, item -> item.kind() == Kind.FACT || item.kind() == Kind.DECISION, taken, false);
    }

    private long keep(
            List<Piece> pieces, BitSet kept, int firstPlace, Predicate<ContextItem> which, long taken, boolean anyhow) {
        long sum = taken;
        for (int i = parts.size() - 1; i >= 0; i--) {
            long takes = pieces.get(i).tokens();
            boolean wanted = !kept.get(i)
                    && parts.get(i).places().get(0) >= firstPlace
                    && parts.get(i).places().stream()
                            .map(work::at)
                            .filter(Objects::nonNull)
                            .anyMatch(which);
            if (wanted && (anyhow || sum + takes <= budget.tokens())) {
                kept.set(i);
                sum += takes;
            }
        }
        return sum;
    }

    private int recentFrom() {
        int left = budget.recent();
        int place = work.size();
        while (place > 0 && left > 0) {
            place--;
            left -= work.at(place) == null ? 0 : 1;
        }
        return place;
    }

    private List<Piece> pieces() {
        List<Counted> counted = new ArrayList<>();
        List<Long> tokens = new ArrayList<>();
        ContextItem before = null;
        for (List<Integer> group : new Groups(work).all()) {
            pace.step();
            ContextItem item = Objects.requireNonNull(work.at(group.get(0)));
            double bonus = isAnswer(before, item) ? Telling.ANSWER : 1;
            before = item;
            List<String> sentences = group.size() == 1 && isDivisible(item) ? Sentences.of(item.text()) : List.of();
            if (sentences.size() > 1) {
                for (int i = 0; i < sentences.size(); i++) {
                    parts.add(new Part(group, sentences, i, bonus));
                    counted.add(vocabulary.count(telling.read(List.of(sentences.get(i)))));
                    tokens.add(counter.count(sentences.get(i)) + TokenCounter.TOKENS_PER_ITEM + Excerpt.GAP_TOKENS);
                }
            } else {
                parts.add(new Part(group, null, 0, bonus));
                counted.add(vocabulary.count(telling.read(texts(group))));
                tokens.add(group.stream().mapToLong(work::takes).sum());
            }
        }
        float[] worths = vocabulary.worths();
        List<Piece> pieces = new ArrayList<>(counted.size());
        for (int i = 0; i < counted.size(); i++) {
            pieces.add(Piece.of(counted.get(i), worths, parts.get(i).bonus(), tokens.get(i)));
        }
        return pieces;
    }

    private List<String> texts(List<Integer> group) {
        List<String> texts = new ArrayList<>();
        for (int place : group) {
            ContextItem item = work.at(place);
            if (item != null) {
                texts.addAll(Sentences.of(item.text()));
            }
        }
        return texts;
    }

    private boolean isDivisible(ContextItem item) {
        return bySentence && item.kind() == Kind.MESSAGE && !item.pinned() && !Excerpt.is(item.text());
    }

    private static boolean isAnswer(@Nullable ContextItem before, ContextItem item) {
        return before != null
                && before.kind() == Kind.MESSAGE
                && item.kind() == Kind.MESSAGE
                && !Objects.equals(before.author(), item.author())
                && Sentences.isQuestion(before.text());
    }

    /** Drops or shortens the items of a part, or of all the sentences of one item. */
    private void apply(int from, int to, BitSet kept) {
        Part part = parts.get(from);
        BitSet mine = kept.get(from, to);
        List<String> sentences = part.sentences();
        if (mine.isEmpty()) {
            part.places().forEach(place -> work.drop(place, Reason.BUDGET, null));
        } else if (sentences != null && mine.cardinality() < sentences.size()) {
            int place = part.places().get(0);
            ContextItem item = Objects.requireNonNull(work.at(place));
            work.shorten(place, Pointer.with(item, Excerpt.of(sentences, mine)), Reason.EXCERPTED, null);
        }
    }
}
