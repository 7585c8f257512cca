// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.archive;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents by the terms that they have. Guarded by the archive's lock. */
final class Index {
    /**
     * How much the words of the neighbours count, the nearest first: in a conversation the question before tells what an
     * answer is about, and the answer what the question was.
     */
    private static final double[] NEIGHBOURS = {1, 0.5, 0.25};

    /** Of BM25 (Robertson and Zaragoza 2009): how soon it does not matter any more how often a word is there. */
    private static final double SATURATION = 1.2;

    /** How much it counts against a document that it is long; less than usual, as its neighbours make all more alike. */
    private static final double LENGTH = 0.4;

    private final Map<String, Postings> terms = new HashMap<>();
    private final Documents documents = new Documents();

    /** What is known of each document. */
    Documents documents() {
        return documents;
    }

    int add(int session, long number, List<String> words, int previous) {
        int document = documents.add(session, number, words.size(), previous);
        Map<String, Integer> often = new HashMap<>();
        words.forEach(word -> often.merge(word, 1, Integer::sum));
        often.forEach((word, times) ->
                terms.computeIfAbsent(word, none -> new Postings()).add(document, times));
        return document;
    }

    /** How many documents have a term, with some that are gone. */
    int with(String term) {
        Postings postings = terms.get(term);
        return postings == null ? 0 : postings.size();
    }

    int terms() {
        return terms.size();
    }

    /** How well each document fits these terms, 0 for not at all; null if none has any. */
    float @Nullable [] scores(Iterable<String> asked) {
        float[] scores = null;
        for (String term : asked) {
            Postings postings = terms.get(term);
            if (postings != null) {
                scores = scores == null ? new float[documents.size()] : scores;
                score(postings, scores);
            }
        }
        return scores;
    }

    private void score(Postings postings, float[] scores) {
        float[] often = new float[documents.size()];
        int[] touched = new int[16];
        int count = 0;
        for (int at = 0; at < postings.size(); at++) {
            for (int places = 1 - NEIGHBOURS.length; places < NEIGHBOURS.length; places++) {
                int document = documents.neighbour(postings.document(at), places);
                if (document == Documents.NONE) {
                    continue;
                }
                if (often[document] == 0) {
                    if (count == touched.length) {
                        touched = Arrays.copyOf(touched, 2 * count);
                    }
                    touched[count++] = document;
                }
                often[document] += (float) (postings.often(at) * NEIGHBOURS[Math.abs(places)]);
            }
        }
        double all = Math.max(documents.left(), postings.size());
        double rarity = Math.log1p((all - postings.size() + 0.5) / (postings.size() + 0.5));
        double mean = documents.meanWords() * windowWeight();
        for (int i = 0; i < count; i++) {
            int document = touched[i];
            double length = 1 - LENGTH + LENGTH * windowWords(document) / mean;
            double times = often[document];
            scores[document] += (float) (rarity * times * (SATURATION + 1) / (times + SATURATION * length));
        }
    }

    private static double windowWeight() {
        return 2 * Arrays.stream(NEIGHBOURS).sum() - NEIGHBOURS[0];
    }

    private double windowWords(int document) {
        double sum = 0;
        for (int places = 1 - NEIGHBOURS.length; places < NEIGHBOURS.length; places++) {
            int neighbour = documents.neighbour(document, places);
            sum += neighbour == Documents.NONE ? 0 : documents.words(neighbour) * NEIGHBOURS[Math.abs(places)];
        }
        return sum;
    }

    /** The same without what is gone; {@code places} gets the new place of each document, or {@link Documents#NONE}. */
    Index compacted(int[] places) {
        Index fresh = new Index();
        Arrays.fill(places, Documents.NONE);
        for (int old = 0; old < documents.size(); old++) {
            if (!documents.isGone(old)) {
                int previous = documents.neighbour(old, -1);
                places[old] = fresh.documents.add(
                        documents.session(old),
                        documents.number(old),
                        documents.words(old),
                        previous == Documents.NONE ? Documents.NONE : places[previous]);
            }
        }
        terms.forEach((term, postings) -> {
            Postings left = new Postings();
            for (int at = 0; at < postings.size(); at++) {
                int place = places[postings.document(at)];
                if (place != Documents.NONE) {
                    left.add(place, postings.often(at));
                }
            }
            if (left.size() > 0) {
                fresh.terms.put(term, left);
            }
        });
        return fresh;
    }
}
