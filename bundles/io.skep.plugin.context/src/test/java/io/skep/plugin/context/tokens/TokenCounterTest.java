// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenCounterTest {
    private final TokenCounter counter = new TokenCounter();

    @Test
    void knownTexts_haveTheTokensThatTheMakersOfTheVocabularySay() {
        assertThat(counter.count("")).isZero();
        assertThat(counter.count("tiktoken is great!")).isEqualTo(6);
        assertThat(counter.count("antidisestablishmentarianism")).isEqualTo(6);
        assertThat(counter.count("2 + 2 = 4")).isEqualTo(7);
        assertThat(counter.count("お誕生日おめでとう")).isEqualTo(9);
    }

    @Test
    void anItem_isItsTextAndWhatIsToldBeside() {
        ContextItem item = new ContextItem(1, Kind.MESSAGE, 0, null, "2 + 2 = 4", null, null, false);
        assertThat(counter.count(item)).isEqualTo(7 + TokenCounter.TOKENS_PER_ITEM);
        assertThat(counter.count(List.of(item, item))).isEqualTo(2 * (7 + TokenCounter.TOKENS_PER_ITEM));
    }

    @Test
    void controlTokensInAText_areText() {
        assertThat(counter.count("<|endoftext|>")).isGreaterThan(1);
    }

    @Test
    void aLongText_isTheSumOfItsPartsButForTheSeams() {
        String sentence = "The quick brown fox jumps over the lazy dog. ";
        long one = counter.count(sentence + "The") - counter.count("The");
        assertThat(counter.count(sentence.repeat(10_000))).isBetween(one * 10_000 - 100, one * 10_000 + 100);
    }

    @Test
    void hostileTexts_takeTimeInProportionToTheirLength() {
        assertTimeout(Duration.ofMinutes(5), () -> {
            assertThat(counter.count("a".repeat(1_000_000))).isPositive();
            assertThat(counter.count(" ".repeat(1_000_000))).isPositive();
            assertThat(counter.count("\n\t ".repeat(300_000))).isPositive();
            assertThat(counter.count("\ud83d\ude00".repeat(300_000))).isPositive();
            assertThat(counter.count("\ud83d".repeat(1_000))).isPositive();
            assertThat(counter.count("\u0000\uffff".repeat(1_000))).isPositive();
        });
    }

    @Test
    void manyThreads_countTheSame() {
        Set<Long> counts = IntStream.range(0, 200)
                .parallel()
                .mapToObj(i -> counter.count("one counter, many threads, 1234567890 \u00e4\u00f6\u00fc"))
                .collect(Collectors.toSet());
        assertThat(counts).hasSize(1);
    }
}
