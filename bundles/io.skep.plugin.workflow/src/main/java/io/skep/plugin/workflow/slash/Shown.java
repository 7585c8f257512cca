// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

/** Text of others within a sentence of ours. */
final class Shown {
    private static final int MOST = 60;

    private Shown() {}

    /** In quotes, in one line, and not longer than a few words. */
    static String of(String text) {
        return '"' + line(text, MOST) + '"';
    }

    /** In one line of at most that length. */
    static String line(String text, int most) {
        String line = text.length() > most * 2 ? text.substring(0, most * 2) : text;
        line = line.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]+", " ").strip();
        return line.length() > most ? line.substring(0, most - 1) + '…' : line;
    }
}
