// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What somebody asks of workflows and their runs. */
class OrdersTest extends FlowsFixture {
    @Test
    void pause_letsNothingMoreBegin_untilItIsResumed() {
        answers.put("a", Hands.HOLD);
        String run = begin(DIAMOND);
        hands.awaitHeld("a");
        assertThat(ask("pause", Map.of("run", run)).path("state").asText()).isEqualTo("paused");
        assertThat(ask("pause", Map.of("run", run)).path("state").asText()).isEqualTo("paused");
        hands.finish("a", "{\"n\":1}");
        await().atMost(LONG).until(() -> state(status(run), "a").equals("completed"));
        core.restart();
        hands.workFor(core.skep());
        assertThat(status(run).path("state").asText()).isEqualTo("paused");
        assertThat(state(status(run), "b")).isEqualTo("waiting");
        assertThat(hands.seen).containsExactly("a");
        ask("resume", Map.of("run", run));
        awaitState(run, "completed");
        assertThat(declined("pause", Map.of("run", run))).contains("has ended, it is completed");
    }

    @Test
    void cancel_endsWhatHasBegun_thenUndoes() {
        answers.put("b", Hands.HOLD);
        answers.put("c", Hands.HOLD);
        String run = begin(DIAMOND);
        hands.awaitHeld("b");
        hands.awaitHeld("c");
        assertThat(ask("cancel", Map.of("run", run, "reason", "a mistake"))
                        .path("state")
                        .asText())
                .isEqualTo("canceling");
        JsonNode status = awaitState(run, "canceled");
        assertThat(status.path("reason").asText()).isEqualTo("a mistake");
        assertThat(hands.seen).containsExactlyInAnyOrder("a", "b", "c", "a.undo");
        hands.awaitCanceled("b", "c");
        assertThat(core.task(hands.tasks.get("b").id()).state()).isEqualTo(TaskState.CANCELED);
        assertThat(state(status, "b")).isEqualTo("canceled");
        assertThat(declined("cancel", Map.of("run", run))).contains("has ended");
    }

    @Test
    void cancel_withoutCompensation_endsAlsoOneThatIsUnderWay() {
        answers.put("b", Hands.HOLD);
        answers.put("a.undo", Hands.HOLD);
        String run = begin(DIAMOND);
        hands.awaitHeld("b");
        ask("pause", Map.of("run", run));
        ask("cancel", Map.of("run", run));
        hands.awaitHeld("a.undo");
        assertThat(declined("pause", Map.of("run", run))).contains("is canceling and cannot be paused");
        ask("cancel", Map.of("run", run, "compensate", false));
        JsonNode status = awaitState(run, "canceled");
        await().atMost(LONG).until(() -> hands.canceled.contains("a.undo"));
        assertThat(status.path("reason").asText()).contains("not undone: a");
    }

    @Test
    void rerun_keepsTheResultsOfWhatIsNotBehindTheStep() {
        String run = begin(DIAMOND);
        awaitState(run, "completed");
        String before = step(status(run), "b").path("tasks").get(0).path("task").asText();
        assertThat(declined("rerun", Map.of("run", run))).contains("name one in field \"from\"");
        assertThat(declined("rerun", Map.of("run", run, "from", "z"))).contains("has no step z");
        answers.put("c", "\"new\"");
        assertThat(ask("rerun", Map.of("run", run, "from", "c")).path("state").asText())
                .isEqualTo("running");
        JsonNode status = awaitState(run, "completed");
        assertThat(hands.seen).hasSize(6).endsWith("c", "d");
        assertThat(hands.tasks.get("d").spec().input()).contains("<new>");
        assertThat(status.path("round").asInt()).isEqualTo(2);
        assertThat(step(status, "b").path("tasks").get(0).path("task").asText()).isEqualTo(before);
    }

    @Test
    void rerun_ofAFailedRun_doesAgainWhatWasUndone() {
        answers.put("c", Hands.FAIL);
        String run = begin(DIAMOND.replace("dependsOn: [a]}", "dependsOn: [a], retry: {maxAttempts: 1}}"));
        awaitState(run, "failed");
        answers.remove("c");
        hands.seen.clear();
        ask("rerun", Map.of("run", run));
        awaitState(run, "completed");
        assertThat(hands.seen).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void sameKey_neverBeginsASecondRun() {
        Map<String, Object> call = Map.of("yaml", "steps: [{id: a, description: x}]", "idempotencyKey", "k");
        JsonNode first = ask("start", call);
        awaitState(first.path("run").asText(), "completed");
        JsonNode second = ask("start", call);
        assertThat(second.path("run")).isEqualTo(first.path("run"));
        assertThat(second.path("duplicate").asBoolean()).isTrue();
        assertThat(first.path("duplicate").asBoolean()).isFalse();
        assertThat(hands.seen).containsExactly("a");
        assertThat(declined(
                        "start", Map.of("yaml", "steps: [{id: a, description: x}]", "idempotencyKey", "k", "input", 1)))
                .contains("was used for another run");
    }

    @Test
    void templates_haveVersions_andARunKeepsItsOwn() {
        String yaml = "name: n\nsteps: [{id: a, description: one}]";
        assertThat(ask("define", Map.of("yaml", yaml)).path("version").asInt()).isEqualTo(1);
        assertThat(ask("define", Map.of("yaml", yaml)).path("changed").asBoolean())
                .isFalse();
        ask("define", Map.of("yaml", yaml.replace("one", "two")));
        core.restart();
        hands.workFor(core.skep());
        assertThat(ask("list", Map.of())
                        .path("workflows")
                        .get(0)
                        .path("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(ask("show", Map.of("name", "n")).path("versions")).hasSize(2);
        awaitState(
                ask("start", Map.of("workflow", "n", "version", 1)).path("run").asText(), "completed");
        assertThat(hands.tasks.get("a").spec().description()).isEqualTo("one");
        assertThat(declined("start", Map.of("workflow", "n", "version", 9)))
                .contains("version 9 of workflow n is not there");
        ask("remove", Map.of("name", "n"));
        assertThat(declined("start", Map.of("workflow", "n"))).isEqualTo("there is no workflow n");
        assertThat(declined("remove", Map.of("name", "n"))).isEqualTo("there is no workflow n");
        assertThat(declined("show", Map.of("name", "m"))).isEqualTo("there is no workflow m");
    }

    @Test
    void limits_areKept_andSaid() {
        for (String name : List.of("n1", "n2")) {
            ask("define", Map.of("yaml", "name: " + name + "\nsteps: [{id: a, description: x}]"));
        }
        Map<String, String> third = Map.of("yaml", "name: n3\nsteps: [{id: a, description: x}]");
        assertThat(declined("define", third)).isEqualTo("there are 2 workflows already; remove one first");
        ask("remove", Map.of("name", "n1"));
        ask("define", third);
        answers.put("a", Hands.HOLD);
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(ask("start", Map.of("workflow", "n2")).path("run").asText());
        }
        assertThat(declined("start", Map.of("workflow", "n2"))).contains("there are 3 runs under way already");
        assertThat(ask("runs", Map.of("state", "running")).path("underWay").asInt())
                .isEqualTo(3);
        for (String run : runs) {
            ask("cancel", Map.of("run", run));
            await().atMost(LONG)
                    .until(() -> !ask("runs", Map.of())
                                    .path("runs")
                                    .findValuesAsText("run")
                                    .contains(run)
                            || status(run).path("state").asText().equals("canceled"));
        }
        await().atMost(LONG)
                .until(() -> ask("runs", Map.of("limit", 9)).path("runs").size() == 2);
        assertThat(declined("status", Map.of("run", runs.get(0)))).contains("ended too long ago");
    }

    @Test
    void slash_beginsAndShowsRuns() {
        ask("define", Map.of("yaml", "name: n\nsteps: [{id: a, description: \"x ${input.y}\"}]"));
        answers.put("a", Hands.HOLD);
        String run = core.run("/workflow start n '{\"y\":5}'")
                .path("data")
                .path("run")
                .asText();
        assertThat(hands.awaitHeld("a").spec().description()).isEqualTo("x 5");
        assertThat(core.run("/workflow status " + run).path("data").path("steps"))
                .hasSize(1);
        assertThat(core.run("/workflow runs").path("data").path("underWay").asInt())
                .isEqualTo(1);
        assertThat(core.run("/workflow pause " + run).path("data").path("state").asText())
                .isEqualTo("paused");
        assertThat(core.run("/workflow resume " + run)
                        .path("data")
                        .path("state")
                        .asText())
                .isEqualTo("running");
        core.run("/workflow cancel " + run + " not needed");
        assertThat(awaitState(run, "canceled").path("reason").asText()).isEqualTo("not needed");
        core.run("/workflow rerun " + run + " a");
        assertThat(core.refused("/workflow rerun " + run)).contains("has not ended");
    }
}
