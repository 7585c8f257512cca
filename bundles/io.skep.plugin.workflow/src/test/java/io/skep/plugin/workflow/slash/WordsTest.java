// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static final String SPECIAL = "'\"\\ \t\n-=/$a1Z.é\u0000\uD83D\uDE00\uD800\u2028";

    private static List<String> texts(String line) {
        return Words.of(line).stream().map(Words.Word::text).toList();
    }

    private static String random(Random random, int most) {
        return random.ints(random.nextInt(most + 1), 0, SPECIAL.length())
                .mapToObj(i -> String.valueOf(SPECIAL.charAt(i)))
                .collect(Collectors.joining());
    }

    @Test
    void quotes_takeWhatIsWithin() {
        assertThat(texts("/a 'b c' \"d e\" f\\ g")).containsExactly("/a", "b c", "d e", "f g");
        assertThat(texts("a'b'\"c\"d")).containsExactly("abcd");
        assertThat(texts("''")).containsExactly("");
        assertThat(texts("  ")).isEmpty();
    }

    @Test
    void backslash_inDoubleQuotes_takesOnlyQuoteAndBackslash() {
        assertThat(texts("\"a\\\"b\\\\c\\n\"")).containsExactly("a\"b\\c\\n");
        assertThat(texts("'a\\b'")).containsExactly("a\\b");
    }

    @Test
    void whatIsNotClosed_isDeclined_withItsPlace() {
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> Words.of("/a 'b"))
                .withMessageContaining("character 4");
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> Words.of("/a \"b\\\""))
                .withMessageContaining("character 4");
        assertThatExceptionOfType(Declination.class).isThrownBy(() -> Words.of("/a \\"));
    }

    @Test
    void onlyAPlainBeginning_makesAFlag() {
        assertThat(Words.of("--a '--b' \\--c \"\"--d").stream().map(Words.Word::plain))
                .containsExactly(true, false, false, false);
    }

    @Test
    void randomLines_areReadOrDeclined_andNothingElse() {
        Random random = new Random(5);
        for (int i = 0; i < 50_000; i++) {
            String line = random(random, 40);
            try {
                Line.of((random.nextBoolean() ? "/" : "") + line);
                Arguments.of(Words.of(line), null);
                Arguments.of(Words.of(line), List.of(Flag.parse("a=1|Z"), Flag.parse("z")));
            } catch (Declination declined) {
                assertThat(declined.getMessage())
                        .isNotBlank()
                        .hasSizeLessThan(300)
                        .doesNotContain("\n");
            }
        }
    }

    @Test
    void whatWasQuoted_isReadAsItWas() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            List<String> words = new ArrayList<>();
            for (int word = random.nextInt(5); word >= 0; word--) {
                words.add(random(random, 12));
            }
            String line = words.stream().map(Words::quote).collect(Collectors.joining(" "));
            assertThat(texts(line)).isEqualTo(words);
        }
    }
}
