// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks that say nothing by themselves. */
class ContextTest {
    /** What was done before, in one tree; each by another agent. */
    private static final List<List<String>> EARLIER = List.of(
            List.of("fix the style sheet of the contact form", "alice"),
            List.of("tune the slow queries of the orders schema", "bob"),
            List.of("translate the letter to the landlord into French", "carol"),
            List.of("plan the journey to Oslo with trains and hotels", "dave"),
            List.of("watch the disks of the mail servers for alarms", "erin"));

    /** What refers to the newest of them, whatever that is. */
    private static final List<String> BARE = List.of(
            "now fix that",
            "do it again",
            "undo this",
            "that is not right, please correct it",
            "continue",
            "and now make it shorter",
            "try that once more");

    /** What refers to a certain one by a word, though others were done after it; with the place of that one. */
    private static final List<List<String>> NAMED = List.of(
            List.of("that form again, please", "0"),
            List.of("the contact thing is still wrong, fix it", "0"),
            List.of("go on with those orders", "1"),
            List.of("it is still slow", "1"),
            List.of("send that letter once more", "2"),
            List.of("the landlord did not like it", "2"),
            List.of("Oslo is off, undo that", "3"),
            List.of("make this journey cheaper", "3"),
            List.of("is that mail all right now", "4"),
            List.of("look at those disks again", "4"),
            List.of("and the same for the style", "0"),
            List.of("the landlord wants it in two copies", "2"),
            List.of("do the mail part again", "4"),
            List.of("those trains are too early, change that", "3"),
            List.of("that schema again", "1"),
            List.of("undo it for the orders", "1"),
            List.of("French is wrong here, use another word for it", "2"));

    @Test
    void bareReference_goesToTheAgentOfTheEarlierTask_withContextOnly() {
        List<String> wrong = new ArrayList<>();
        int cases = 0;
        for (int place = 0; place < EARLIER.size(); place++) {
            for (String bare : BARE) {
                cases++;
                judge(
                        wrong,
                        List.of(EARLIER.get(place)),
                        bare,
                        EARLIER.get(place).get(1));
            }
        }
        for (List<String> named : NAMED) {
            cases++;
            String agent = EARLIER.get(Integer.parseInt(named.get(1))).get(1);
            judge(wrong, EARLIER, named.get(0), agent);
        }
        assertThat(cases).isGreaterThanOrEqualTo(50);
        assertThat(wrong).as("of " + cases).hasSizeLessThanOrEqualTo(cases / 10);
    }

    private static void judge(List<String> wrong, List<List<String>> earlier, String task, String agent) {
        try (Rig rig = new Rig(true)) {
            rig.route("begin", "00-0", null);
            for (int i = 0; i < earlier.size(); i++) {
                rig.route(earlier.get(i).get(0), "00-" + (i + 1), "00-0");
            }
            JsonNode with = rig.route(task, "00-9", "00-0");
            if (!with.path("agent").asText().equals(agent)) {
                wrong.add(task + " went to " + with.path("agent").asText("nobody") + ", not to " + agent);
            }
        }
    }

    @Test
    void bareReference_withoutContext_goesToNobody() {
        try (Rig rig = new Rig(true)) {
            for (String bare : BARE) {
                assertThat(rig.route(bare).path("outcome").asText()).as(bare).isEqualTo("none_fits");
            }
        }
    }

    @Test
    void earlierTask_thatWasNotRoutedHere_isLookedUp() {
        try (Rig rig = new Rig(true)) {
            rig.end("00-7", null, "tune the orders", "bob", io.skep.api.task.TaskState.COMPLETED);
            assertThat(rig.route("now fix that", "00-8", "00-7").path("agent").asText())
                    .isEqualTo("bob");
            assertThat(rig.route("now fix that", "00-9", "unknown")
                            .path("outcome")
                            .asText())
                    .isEqualTo("none_fits");
        }
    }
}
