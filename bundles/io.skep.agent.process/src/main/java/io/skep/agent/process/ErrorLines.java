// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Reads the standard error of a program line by line and keeps the last ones. A carriage return ends a line too, so that
 * a progress bar shows; blank lines are left out, and of a very long one only the beginning is kept. Thread-safe.
 */
final class ErrorLines {
    /** Longest line, in characters; also the limit of progress. */
    static final int MAX_LINE = 4_096;

    private static final int TAIL_LINES = 20;
    private static final int TAIL_CHARS = 8_192;
    private static final int BLOCK = 4_096;

    private final Consumer<String> each;
    private final Deque<String> tail = new ArrayDeque<>();
    private final StringBuilder line = new StringBuilder();
    private int tailChars;

    /** @param each told every line, on the reading thread */
    ErrorLines(Consumer<String> each) {
        this.each = each;
    }

    /** Reads to the end. */
    void readFrom(InputStream in) {
        char[] block = new char[BLOCK];
        try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
                for (int i = 0; i < n; i++) {
                    add(block[i]);
                }
            }
        } catch (IOException closed) {
            // The stream was closed under us; the last line is the one that has come.
            endLine();
            return;
        }
        endLine();
    }

    /** The last lines. */
    synchronized String tail() {
        return String.join("\n", tail);
    }

    private void add(char c) {
        if (c == '\n' || c == '\r') {
            endLine();
        } else if (line.length() < MAX_LINE) {
            line.append(c);
        }
    }

    private void endLine() {
        if (line.length() == MAX_LINE && Character.isHighSurrogate(line.charAt(MAX_LINE - 1))) {
            line.setLength(MAX_LINE - 1);
        }
        String text = line.toString().stripTrailing();
        line.setLength(0);
        if (text.isEmpty()) {
            return;
        }
        synchronized (this) {
            tail.addLast(text);
            tailChars += text.length();
            while (tail.size() > TAIL_LINES || tailChars > TAIL_CHARS) {
                tailChars -= tail.removeFirst().length();
            }
        }
        each.accept(text);
    }
}
