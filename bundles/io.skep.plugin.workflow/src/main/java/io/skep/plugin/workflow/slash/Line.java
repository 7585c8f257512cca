// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import java.util.List;
import java.util.Locale;

/**
 * What was typed: a command's name and the words after it. Immutable.
 *
 * @param name without slash, in lower case
 */
record Line(String name, List<Words.Word> words) {
    private static final String NAME = "[a-z0-9][a-z0-9._-]*(:[a-z0-9][a-z0-9._-]*)*";
    private static final int MAX_NAME = 200;

    /**
     * Reads {@code /name words…}.
     *
     * @throws Declination in a sentence that says what is wrong
     */
    static Line of(String text) {
        List<Words.Word> words = Words.of(text);
        if (words.isEmpty()) {
            throw new Declination("there is no command; /help lists them");
        }
        String first = words.get(0).text();
        if (!first.startsWith("/")) {
            throw new Declination("a command begins with a slash, as /help does, not with " + Shown.of(first));
        }
        return new Line(name(first), words.subList(1, words.size()));
    }

    /** The name that a word is, with or without its slash. */
    static String name(String word) {
        String name = (word.startsWith("/") ? word.substring(1) : word).toLowerCase(Locale.ROOT);
        if (name.length() > MAX_NAME || !name.matches(NAME)) {
            throw new Declination(Shown.of(word) + " is no name of a command; /help lists them");
        }
        return name;
    }
}
