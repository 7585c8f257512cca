// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import io.skep.plugin.context.words.Sentences;
import io.skep.plugin.context.words.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much each word of a sentence tells, beside how rare it is. The figures are round, and say what is worth more, not how
 * much exactly: what one does or is oneself, when, how many, and the names in it, more; what is asked, or is about the one
 * spoken to, less. For one thread.
 */
final class Telling {
    /** What answers a question of somebody else tells that question, too. */
    static final double ANSWER = 1.2;

    private static final double QUESTION = 0.5;
    private static final double OWN = 1.3;
    private static final double OTHERS = 0.8;
    private static final double TIME = 1.5;
    private static final double NUMBER = 1.3;
    private static final double NAME = 1.5;
    private static final Set<String> FIRST_PERSON =
            Words.words("i i'm i've i'd i'll my me mine myself we we're we've we'd we'll us our ours ourselves");
    private static final Set<String> SECOND_PERSON = Words.words("you your yours yourself you're you've you'd you'll");
    private static final Set<String> TIMES = Words.words("""
            yesterday today tonight tomorrow now ago last next since recently soon finally just first until before after
            second seconds minute minutes hour hours day days week weeks weekend weekends month months year years morning
            afternoon evening night noon midnight spring summer autumn fall winter monday tuesday wednesday thursday friday
            saturday sunday january february march april may june july august september october november december""");

    private final Words words;

    Telling(Words words) {
        this.words = words;
    }

    /** The terms of sentences in their order, each with the largest of its factors. */
    Map<String, Double> read(List<String> sentences) {
        // In the order of the words: sums of the same numbers in another order differ in their last bits.
        Map<String, Double> factors = new LinkedHashMap<>();
        int chars = 0;
        for (String sentence : sentences) {
            if (chars >= Words.MOST_CHARS) {
                break;
            }
            chars += sentence.length();
            readOne(sentence, factors);
        }
        return factors;
    }

    private void readOne(String sentence, Map<String, Double> factors) {
        List<String> split = Words.split(sentence);
        double all = factor(sentence, split);
        boolean first = true;
        for (String word : split) {
            String lower = Words.lower(word);
            if (!Words.isCommon(lower) && !Words.isSmallTalk(lower)) {
                boolean name = !first && Character.isUpperCase(word.charAt(0));
                factors.merge(words.stem(word), name ? all * NAME : all, Math::max);
            }
            first = false;
        }
    }

    private static double factor(String sentence, List<String> split) {
        boolean own = false;
        boolean others = false;
        boolean time = false;
        boolean number = false;
        for (String word : split) {
            String lower = Words.lower(word);
            own |= FIRST_PERSON.contains(lower);
            others |= SECOND_PERSON.contains(lower);
            time |= TIMES.contains(lower);
            number |= Character.isDigit(word.charAt(0));
        }
        double factor = Sentences.isQuestion(sentence) ? QUESTION : 1;
        factor *= own ? OWN : others ? OTHERS : 1;
        return factor * (time ? TIME : 1) * (number ? NUMBER : 1);
    }
}
