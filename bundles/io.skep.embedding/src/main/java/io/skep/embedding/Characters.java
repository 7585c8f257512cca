// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

/** What a character is to the tokenizer. The ranges are those of the model's own tokenizer. */
final class Characters {
    private static final int REPLACEMENT = 0xFFFD;

    private Characters() {}

    /** It counts as not being there: control, format, private, half a surrogate pair. */
    static boolean isDropped(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> c == REPLACEMENT;
        };
    }

    /** It separates words. */
    static boolean isSpace(int c) {
        return c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
    }

    /** It is a Chinese character, which is a word by itself. */
    static boolean isChinese(int c) {
        return c >= 0x3400
                && (in(c, 0x4E00, 0x9FFF)
                        || in(c, 0x3400, 0x4DBF)
                        || in(c, 0xF900, 0xFAFF)
                        || in(c, 0x20000, 0x2A6DF)
                        || in(c, 0x2A700, 0x2B73F)
                        || in(c, 0x2B740, 0x2B81F)
                        || in(c, 0x2B920, 0x2CEAF)
                        || in(c, 0x2F800, 0x2FA1F));
    }

    /** It is punctuation to the model, which takes the signs of ASCII as such too. */
    static boolean isPunctuation(int c) {
        if (c < 0x80) {
            return isAsciiPunctuation(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** It is a sign of ASCII, neither a letter nor a digit. */
    static boolean isAsciiPunctuation(int c) {
        return in(c, '!', '/') || in(c, ':', '@') || in(c, '[', '`') || in(c, '{', '~');
    }

    private static boolean in(int c, int first, int last) {
        return c >= first && c <= last;
    }
}
