// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void controlCharacters_ofEitherSet_areSpaces() {
        assertThat(Printable.line("a\u001b[2Jb\u009b2Jc\u0085d\u007fe\u202ef\u2028g"))
                .isEqualTo("a [2Jb 2Jc d e f g");
        assertThat(Printable.line("größe ✓ \ud83d\ude00")).isEqualTo("größe ✓ \ud83d\ude00");
        assertThat(Printable.line(null)).isEqualTo("-");
    }

    @Test
    void longText_isCut_butNoCharacterInHalf() {
        assertThat(Printable.brief("abcd", 4)).isEqualTo("abcd");
        assertThat(Printable.brief("abcde", 4)).isEqualTo("abc…");
        assertThat(Printable.brief("ab\ud83d\ude00d", 4)).isEqualTo("ab…");
        assertThat(Printable.brief("a\ud83d\ude00de", 4)).isEqualTo("a\ud83d\ude00…");
    }
}
