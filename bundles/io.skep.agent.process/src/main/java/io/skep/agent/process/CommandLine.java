// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line into words as a POSIX shell quotes them, and does nothing else that a shell does: no variables,
 * no patterns, no operators. Between single quotes everything stands for itself; between double quotes a backslash
 * escapes {@code " \ $ `}; elsewhere it escapes any character.
 */
final class CommandLine {
    private static final char NONE = 0;

    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private char quote = NONE;
    private boolean inWord;
    private boolean escaped;

    private CommandLine() {}

    /**
     * The words of a line.
     *
     * @throws IllegalArgumentException with a sentence when a quote is not closed or a backslash escapes nothing
     */
    static List<String> split(String line) {
        CommandLine splitter = new CommandLine();
        line.chars().forEach(c -> splitter.add((char) c));
        if (splitter.quote != NONE) {
            throw new IllegalArgumentException("a " + splitter.quote + " is not closed");
        }
        if (splitter.escaped) {
            throw new IllegalArgumentException("the \\ at the end escapes nothing");
        }
        splitter.endWord();
        return List.copyOf(splitter.words);
    }

    private void add(char c) {
        if (escaped) {
            escaped = false;
            if (quote == '"' && "\"\\$`".indexOf(c) < 0) {
                word.append('\\');
            }
            word.append(c);
        } else if (c == '\\' && quote != '\'') {
            escaped = true;
            inWord = true;
        } else if (quote != NONE) {
            addQuoted(c);
        } else if (c == '\'' || c == '"') {
            quote = c;
            inWord = true;
        } else if (Character.isWhitespace(c)) {
            endWord();
        } else {
            inWord = true;
            word.append(c);
        }
    }

    private void addQuoted(char c) {
        if (c == quote) {
            quote = NONE;
        } else {
            word.append(c);
        }
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
