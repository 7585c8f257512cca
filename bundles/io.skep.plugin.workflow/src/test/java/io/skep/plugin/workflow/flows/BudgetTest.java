// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.TaskSpec;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What all tasks of a run may use up together. */
class BudgetTest extends FlowsFixture {
    private static final String CHAIN = """
            budget: {LIMIT}
            steps:
              - {id: a, description: First, compensate: {description: Undo a}}
              - {id: b, description: Second, dependsOn: [a]}
              - {id: c, description: Third, dependsOn: [b]}
            """;
    private static final String FAN = """
            budget: {LIMIT}
            steps:
              - {id: a, description: "Do ${item}", forEach: /input}
            """;

    private String start(String yaml, String limit, Object input) {
        return ask("start", Map.of("yaml", yaml.replace("LIMIT", limit), "input", input))
                .path("run")
                .asText();
    }

    @Test
    void whatOneTaskUses_theNextOnesDoNotHave_andTooMuchStopsAll_butWhatUndoesIt() {
        answers.put("a", Hands.HOLD);
        answers.put("b", Hands.HOLD);
        String run = start(CHAIN, "maxTokens: 100", 1);
        hands.use("a", 60);
        hands.finish("a", "1");
        assertThat(hands.awaitHeld("b").spec().budget().maxTokens()).isEqualTo(40);
        assertThat(status(run).path("spent").path("tokens").asInt()).isEqualTo(60);
        hands.use("b", 50);
        JsonNode status = awaitState(run, "failed");
        assertThat(status.path("reason").asText()).isEqualTo("its budget is used up: 110 tokens of 100");
        assertThat(status.path("budget").path("maxTokens").asInt()).isEqualTo(100);
        assertThat(hands.seen).containsExactly("a", "b", "a.undo");
        assertThat(declined("rerun", Map.of("run", run)))
                .isEqualTo("the budget of the run is used up: 110 tokens of 100");
    }

    @Test
    void tasksAtTheSameTime_areStoppedTogether() {
        answers.put("a.0", Hands.HOLD);
        answers.put("a.1", Hands.HOLD);
        String run = start(FAN, "maxTokens: 100", new int[] {1, 2});
        hands.use("a.0", 60);
        hands.use("a.1", 60);
        JsonNode status = awaitState(run, "failed");
        assertThat(status.path("reason").asText()).isEqualTo("its budget is used up: 120 tokens of 100");
        hands.awaitCanceled("a.0", "a.1");
    }

    @Test
    void attempts_areForEachTaskAtLeastOne() {
        JsonNode many = awaitState(start(FAN, "maxAttempts: 2", new int[] {1, 2, 3}), "failed");
        assertThat(many.path("reason").asText())
                .isEqualTo(
                        "step a: the budget of the run has 2 attempts left, which is less than one for each of 3 tasks");
        JsonNode chain = awaitState(start(CHAIN, "maxAttempts: 2", 1), "failed");
        assertThat(chain.path("reason").asText())
                .isEqualTo("step c: the budget of the run is used up: 2 attempts of 2");
        assertThat(hands.seen).containsExactly("a", "b", "a.undo");
    }

    @Test
    void time_runsFromTheFirstAttempt() {
        answers.put("a", Hands.HOLD);
        JsonNode status = awaitState(start(CHAIN, "maxMillis: 300", 1), "failed");
        assertThat(status.path("reason").asText()).contains("its budget is used up: its time of");
        hands.awaitCanceled("a");
    }

    @Test
    void whatIsReportedWithTheResult_andWhatEarlierRoundsUsed_countsToo() {
        answers.put("b", Hands.HOLD);
        String run = start(
                CHAIN.replace("Second,", "Second, retry: {maxAttempts: 1},"), "maxTokens: 100, maxAttempts: 9", 1);
        hands.finish("b", "1");
        hands.use("b", 70);
        awaitState(run, "completed");
        await().atMost(LONG)
                .until(() -> status(run).path("spent").path("tokens").asInt() == 70);
        answers.put("b", Hands.FAIL);
        ask("rerun", Map.of("run", run, "from", "b"));
        JsonNode failed = awaitState(run, "failed");
        assertThat(failed.path("reason").asText()).contains("step b");
        assertThat(failed.path("spent").path("attempts").asInt()).isEqualTo(4);
    }

    @Test
    void whatAnEarlierStepUsed_isNotForgotten_whenItIsNotLookedAtAnyMore() {
        answers.put("a", Hands.HOLD);
        answers.put("b", Hands.HOLD);
        answers.put("c", Hands.HOLD);
        start(CHAIN, "maxTokens: 100", 1);
        hands.use("a", 60);
        hands.finish("a", "1");
        hands.awaitHeld("b");
        core.ahead(Duration.ofMinutes(5));
        hands.finish("b", "1");

        assertThat(hands.awaitHeld("c").spec().budget().maxTokens()).isEqualTo(40);
    }

    @Test
    void whatIsBelowAStep_andGoesOnWhenTheRunHasEnded_countsWhenItIsBegunAgain() {
        answers.put("b", Hands.HOLD);
        answers.put("below", Hands.HOLD);
        String run = start(CHAIN, "maxTokens: 100, maxAttempts: 9", 1);
        String task = hands.awaitHeld("b").id();
        core.submit(TaskSpec.of("Below").name("x.below").parent(task));
        hands.awaitHeld("below");
        hands.finish("b", "1");
        awaitState(run, "completed");
        hands.use("below", 70);
        hands.finish("below", "1");
        answers.put("b", "1");
        answers.put("c", Hands.HOLD);
        hands.tasks.remove("c");

        ask("rerun", Map.of("run", run, "from", "b"));

        assertThat(hands.awaitHeld("c").spec().budget().maxTokens()).isEqualTo(30);
        assertThat(status(run).path("spent").path("tokens").asInt()).isEqualTo(70);
        hands.finish("c", "1");
        awaitState(run, "completed");
    }

    @Test
    void whatIsBelowAStep_andUsesAllWhenTheRunHasEnded_leavesNothingToBeginAgainWith() {
        answers.put("b", Hands.HOLD);
        answers.put("below", Hands.HOLD);
        String run = start(CHAIN, "maxTokens: 100", 1);
        core.submit(
                TaskSpec.of("Below").name("x.below").parent(hands.awaitHeld("b").id()));
        hands.awaitHeld("below");
        hands.finish("b", "1");
        awaitState(run, "completed");
        hands.use("below", 100);

        assertThat(declined("rerun", Map.of("run", run, "from", "c")))
                .isEqualTo("the budget of the run is used up: 100 tokens of 100");
    }

    @Test
    void budgetThatIsNone_isDeclined() {
        assertThat(declined("start", Map.of("yaml", CHAIN.replace("LIMIT", ""))))
                .contains("field \"budget\" must have");
        assertThat(declined("start", Map.of("yaml", CHAIN.replace("LIMIT", "maxTokens: 0"))))
                .isEqualTo("field \"budget.maxTokens\" must be 1 to 1000000000000000, not 0");
        assertThat(declined("start", Map.of("yaml", CHAIN.replace("LIMIT", "maxDepth: 1"))))
                .isEqualTo("there is no field \"budget.maxDepth\"");
    }
}
