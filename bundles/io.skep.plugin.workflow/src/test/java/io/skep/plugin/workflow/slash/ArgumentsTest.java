// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.skep.plugin.base.Declination;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final List<Flag> KNOWN =
            Stream.of("depth=low|high", "name=", "fast").map(Flag::parse).toList();

    private static Arguments read(String line) {
        return Arguments.of(Words.of(line), KNOWN);
    }

    private static void assertDeclined(String line, String sentence) {
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> read(line))
                .withMessageContaining(sentence);
    }

    @Test
    void flags_haveTheirValueBehindAnEqualsSign_orAsTheNextWord() {
        Arguments read = read("a --depth=high --name 'x y' b --fast c");
        assertThat(read.words()).containsExactly("a", "b", "c");
        assertThat(read.flags()).containsExactly(entry("depth", "high"), entry("name", "x y"), entry("fast", "true"));
        assertThat(read.has("fast")).isTrue();
        assertThat(read("--name=").flag("name")).contains("");
    }

    @Test
    void twoHyphens_endTheFlags_andQuotedOnesAreNone() {
        assertThat(read("-- --fast").words()).containsExactly("--fast");
        assertThat(read("'--fast' -x").words()).containsExactly("--fast", "-x");
    }

    @Test
    void whatIsWrong_isNamed() {
        assertDeclined("--dept=high", "there is no flag \"--dept\"; there are --depth, --name, --fast");
        assertDeclined("--depth=middle", "one of low, high, not \"middle\"");
        assertDeclined("--name", "--name needs a value");
        assertDeclined("--fast=no", "--fast takes no value");
        assertDeclined("--fast --fast", "twice");
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> Arguments.of(List.of(), List.of(Flag.parse("a=!"))))
                .withMessageContaining("--a is required");
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> Arguments.of(Words.of("--x"), List.of()))
                .withMessageContaining("takes none");
    }

    @Test
    void withoutKnownFlags_anyIsTaken_andNoneTakesTheNextWord() {
        Arguments read = Arguments.of(Words.of("--a=1 --b c"), null);
        assertThat(read.flags()).containsExactly(entry("a", "1"), entry("b", "true"));
        assertThat(read.words()).containsExactly("c");
        assertThatExceptionOfType(Declination.class).isThrownBy(() -> Arguments.of(Words.of("--É"), null));
    }

    @Test
    void describedFlags_areReadAsTheyWere() {
        for (String text : List.of("a", "a!", "a=", "a=!", "a=x|y", "a=x|y!")) {
            assertThat(Flag.parse(text).described()).isEqualTo(text);
        }
    }

    @Test
    void places_areFilledOnce() {
        Arguments arguments = read("$2 two --depth=high");
        assertThat(Template.fill("$1 and $2, ${depth}, ${fast}, $$1, $12, $ARGUMENTS, $x", arguments, 100))
                .isEqualTo("$2 and two, high, , $1, $12, $2 two, $x");
        assertThat(Template.fill("Do it.", arguments, 100)).isEqualTo("Do it.\n\nArguments: $2 two");
        assertThat(Template.fill("${depth}", read("--depth=low"), 100)).isEqualTo("low");
    }

    @Test
    void aPromptThatGrowsTooLong_isDeclined() {
        Arguments arguments = read("x".repeat(30_000));
        assertThatExceptionOfType(Declination.class)
                .isThrownBy(() -> Template.fill("$1 ".repeat(1000), arguments, 16_384))
                .withMessageContaining("16384");
        assertThatExceptionOfType(Declination.class).isThrownBy(() -> Template.fill("$1", read("''"), 10));
    }

    @Test
    void distance_countsWhatIsPutInLeftOutReplacedAndSwapped() {
        assertThat(Distance.of("analyze", "anaylze")).isEqualTo(1);
        assertThat(Distance.of("tasks", "task")).isEqualTo(1);
        assertThat(Distance.of("kitten", "sitting")).isEqualTo(3);
        assertThat(Distance.of("", "abc")).isEqualTo(3);
        assertThat(Distance.nearest("taks", List.of("tasks", "status", "agents")))
                .containsExactly("tasks");
        assertThat(Distance.nearest("zzzzzz", List.of("tasks", "status"))).isEmpty();
        assertThat(Distance.nearest("ana", List.of("analyze", "why"))).containsExactly("analyze");
    }

    @Test
    void lines_beginWithASlash() {
        assertThat(Line.of(" /Ns:Name a").name()).isEqualTo("ns:name");
        for (String wrong : List.of("", "  ", "help", "/", "/a::b", "/../x", "/é", "/" + "a".repeat(300))) {
            assertThatExceptionOfType(Declination.class).isThrownBy(() -> Line.of(wrong));
        }
    }

    @Test
    void whatOthersSay_isShownInALine() {
        assertThat(Shown.of("a\n\u0007b")).isEqualTo("\"a b\"");
        assertThat(Shown.of("x".repeat(1000))).hasSizeLessThan(70);
    }
}
