// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One search: what the words give, as a part of the best, and half of what the meaning gives, as a part of what the best is
 * above the mean. A sum of the two is better than one of reciprocal ranks, as ranks say nothing of how far apart two are.
 * With the archive's lock held.
 */
final class Search {
    private final Index index;
    private final Vectors vectors;
    private final List<Members> sessions;
    private final Ask ask;

    private record Scored(int document, double words, double meaning) {
        double sum() {
            return words + meaning;
        }
    }

    /** The worst first; of two that are as good, the later. */
    private static final Comparator<Scored> WORST =
            Comparator.comparingDouble(Scored::sum).thenComparing(Scored::document, Comparator.reverseOrder());

    Search(Index index, Vectors vectors, List<Members> sessions, Ask ask) {
        this.index = index;
        this.vectors = vectors;
        this.sessions = sessions;
        this.ask = ask;
    }

    /** So many, the best first. */
    List<Found> run(Set<String> terms, @Nullable Meaning meaning, int most) {
        float[] lexical = index.scores(terms);
        List<Integer> all = candidates(lexical, meaning);
        double mostWords = 0;
        double mostMeaning = -1;
        double mean = 0;
        int with = 0;
        double[] cosines = new double[all.size()];
        for (int i = 0; i < cosines.length; i++) {
            int document = all.get(i);
            mostWords = Math.max(mostWords, lexical == null ? 0 : lexical[document]);
            Double cosine = meaning == null ? null : vectors.cosine(meaning.model(), document, meaning.vector());
            cosines[i] = cosine == null ? Double.NaN : cosine;
            if (cosine != null) {
                mostMeaning = Math.max(mostMeaning, cosine);
                mean += cosine;
                with++;
            }
        }
        mean /= Math.max(1, with);
        double range = Math.max(1e-6, mostMeaning - mean);
        PriorityQueue<Scored> best = new PriorityQueue<>(WORST);
        for (int i = 0; i < cosines.length; i++) {
            int document = all.get(i);
            double words = lexical == null || mostWords == 0 ? 0 : lexical[document] / mostWords;
            double meant = Double.isNaN(cosines[i]) ? 0 : Archive.MEANING * (cosines[i] - mean) / range;
            best.add(new Scored(document, words, meant));
            if (best.size() > most) {
                best.poll();
            }
        }
        return best.stream().sorted(WORST.reversed()).map(this::found).toList();
    }

    /** What may be found, and says anything of it. */
    private List<Integer> candidates(float @Nullable [] lexical, @Nullable Meaning meaning) {
        List<Integer> all = new ArrayList<>();
        Documents documents = index.documents();
        for (Members members : sessions) {
            if (members.isGone() || !ask.sessions().test(members.session())) {
                continue;
            }
            for (int i = 0; i < members.size(); i++) {
                int document = members.get(i);
                boolean says = (lexical != null && lexical[document] > 0)
                        || (meaning != null && vectors.has(meaning.model(), document));
                if (says && !documents.isGone(document)) {
                    all.add(document);
                }
            }
        }
        return all;
    }

    private Found found(Scored scored) {
        Documents documents = index.documents();
        return new Found(
                sessions.get(documents.session(scored.document())).session(),
                documents.number(scored.document()),
                scored.sum(),
                scored.words(),
                scored.meaning());
    }
}
