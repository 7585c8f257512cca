// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference is the tokenizer of the model's makers, from the same file. */
class WordPieceTest {
    private static final int BEGIN = 101;
    private static final int END = 102;
    private static final int UNKNOWN = 100;
    private static final int MAX = 256;

    private static HuggingFaceTokenizer reference;
    private static WordPiece ours;

    @BeforeAll
    static void load() throws IOException {
        reference = HuggingFaceTokenizer.builder()
                .optTokenizerPath(Path.of("target/classes/all-minilm-l6-v2-q-tokenizer.json"))
                .optPadding(false)
                .optTruncation(true)
                .optMaxLength(MAX)
                .build();
        try (InputStream json = WordPieceTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
            ours = new WordPiece(Vocabulary.of(json), MAX);
        }
    }

    @AfterAll
    static void close() {
        reference.close();
    }

    private static int[] reference(String text) {
        return Arrays.stream(reference.encode(text).getIds())
                .mapToInt(id -> (int) id)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t\r\n\u000b\f\u0085\u2028\u2029",
                "Fix the failing unit test.",
                "fixing unaffordable antidisestablishmentarianism, isn't it?",
                "C++ != C#; a&b|c ^ ~d `code` {x: [1, 2]} $5.00 50% <b>@home</b>",
                "https://example.org/a/b?c=d&e=%20f#g user.name+tag@example.org",
                "snake_case camelCase kebab-case SCREAMING_SNAKE path/to/File.java:42",
                "2026-11-26T14:28:09Z 1,234,567.89 0xCAFEBABE 1e-9 \u00bd \u2074 \u2460",
                "Caf\u00e9 cafe\u0301 na\u00efve \u00c5ngstr\u00f6m \u00df \u1e9e \u0130stanbul \u0131\u0130 \ufb01nd",
                "\u0391\u03a3\u03a3\u039f\u03a3 \u03bb\u03cc\u03b3\u03bf\u03c2 \u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u0419\u043e\u0433",
                "\u4f60\u597d\u4e16\u754chello\u4e16\u754c \u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \ud55c\uad6d\uc5b4 \uf900\ufaff \ud840\udc00\ud87e\udc1f",
                "\u0645\u0631\u062d\u0628\u0627 \u0628\u0650\u0633\u0652\u0645\u0650 \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22",
                "\ud83d\ude00 emoji \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 flags \ud83c\udde9\ud83c\uddea skin \ud83d\udc4d\ud83c\udffd \u2764\ufe0f",
                "zero\u200bwidth\u200djoiner soft\u00adhyphen \ufeffbom nul\u0000byte bell\u0007 \ufffd private\ue000use",
                "no\u00a0break\u2003em\u3000ideographic\u1680ogham\u202fnarrow",
                "\u201cquoted\u201d \u2018single\u2019 \u2014 dash \u2013 en \u2026 dots \u00bfqu\u00e9? \u00a1s\u00ed! \u3002\uff0c\uff01 \u037e \u2260 \u2264\u0338",
                "\u212b \u2126 \u1fbf \u0344 \u1100\u1161\u11a8 \uac01 a\u0308\u0323b o\u031b\u0309",
                "a\u0338b =\u0338 .\u0301x \u0301leading \u20e3 1\ufe0f\u20e3 \u0903 \u0e33"
            })
    void text_hasTheTokensOfTheReference(String text) {
        assertThat(ours.tokens(text)).isEqualTo(reference(text));
    }

    @Test
    void mixedTexts_haveTheTokensOfTheReference() {
        Random random = new Random(7);
        List<String> different = new ArrayList<>();
        for (int n = 0; n < 2_000; n++) {
            String text = mixed(random);
            if (!Arrays.equals(ours.tokens(text), reference(text))) {
                different.add(text);
            }
        }
        assertThat(different).isEmpty();
    }

    /** Mostly of ASCII, with letters with accents, other alphabets and Chinese between. */
    private static String mixed(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(300);
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(12);
            if (kind < 5) {
                text.append((char) (' ' + random.nextInt(95)));
            } else if (kind < 8) {
                text.append((char) ('a' + random.nextInt(26)));
            } else if (kind < 9) {
                text.append((char) (0xA0 + random.nextInt(0x500)));
            } else if (kind < 10) {
                text.append((char) (0x2000 + random.nextInt(0xC00)));
            } else if (kind < 11) {
                text.append((char) (0x4E00 + random.nextInt(0x5200)));
            } else {
                text.append(' ');
            }
        }
        return text.toString();
    }

    @Test
    void characters_areTakenAsByTheReference_butForNewOnes() {
        int different = 0;
        int all = 0;
        for (int c = 1; c < 0x30000; c += c < 0x2500 ? 1 : 17) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                String text = "a" + Character.toString(c) + "b " + Character.toString(c);
                all++;
                different += Arrays.equals(ours.tokens(text), reference(text)) ? 0 : 1;
            }
        }
        // The reference's tables of punctuation and of accents are from an older Unicode than the JDK's.
        assertThat(all).isGreaterThan(15_000);
        assertThat(different).isLessThan(all / 100);
    }

    @Test
    void text_longerThanTheModelReads_isCut() {
        String text = "word ".repeat(200_000);
        int[] tokens = ours.tokens(text);
        assertThat(tokens).hasSize(MAX).startsWith(BEGIN).endsWith(END).isEqualTo(reference(text));
        String pieces = "unaffordability ".repeat(100);
        assertThat(ours.tokens(pieces)).hasSize(MAX).isEqualTo(reference(pieces));
    }

    @Test
    void word_longerThanHundredCharacters_isUnknown() {
        assertThat(ours.tokens("a".repeat(100))).isEqualTo(reference("a".repeat(100)));
        assertThat(ours.tokens("a".repeat(101))).containsExactly(BEGIN, UNKNOWN, END);
        assertThat(ours.tokens("a".repeat(1_000_000))).containsExactly(BEGIN, UNKNOWN, END);
    }

    @Test
    void controlToken_inAText_isText() {
        int[] tokens = ours.tokens("[SEP] [CLS] [UNK]");
        assertThat(Arrays.copyOfRange(tokens, 1, tokens.length - 1)).doesNotContain(BEGIN, END, UNKNOWN);
    }

    @Test
    void halfASurrogatePair_isNotThere() {
        assertThat(ours.tokens("a\ud800b \udc00")).isEqualTo(ours.tokens("ab"));
    }
}
