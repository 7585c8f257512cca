// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    private final Words words = new Words();

    @Test
    void aText_isSplitIntoWords() {
        assertThat(Words.split("It's 12 o\u2019clock, (Ada)!")).containsExactly("It's", "12", "o\u2019clock", "Ada");
        assertThat(Words.split("\u4f60\u597d ok")).containsExactly("\u4f60", "\u597d", "ok");
        assertThat(Words.split("a".repeat(100))).containsExactly("a".repeat(40));
        assertThat(Words.split("'' ' '")).isEmpty();
    }

    @Test
    void terms_areStemsWithoutCommonWords() {
        assertThat(words.terms("The servers were running in Berlin")).containsExactly("server", "run", "berlin");
        assertThat(words.stem("running")).isEqualTo(words.stem("runs"));
        assertThat(Words.isSmallTalk("thanks")).isTrue();
    }

    @Test
    void manyWords_doNotFillTheMemory() {
        for (int i = 0; i < 60_000; i++) {
            words.stem("word" + i);
        }
        assertThat(words.stem("words")).isEqualTo("word");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "One. Two? Three!",
                "3.14 is a number. v1.2.3 too",
                "\u4f60\u597d\u3002\u518d\u89c1\uff01",
                "a\nb\n\n\nc  ",
                "...!!! ???"
            })
    void sentences_areTheTextAgain(String text) {
        assertThat(String.join("", Sentences.of(text))).isEqualTo(text);
    }

    @Test
    void sentences_endWhereTheyEnd() {
        assertThat(Sentences.of("One is 3.14. Two? Yes")).isEqualTo(List.of("One is 3.14. ", "Two? ", "Yes"));
        assertThat(Sentences.of(". ".repeat(5_000))).hasSize(Sentences.MOST);
        assertThat(Sentences.isQuestion("Is it? ")).isTrue();
        assertThat(Sentences.isQuestion("It is. ")).isFalse();
        assertThat(Sentences.isQuestion("")).isFalse();
    }
}
