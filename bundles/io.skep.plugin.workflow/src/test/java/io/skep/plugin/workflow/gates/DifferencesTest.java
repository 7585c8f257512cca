// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.plugin.base.Codec;
import io.skep.plugin.workflow.gates.Difference.Change;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    private static final Codec CODEC = new Codec();

    private static Difference between(String before, String now) {
        return Differences.between(before, now, "then", CODEC);
    }

    private static Change change(String pointer, String before, String now) {
        return new Change(pointer, null, before, now);
    }

    private static Change line(String pointer, int line, String before, String now) {
        return new Change(pointer, line, before, now);
    }

    @Test
    void members_areNamedByPointers_withWhatTheyWereAndAre() {
        Difference found = between(
                "{\"same\":[1],\"n\":1,\"gone\":{\"x\":1},\"deep\":{\"a/b\":{\"~\":true}}}",
                "{\"n\":2,\"deep\":{\"a/b\":{\"~\":null}},\"same\":[1],\"new\":\"text\"}");
        assertThat(found.changes())
                .containsExactly(
                        change("/n", "1", "2"),
                        change("/gone", "{\"x\":1}", null),
                        change("/deep/a~1b/~0", "true", "null"),
                        change("/new", null, "\"text\""));
        assertThat(found.since()).isEqualTo("then");
        assertThat(found.more()).isZero();
    }

    @Test
    void entries_thatWerePutInOrTakenOut_moveNoOthers() {
        assertThat(between("[1,2,3,4,5]", "[0,1,2,4,5]").changes())
                .containsExactly(change("/0", null, "0"), change("/2", "3", null));
        assertThat(between("{\"l\":[{\"a\":1},7]}", "{\"l\":[{\"a\":2},7]}").changes())
                .containsExactly(change("/l/0/a", "1", "2"));
    }

    @Test
    void texts_areComparedLineByLine_asAWholeOrWithin() {
        assertThat(between("a\nb\nc", "a\nB\nc\nd").changes())
                .containsExactly(line("", 2, "b", "B"), line("", 4, null, "d"));
        assertThat(between("{\"t\":\"a\\nb\"}", "{\"t\":\"b\"}").changes()).containsExactly(line("/t", 1, "a", null));
        assertThat(between("1", "{}").changes()).containsExactly(change("", "1", "{}"));
    }

    @Test
    void longValues_areShownWhereTheyDiffer() {
        String long1 = "x".repeat(5000) + "old" + "y".repeat(5000);
        Change found = between('"' + long1 + '"', '"' + long1.replace("old", "new") + '"')
                .changes()
                .get(0);
        assertThat(found.before())
                .startsWith("…x")
                .contains("xoldy")
                .endsWith("y…")
                .hasSizeLessThan(300);
        assertThat(found.now()).contains("xnewy").hasSizeLessThan(300);
    }

    @Test
    void muchThatIsDifferent_isCounted_inBoundedTime() {
        String before =
                IntStream.range(0, 45_000).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
        String now = IntStream.range(0, 45_000)
                .mapToObj(i -> Integer.toString(-i - 1))
                .collect(Collectors.joining(",", "[", "]"));
        long began = System.nanoTime();
        Difference found = between(before, now);
        assertThat(found.changes()).hasSize(Differences.MOST);
        assertThat(found.more()).isEqualTo(45_000 - Differences.MOST);
        String few = IntStream.range(0, 399).mapToObj(Integer::toString).collect(Collectors.joining("\n", "", "\n."));
        String others = IntStream.range(0, 399).mapToObj(i -> "-" + i).collect(Collectors.joining("\n", "", "\n,"));
        assertThat(between(few, others).changes()).hasSize(Differences.MOST);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void theSame_isNothing() {
        assertThat(between("{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}").changes())
                .isEmpty();
    }
}
