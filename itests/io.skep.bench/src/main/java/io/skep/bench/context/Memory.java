// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.context;

import io.skep.api.embedding.Embedder;
import io.skep.bench.context.Dialogue.Question;
import io.skep.bench.context.Dialogue.Sitting;
import io.skep.bench.context.Dialogue.Turn;
import io.skep.plugin.context.archive.Archive;
import io.skep.plugin.context.archive.Archive.Place;
import io.skep.plugin.context.archive.Ask;
import io.skep.plugin.context.consolidation.Budget;
import io.skep.plugin.context.consolidation.Consolidated;
import io.skep.plugin.context.consolidation.Consolidator;
import io.skep.plugin.context.consolidation.Level;
import io.skep.plugin.context.consolidation.Pace;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.tokens.TokenCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One dialogue, archived whole, sitting after sitting, and each consolidated when it had ended. */
final class Memory {
    private static final int MOST = 1_000_000;

    private final Dialogue dialogue;
    private final TokenCounter counter;
    private final Consolidator consolidator;
    private final Archive archive = new Archive(MOST, MOST);

    Memory(Dialogue dialogue, TokenCounter counter) {
        this.dialogue = dialogue;
        this.counter = counter;
        this.consolidator = new Consolidator(counter);
    }

    /** What was kept, and what it took. */
    record Kept(Set<Turn> whole, Set<Turn> some, long tokensBefore, long tokensAfter) {}

    /** Archives each sitting, then consolidates it to a share of its tokens. */
    Kept consolidate(Level level, double share) {
        Set<Turn> whole = new HashSet<>();
        Set<Turn> some = new HashSet<>();
        long before = 0;
        long after = 0;
        for (Sitting sitting : dialogue.sittings()) {
            Consolidated outcome = consolidate(sitting, level, share);
            before += outcome.tokensBefore();
            after += outcome.tokensAfter();
            for (ContextItem item : outcome.kept()) {
                Turn turn = new Turn(sitting.id(), item.number());
                some.add(turn);
                if (item.equals(sitting.items().get((int) item.number() - 1))) {
                    whole.add(turn);
                }
            }
        }
        return new Kept(whole, some, before, after);
    }

    Consolidated consolidate(Sitting sitting, Level level, double share) {
        sitting.items().forEach(item -> archive.add(sitting.id(), item));
        Budget budget = new Budget((long) (share * counter.count(sitting.items())), 0, 0);
        return consolidator.consolidate(sitting.items(), level, budget, archive, Pace.FULL);
    }

    /** A plain way within the same budget. */
    Set<Turn> choose(Chooser chooser, double share) {
        Set<Turn> kept = new HashSet<>();
        for (Sitting sitting : dialogue.sittings()) {
            long left = (long) (share * counter.count(sitting.items()));
            for (int place : chooser.order(sitting.items())) {
                long takes = counter.count(sitting.items().get(place));
                if (takes <= left) {
                    left -= takes;
                    kept.add(new Turn(sitting.id(), sitting.items().get(place).number()));
                }
            }
        }
        return kept;
    }

    /** Gives every turn its vector. */
    void understand(Embedder embedder) {
        for (Sitting sitting : dialogue.sittings()) {
            for (ContextItem item : sitting.items()) {
                archive.put(
                        embedder.model(), new Place(sitting.id(), item.number()), embedder.embed(Archive.meant(item)));
            }
        }
    }

    /** The best of the archive that are not in this context. */
    List<Turn> recall(Question question, int most, Set<Turn> context, @Nullable Embedder embedder) {
        Ask ask = new Ask(
                question.text(),
                most,
                session -> true,
                (session, number) -> !context.contains(new Turn(session, number)));
        return archive.search(ask, embedder).stream()
                .map(found -> new Turn(found.session(), found.number()))
                .toList();
    }

    /** The same by plain BM25. */
    List<List<Turn>> plain(int most) {
        List<Turn> turns = new ArrayList<>();
        List<ContextItem> items = new ArrayList<>();
        for (Sitting sitting : dialogue.sittings()) {
            for (ContextItem item : sitting.items()) {
                turns.add(new Turn(sitting.id(), item.number()));
                items.add(item);
            }
        }
        PlainBm25 index = new PlainBm25(items);
        List<List<Turn>> answers = new ArrayList<>();
        for (Question question : dialogue.questions()) {
            double[] scores = index.scores(new HashSet<>(PlainBm25.terms(question.text())));
            answers.add(IntStream.range(0, scores.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -scores[i]))
                    .limit(most)
                    .map(turns::get)
                    .toList());
        }
        return answers;
    }

    /** Which turns are pinned: about a tenth. */
    static Sitting pinned(Sitting sitting) {
        ContextItem[] items = sitting.items().toArray(ContextItem[]::new);
        for (int i = 0; i < items.length; i++) {
            ContextItem item = items[i];
            if (item.text().hashCode() % 10 == 0) {
                items[i] = new ContextItem(
                        item.number(), item.kind(), item.at(), item.author(), item.text(), null, null, true);
            }
        }
        return new Sitting(sitting.id(), Arrays.asList(items));
    }

    Dialogue dialogue() {
        return dialogue;
    }
}
