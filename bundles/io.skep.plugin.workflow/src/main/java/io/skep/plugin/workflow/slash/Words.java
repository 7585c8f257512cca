// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as a shell does: blanks separate, {@code '…'} takes everything as it stands, {@code "…"} lets
 * a backslash take a quote or backslash as it stands, and outside of both a backslash takes any character so.
 */
final class Words {
    private final String line;
    private final List<Word> words = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int at;
    private boolean begun;
    private boolean plain;

    /**
     * A word.
     *
     * @param plain whether its first character stood there by itself, neither quoted nor after a backslash
     */
    record Word(String text, boolean plain) {}

    private Words(String line) {
        this.line = line;
    }

    /**
     * The words of a line.
     *
     * @throws Declination if a quote is not closed or nothing follows a backslash; it says where
     */
    static List<Word> of(String line) {
        Words words = new Words(line);
        while (words.at < line.length()) {
            words.next();
        }
        words.end();
        return List.copyOf(words.words);
    }

    /** A word that {@link #of} reads as exactly that text. */
    static String quote(String text) {
        return text.matches("[A-Za-z0-9_./:=,@%+][A-Za-z0-9_./:=,@%+-]*")
                ? text
                : '\'' + text.replace("'", "'\\''") + '\'';
    }

    private void next() {
        char c = line.charAt(at);
        if (Character.isWhitespace(c)) {
            end();
            at++;
        } else if (c == '\'') {
            begin(false);
            int close = line.indexOf('\'', at + 1);
            if (close < 0) {
                throw unclosed(at);
            }
            text.append(line, at + 1, close);
            at = close + 1;
        } else if (c == '"') {
            begin(false);
            quoted();
        } else if (c == '\\') {
            if (at + 1 == line.length()) {
                throw new Declination("nothing follows the backslash at the end of the line");
            }
            begin(false);
            text.append(line.charAt(at + 1));
            at += 2;
        } else {
            begin(true);
            text.append(c);
            at++;
        }
    }

    private void quoted() {
        int open = at++;
        while (at < line.length() && line.charAt(at) != '"') {
            char c = line.charAt(at);
            boolean taken = c == '\\' && at + 1 < line.length() && "\"\\".indexOf(line.charAt(at + 1)) >= 0;
            at += taken ? 1 : 0;
            text.append(line.charAt(at++));
        }
        if (at == line.length()) {
            throw unclosed(open);
        }
        at++;
    }

    private void begin(boolean isPlain) {
        if (!begun) {
            begun = true;
            plain = isPlain;
        }
    }

    private void end() {
        if (begun) {
            words.add(new Word(text.toString(), plain));
            text.setLength(0);
            begun = false;
        }
    }

    private Declination unclosed(int where) {
        return new Declination("the quote at character " + (where + 1) + " is not closed");
    }
}
