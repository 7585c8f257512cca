// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much there is to think about in a text, by its words alone: no model is asked, so that a task that needs no thinking
 * loses no time. A sum of four parts: its length (up to 0.3, from 25 to 200 words), how many demands it makes (up to 0.2,
 * from 2 to 10 sentences, lines and questions), the areas that it touches (0.09 each, up to 0.36), and words that ask for
 * deliberation (0.08 each, up to 0.32). Immutable.
 *
 * @param score 0 to 1
 * @param terms different words that mean something
 * @param areas with how many of their words are there
 * @param deliberation how many words ask for deliberation
 */
record Complexity(double score, int terms, Map<Area, Integer> areas, int deliberation) {
    private static final int FEW_WORDS = 25;
    private static final int MANY_WORDS = 200;
    private static final double LENGTH = 0.3;
    private static final int FEW_DEMANDS = 2;
    private static final double DEMAND = 0.025;
    private static final double DEMANDS = 0.2;
    /** Of a word that means something, and what is between it and the next. */
    private static final int LEAST_WORD_CHARS = 4;

    private static final double AREA = 0.09;
    private static final double AREAS = 0.36;
    private static final double WORD = 0.08;
    private static final double WORDS = 0.32;
    private static final Set<String> DELIBERATION = Terms.stems(
            "decide decision compare tradeoff trade alternative option evaluate assess strategy plan propose recommend"
                    + " whether risk pro con choose weigh justify consider argue approach");

    Complexity {
        areas = Collections.unmodifiableMap(areas);
    }

    static Complexity of(String text) {
        List<String> words = Terms.words(text);
        Set<String> stems = Terms.of(words);
        Map<Area, Integer> areas = new EnumMap<>(Area.class);
        int deliberation = 0;
        for (String stem : stems) {
            Area area = Area.of(stem);
            if (area != null) {
                areas.merge(area, 1, Integer::sum);
            }
            deliberation += DELIBERATION.contains(stem) ? 1 : 0;
        }
        double score = length(words.size())
                + Math.min(DEMANDS, DEMAND * Math.max(0, demands(text) - FEW_DEMANDS))
                + Math.min(AREAS, AREA * areas.size())
                + Math.min(WORDS, WORD * deliberation);
        return new Complexity(Math.min(1, score), stems.size(), areas, deliberation);
    }

    /** A text with fewer characters cannot have that complexity, in percent: no word adds more than {@value #AREA} to it. */
    static int leastChars(int complexity) {
        return (int) Math.ceil(complexity / (100 * AREA)) * LEAST_WORD_CHARS;
    }

    private static double length(int words) {
        if (words <= FEW_WORDS) {
            return 0;
        }
        return Math.min(
                LENGTH, LENGTH * Math.log((double) words / FEW_WORDS) / Math.log((double) MANY_WORDS / FEW_WORDS));
    }

    /** Ends of sentences and lines that have something before them. */
    private static int demands(String text) {
        int demands = 0;
        boolean open = false;
        int end = Math.min(text.length(), Terms.MAX_CHARS);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean last = i + 1 == end || Character.isWhitespace(text.charAt(i + 1));
            if (open && (c == '\n' || ((c == '.' || c == '?' || c == '!' || c == ';') && last))) {
                demands++;
                open = false;
            } else {
                open |= Character.isLetterOrDigit(c);
            }
        }
        return demands + (open ? 1 : 0);
    }

    /** The areas, those first whose words are there most. */
    List<Area> byWords() {
        return areas.entrySet().stream()
                .sorted(Map.Entry.<Area, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** In words. */
    String described() {
        String about = byWords().stream().map(Area::wire).collect(Collectors.joining(", "));
        return "complexity " + Math.round(score * 100) / 100.0
                + (about.isEmpty()
                        ? ""
                        : " (" + about + (deliberation > 0 ? "; words of deliberation: " + deliberation : "") + ")");
    }
}
