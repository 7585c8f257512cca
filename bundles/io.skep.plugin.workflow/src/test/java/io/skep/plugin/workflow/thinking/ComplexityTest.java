// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComplexityTest {
    private static final int LEAST = ThinkingSettings.DEFAULT.minComplexity();
    static final String COMPLEX = "Design the architecture for the migration of the monolith to microservices. Compare"
            + " the alternatives, weigh their security and performance, and recommend a plan.";

    private final Encoder encoder = new Encoder();
    private final Policy policy = new Policy(new Codec(), encoder);

    @Test
    void ordinaryTasks_areBelowTheLeast_whateverTheirLanguage() {
        for (String text : new String[] {
            "",
            " ",
            "x",
            "Fix the bug in the parser",
            "Review the change to the login page and say whether it is safe.",
            "Count the lines of README.md\nThen print them.",
            "Räume die Warteschlange auf und sage mir, was darin war.",
            "ログインページの変更を確認してください。",
            "\uD83D\uDE00".repeat(500),
            "word ".repeat(3000),
            "a. ".repeat(5000)
        }) {
            assertThat(policy.beforeStart(text, null, LEAST).depth())
                    .as(text.substring(0, Math.min(40, text.length())))
                    .isEqualTo(Depth.NONE);
        }
    }

    @Test
    void whatIsHardToDecide_isThoughtAbout_theDeeperTheMoreThereIsToIt() {
        Policy.Judgement judged = policy.beforeStart(COMPLEX, null, LEAST);
        assertThat(judged.depth()).isNotEqualTo(Depth.NONE);
        assertThat(judged.reason()).contains("architecture").contains("of at least 0.6");
        String more = COMPLEX + " Consider the strategy for the database, its schema and its consistency during the"
                + " rollout, the risk of an outage, who decides, what the business needs, and how we investigate a"
                + " regression. Evaluate each option. Propose whether to keep the legacy protocol. Justify the approach."
                + " What does the customer see? Which team does what, and when? "
                + "Explain the reasons at length. ".repeat(20);
        assertThat(policy.beforeStart(more, null, LEAST).depth()).isGreaterThan(judged.depth());
        assertThat(Complexity.of(more).score()).isLessThanOrEqualTo(1);
    }

    @Test
    void moreWords_neverMakeItSimpler() {
        String text = "";
        double before = 0;
        for (String word : COMPLEX.split(" ")) {
            text += word + ' ';
            double score = Complexity.of(text).score();
            assertThat(score).as(text).isGreaterThanOrEqualTo(before);
            before = score;
        }
    }

    @Test
    void depth_canBeAskedFor_byTheInputOnly_andAnUnknownOneIsDeclined() {
        assertThat(policy.asked(
                        TaskSpec.of("x").input("{\"thinking\":\"deep\"}").build()))
                .isEqualTo(Depth.DEEP);
        assertThat(policy.asked(TaskSpec.of("x").build())).isNull();
        for (String input :
                new String[] {"null", "7", "[\"thinking\"]", "\"thinking\"", "{\"a\":{\"thinking\":\"deep\"}}"}) {
            assertThat(policy.asked(TaskSpec.of("x").input(input).build()))
                    .as(input)
                    .isNull();
        }
        for (String input : new String[] {"{\"thinking\":\"hard\"}", "{\"thinking\":7}", "{\"thinking\":null}"}) {
            assertThatExceptionOfType(Declination.class)
                    .as(input)
                    .isThrownBy(() -> policy.asked(TaskSpec.of("x").input(input).build()))
                    .withMessageContaining("none, standard, deep, collaborative, intensive");
        }
        assertThat(policy.beforeStart("x y", Depth.INTENSIVE, LEAST).depth()).isEqualTo(Depth.INTENSIVE);
        assertThat(policy.beforeStart(COMPLEX, Depth.NONE, LEAST).isNone()).isTrue();
        assertThat(policy.beforeStart("...", Depth.DEEP, LEAST).reason()).contains("nothing to think about");
    }

    @Test
    void onDemand_allButNothingIsThoughtAbout() {
        assertThat(policy.onDemand("how shall we name tests", null, LEAST).depth())
                .isEqualTo(Depth.STANDARD);
        assertThat(policy.onDemand("do it now", null, LEAST).reason()).contains("nothing to think about");
        assertThat(policy.onDemand("tests", Depth.DEEP, LEAST).depth()).isEqualTo(Depth.DEEP);
    }

    @Test
    void whatItIsAbout_makesItDeeper_byMeaningWhereThereIsAnEncoder() {
        Policy.Judgement standard = new Policy.Judgement(Depth.STANDARD, "r", 0.6);
        assertThat(policy.meant("the deadlock after the crash", standard).reason())
                .endsWith("about debugging");
        assertThat(policy.meant("the deadlock after the crash", standard).depth())
                .isEqualTo(Depth.DEEP);
        assertThat(policy.meant("what the customer pays", standard).depth()).isEqualTo(Depth.STANDARD);
        assertThat(policy.meant("tea", standard)).isEqualTo(standard);
        WordVectors vectors = new WordVectors(Map.of("hang", "failure", "why", "cause"));
        encoder.set(vectors);
        assertThat(policy.meant("find the cause of that failure", standard).reason())
                .endsWith("about debugging");
        assertThat(policy.meant("tea", standard)).isEqualTo(standard);
        vectors.gone = true;
        assertThat(policy.meant("the deadlock", standard).reason()).endsWith("about debugging");
        encoder.unset(vectors);
        assertThat(policy.meant("the deadlock", standard).reason()).endsWith("about debugging");
    }

    @Test
    void decidingAgainstThinking_takesWellUnderAMillisecond() {
        String text = "Review the change to the login page. ".repeat(4);
        long[] nanos = new long[1001];
        for (int i = 0; i < nanos.length; i++) {
            long begun = System.nanoTime();
            assertThat(policy.beforeStart(text, null, LEAST).isNone()).isTrue();
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        assertThat(nanos[nanos.length / 2]).isLessThan(1_000_000);
    }

    @Test
    void stems_areTheSameForTheFormsOfAWord() {
        Stream.of("cache caches caching cached", "service services", "plan plans planning", "test tests testing tested")
                .forEach(forms -> assertThat(Terms.of(forms)).as(forms).hasSize(1));
        assertThat(Terms.of("don\u2019t do this, please")).containsExactly("dont");
        assertThat(Terms.words("a-b c'd 7")).containsExactly("a", "b", "cd", "7");
    }
}
