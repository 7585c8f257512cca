// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommandLineTest {
    @Test
    void space_separates() {
        assertThat(CommandLine.split("  a   b\t c ")).containsExactly("a", "b", "c");
        assertThat(CommandLine.split(" \t ")).isEmpty();
    }

    @Test
    void singleQuotes_keepEverything() {
        assertThat(CommandLine.split("'a b' c'\\\"$x'd ''")).containsExactly("a b", "c\\\"$xd", "");
    }

    @Test
    void doubleQuotes_keepAllButWhatABackslashEscapes() {
        assertThat(CommandLine.split("\"it's\" \"a\\b\" \"q\\\"b\\\\c\\$d\\`\" \"\""))
                .containsExactly("it's", "a\\b", "q\"b\\c$d`", "");
    }

    @Test
    void backslash_escapesAnyCharacter() {
        assertThat(CommandLine.split("a\\ b \\'c \\\\ \\d")).containsExactly("a b", "'c", "\\", "d");
    }

    @Test
    void whatElseAShellDoes_isNotDone() {
        assertThat(CommandLine.split("$HOME *.txt ; ls > #x ~"))
                .containsExactly("$HOME", "*.txt", ";", "ls", ">", "#x", "~");
    }

    @Test
    void unicode_isKept() {
        assertThat(CommandLine.split("grüße '🐝 ☃'")).containsExactly("grüße", "🐝 ☃");
    }

    @Test
    void openQuote_isRefused() {
        assertThatThrownBy(() -> CommandLine.split("a 'b")).hasMessage("a ' is not closed");
        assertThatThrownBy(() -> CommandLine.split("a \"b\\\"")).hasMessage("a \" is not closed");
    }

    @Test
    void backslashAtTheEnd_isRefused() {
        assertThatThrownBy(() -> CommandLine.split("a \\")).hasMessage("the \\ at the end escapes nothing");
    }
}
