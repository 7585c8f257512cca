// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.consolidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.items.ContextItem.Kind;
import io.skep.plugin.context.tokens.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryCheckTest {
    private static final String GOOD =
            "Clara moved to Lisbon in 2019 with her cello; the harbour office wants the contract signed.";

    private final SummaryCheck check = new SummaryCheck(new TokenCounter());

    private static List<ContextItem> items() {
        List<String> texts = new ArrayList<>(List.of(
                "My sister Clara moved to Lisbon in March 2019 and took her cello along.",
                "The harbour office wants the contract signed before anybody gets a key.",
                "It rained all day, so we stayed where we were and talked about the weather."));
        for (int i = 0; i < 10; i++) {
            texts.add("Thanks, that was nice, see you again soon, it was good to talk.");
        }
        List<ContextItem> items = new ArrayList<>();
        for (String text : texts) {
            items.add(new ContextItem(items.size() + 1L, Kind.MESSAGE, 0, "ada", text, null, null, false));
        }
        return items;
    }

    @Test
    void summaryThatTellsWhatTheItemsTell_isTaken() {
        assertThat(check.wrong(items(), GOOD, 50)).isNull();
        assertThat(check.wrong(items(), GOOD.replace("Clara", "Ada's sister Clara"), 50))
                .as("names an author")
                .isNull();
    }

    @Test
    void summaryThatTellsLittle_isNot() {
        assertThat(check.wrong(
                        items(), "They met, and it was nice to talk, and they will see each other again soon.", 50))
                .matches("it tells \\d+ % of what an extract of its length would, and 50 % are wanted");
        assertThat(check.wrong(items(), "...", 0)).as("tells nothing at all").startsWith("it tells 0 %");
        assertThat(check.wrong(items(), GOOD, 1000)).contains("1000 % are wanted");
    }

    @Test
    void figureOrNameThatIsNowhere_isSaid() {
        assertThat(check.wrong(items(), GOOD.replace("2019", "2018"), 50))
                .isEqualTo("\"2018\" is in nothing that it is of");
        assertThat(check.wrong(items(), GOOD.replace("Lisbon", "Porto"), 50)).contains("\"Porto\"");
        assertThat(check.wrong(items(), "Somebody else begins. " + GOOD, 50))
                .as("the first word of a sentence is no name")
                .isNull();
    }
}
