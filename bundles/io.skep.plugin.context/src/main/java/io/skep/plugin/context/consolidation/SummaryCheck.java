// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.consolidation.Vocabulary.Counted;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.tokens.TokenCounter;
import io.skep.plugin.context.words.Sentences;
import io.skep.plugin.context.words.Words;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a summary that somebody wrote may stand for items. It must tell enough: a share of what the sentences would tell
 * that {@link Coverage} picks of the same items for as many tokens. And it must not make anything up: every figure and every
 * name in it is in what it is of. Whether what it says is true of them is not looked at. Thread-safe.
 */
public final class SummaryCheck {
    private static final int PERCENT = 100;

    private final TokenCounter counter;

    /** With what counts tokens. */
    public SummaryCheck(TokenCounter counter) {
        this.counter = counter;
    }

    /**
     * What is wrong with a summary, in words, or null.
     *
     * @param sources what it is of
     * @param leastPercent of what an extract of its length would tell
     */
    public @Nullable String wrong(List<ContextItem> sources, String summary, int leastPercent) {
        Words words = new Words();
        String made = madeUp(words, sources, summary);
        if (made != null) {
            return "\"" + made + "\" is in nothing that it is of";
        }
        Telling telling = new Telling(words);
        Vocabulary vocabulary = new Vocabulary(Background.NONE);
        List<Piece> pieces = pieces(telling, vocabulary, sources);
        float[] most = new float[vocabulary.size()];
        for (Piece piece : pieces) {
            for (int i = 0; i < piece.terms().length; i++) {
                most[piece.terms()[i]] = Math.max(most[piece.terms()[i]], piece.worths()[i]);
            }
        }
        BitSet said = new BitSet();
        telling.read(Sentences.of(summary)).keySet().stream()
                .mapToInt(vocabulary::number)
                .filter(term -> term >= 0)
                .forEach(said::set);
        double tells = sum(most, said);
        double wanted = sum(most, extract(pieces, vocabulary.size(), counter.count(summary)));
        if (tells > 0 && tells * PERCENT >= wanted * leastPercent) {
            return null;
        }
        long percent = wanted > 0 ? Math.round(PERCENT * tells / wanted) : 0;
        return "it tells " + percent + " % of what an extract of its length would, and " + leastPercent
                + " % are wanted";
    }

    private List<Piece> pieces(Telling telling, Vocabulary vocabulary, List<ContextItem> sources) {
        List<Counted> counted = new ArrayList<>();
        List<Long> tokens = new ArrayList<>();
        for (ContextItem item : sources) {
            for (String sentence : Sentences.of(item.text())) {
                counted.add(vocabulary.count(telling.read(List.of(sentence))));
                tokens.add(counter.count(sentence));
            }
        }
        float[] worths = vocabulary.worths();
        List<Piece> pieces = new ArrayList<>(counted.size());
        for (int i = 0; i < counted.size(); i++) {
            pieces.add(Piece.of(counted.get(i), worths, 1, tokens.get(i)));
        }
        return pieces;
    }

    /** The terms of the sentences that tell most for so many tokens. */
    private static BitSet extract(List<Piece> pieces, int terms, long tokens) {
        BitSet all = new BitSet();
        all.set(0, pieces.size());
        BitSet told = new BitSet();
        new Coverage(pieces, terms, Pace.FULL).pick(all, tokens).stream().forEach(piece -> {
            for (int term : pieces.get(piece).terms()) {
                told.set(term);
            }
        });
        return told;
    }

    private static double sum(float[] worths, BitSet terms) {
        return terms.stream().mapToDouble(term -> worths[term]).sum();
    }

    private static @Nullable String madeUp(Words words, List<ContextItem> sources, String summary) {
        Set<String> known = new HashSet<>();
        for (ContextItem item : sources) {
            Words.split(item.text()).forEach(word -> known.add(words.stem(word)));
            if (item.author() != null) {
                Words.split(item.author()).forEach(word -> known.add(words.stem(word)));
            }
        }
        for (String sentence : Sentences.of(summary)) {
            boolean isFirst = true;
            for (String word : Words.split(sentence)) {
                boolean isName = !isFirst && Character.isUpperCase(word.charAt(0));
                boolean tells = isName || Character.isDigit(word.charAt(0));
                if (tells && !Words.isCommon(Words.lower(word)) && !known.contains(words.stem(word))) {
                    return word;
                }
                isFirst = false;
            }
        }
        return null;
    }
}
