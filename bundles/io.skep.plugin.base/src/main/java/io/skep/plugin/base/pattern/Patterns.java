// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.pattern;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.skep.plugin.base.Declination;
import java.time.Duration;

/**
 * Regular expressions in time that is bounded: RE2 never backtracks, what repeats is bounded in size, and a search ends
 * at a deadline.
 */
public final class Patterns {
    /** The longest pattern in characters. */
    public static final int MAX_PATTERN = 1000;

    private static final int MAX_SIZE = 20_000;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final java.util.regex.Pattern REPEATED = java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");

    /** A search took too long. */
    public static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Says so. */
        public TooLong() {
            super("it took too long", null, false, false);
        }
    }

    private Patterns() {}

    /**
     * A compiled pattern.
     *
     * @throws Declination if it is none, or too large
     */
    public static Pattern compile(String pattern) {
        long size = pattern.length();
        var repeated = REPEATED.matcher(pattern);
        while (repeated.find() && size <= MAX_SIZE) {
            size *= Math.max(1, Math.max(times(repeated.group(1)), times(repeated.group(2))));
        }
        if (pattern.length() > MAX_PATTERN || size > MAX_SIZE) {
            throw new Declination(
                    "the pattern is too large: its length times what it repeats is more than " + MAX_SIZE);
        }
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException wrong) {
            throw new Declination("the pattern is not one of RE2: " + wrong.getDescription());
        }
    }

    private static int times(String digits) {
        return digits == null || digits.isEmpty() ? 1 : digits.length() > 4 ? MAX_SIZE : Integer.parseInt(digits);
    }

    /**
     * Whether a text has a place that fits.
     *
     * @throws TooLong if that is not known within a second
     */
    public static boolean found(Pattern pattern, CharSequence text) {
        Matcher matcher = pattern.matcher(new Timed(text, System.nanoTime() + PATIENCE_NANOS));
        return matcher.find();
    }

    /** A text that stops answering at a deadline. */
    private record Timed(CharSequence text, long until) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if ((index & 63) == 0 && System.nanoTime() - until > 0) {
                throw new TooLong();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
