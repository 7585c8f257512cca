// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.workflow.RealCore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of a workflow that nobody touches. */
class FlowsTest extends FlowsFixture {
    @Test
    void diamond_joinsItsBranches_andPutsResultsIntoTexts() {
        answers.put("a", "{\"n\":7}");
        answers.put("b", "[1,2]");
        answers.put("c", "\"${steps.a.result}\"");
        String run = begin(DIAMOND);
        JsonNode status = awaitState(run, "completed");
        assertThat(hands.seen)
                .containsExactlyInAnyOrder("a", "b", "c", "d")
                .startsWith("a")
                .endsWith("d");
        assertThat(hands.tasks.get("b").spec().description()).isEqualTo("Left 7");
        assertThat(hands.tasks.get("c").spec().description()).isEqualTo("Right ann");
        assertThat(hands.tasks.get("d").spec().input())
                .isEqualTo("{\"left\":[1,2],\"text\":\"<${steps.a.result}>\",\"run\":\"" + run + "\",\"cost\":\"$5\"}");
        assertThat(hands.tasks.get("a").spec().input())
                .isEqualTo("{\"run\":\"" + run + "\",\"step\":\"a\",\"input\":{\"who\":\"ann\"}}");
        assertThat(step(status, "a").path("tasks").get(0).path("attempts").asInt())
                .isEqualTo(1);
        assertThat(status.path("history").get(0).path("what").asText()).isEqualTo("started");
        assertThat(status.path("history").findValuesAsText("what")).contains("starting", "running", "completed");
        assertThat(status.has("endedAt")).isTrue();
    }

    @Test
    void condition_skipsABranch_asAWhole_andTheJoinGoesOn() {
        answers.put("a", "{\"ok\":false}");
        String yaml = """
                steps:
                  - {id: a, description: Look}
                  - {id: b, description: Fix, dependsOn: [a], when: {step: a, pointer: /ok, equals: false}}
                  - {id: c, description: Ship, dependsOn: [a], when: {step: a, pointer: /ok, equals: true}}
                  - {id: c2, description: Tell, dependsOn: [c]}
                  - {id: d, description: "End ${steps.c2.result}.", dependsOn: [b, c2]}
                """;
        JsonNode status = awaitState(begin(yaml), "completed");
        assertThat(hands.seen).containsExactly("a", "b", "d");
        assertThat(state(status, "c")).isEqualTo("skipped");
        assertThat(step(status, "c2").path("reason").asText()).isEqualTo("all that it waits for was skipped");
        assertThat(hands.tasks.get("d").spec().description()).isEqualTo("End .");
    }

    @Test
    void forEach_becomesATaskForEachEntry_andWhoDependsOnItWaitsForAll() {
        answers.put("a", "{\"files\":[\"x\",{\"p\":\"y\"},\"z\"]}");
        answers.put("b.0", "\"X\"");
        answers.put("b.1", Hands.HOLD);
        answers.put("b.2", "\"Z\"");
        String yaml = """
                steps:
                  - {id: a, description: List}
                  - {id: b, description: "Do ${index}: ${item}", dependsOn: [a], forEach: /steps/a/result/files}
                  - {id: e, description: Nothing, dependsOn: [a], forEach: /steps/a/result/none}
                  - {id: c, description: "All ${steps.b.result} ${steps.b.result.2}", dependsOn: [b]}
                """;
        String run = begin(
                yaml.replace("  - {id: e, description: Nothing, dependsOn: [a], forEach: /steps/a/result/none}\n", ""));
        hands.awaitHeld("b.2");
        assertThat(hands.tasks.get("b.1").spec().description()).isEqualTo("Do 1: {\"p\":\"y\"}");
        assertThat(hands.tasks.get("b.1").spec().input()).contains("\"index\":1,\"item\":{\"p\":\"y\"}");
        assertThat(state(status(run), "c")).isEqualTo("waiting");
        hands.finish("b.1", "\"Y\"");
        JsonNode status = awaitState(run, "completed");
        assertThat(step(status, "b").path("tasks")).hasSize(3);
        assertThat(hands.tasks.get("c").spec().description()).isEqualTo("All [\"X\",\"Y\",\"Z\"] Z");
        answers.remove("b.1");
        JsonNode failed = awaitState(begin(yaml), "failed");
        assertThat(step(failed, "e").path("reason").asText()).isEqualTo("there is no list where \"forEach\" points to");
    }

    @Test
    void emptyList_isDoneAtOnce_andOneThatIsTooLong_failsTheStep() {
        String yaml = """
                steps:
                  - {id: a, description: "Do ${item}", forEach: /input}
                  - {id: b, description: "Had ${steps.a.result}", dependsOn: [a]}
                """;
        JsonNode begun = ask("start", Map.of("yaml", yaml, "input", List.of()));
        awaitState(begun.path("run").asText(), "completed");
        assertThat(hands.tasks.get("b").spec().description()).isEqualTo("Had []");
        begun = ask("start", Map.of("yaml", yaml, "input", new int[101]));
        JsonNode failed = awaitState(begun.path("run").asText(), "failed");
        assertThat(failed.path("reason").asText()).contains("step a: the list", "101 entries, more than 100");
        assertThat(hands.seen).containsExactly("b");
    }

    @Test
    void step_isTriedAsOftenAsItSays() {
        List<String> left = new ArrayList<>(List.of(Hands.FAIL, "\"good\""));
        Hands other = new Hands(name -> left.remove(0));
        core.skep()
                .agents()
                .remove("hands", "another comes")
                .toCompletableFuture()
                .join();
        other.workFor(core.skep());
        JsonNode status = awaitState(begin("steps: [{id: a, description: Try, retry: {maxAttempts: 2}}]"), "completed");
        assertThat(step(status, "a").path("tasks").get(0).path("attempts").asInt())
                .isEqualTo(2);
        assertThat(other.seen).containsExactly("a", "a");
    }

    @Test
    void failure_isCompensated_inReverseOrder_afterWhatHadBegunHasEnded() {
        answers.put("b", Hands.HOLD);
        answers.put("c", Hands.FAIL);
        String run = begin(DIAMOND.replace("dependsOn: [a]}", "dependsOn: [a], retry: {maxAttempts: 1}}"));
        hands.awaitHeld("b");
        awaitState(run, "failing");
        assertThat(hands.seen).doesNotContain("a.undo");
        hands.finish("b", "2");
        JsonNode status = awaitState(run, "failed");
        assertThat(hands.seen)
                .containsExactlyInAnyOrder("a", "b", "c", "b.undo", "a.undo")
                .endsWith("b.undo", "a.undo");
        assertThat(hands.tasks.get("a.undo").spec().description()).isEqualTo("Undo a, 1");
        assertThat(hands.tasks.get("b.undo").spec().input())
                .isEqualTo("{\"run\":\"" + run + "\",\"step\":\"b\",\"result\":2}");
        assertThat(status.path("reason").asText()).startsWith("step c: task ").contains("it did not work");
        assertThat(state(status, "d")).isEqualTo("canceled");
        assertThat(step(status, "a").path("compensation").path("state").asText())
                .isEqualTo("completed");
    }

    @Test
    void compensationThatFails_isSaid_andTheOthersGoOn() {
        answers.put("c", Hands.FAIL);
        answers.put("b.undo", Hands.FAIL);
        String run = begin(DIAMOND.replace("dependsOn: [a]}", "dependsOn: [a], retry: {maxAttempts: 1}}")
                .replace("{description: Undo b}", "{description: Undo b, retry: {maxAttempts: 1}}"));
        JsonNode status = awaitState(run, "failed");
        assertThat(hands.seen).endsWith("b.undo", "a.undo");
        assertThat(status.path("reason").asText()).endsWith("not undone: b");
    }

    @Test
    void fanOut_thatFailsInPart_isUndoneForWhatItDid() {
        answers.put("a.1", Hands.FAIL);
        String run = begin("""
                steps:
                  - id: a
                    description: "Do ${item}"
                    forEach: /input/list
                    retry: {maxAttempts: 1}
                    compensate: {description: "Undo ${steps.a.result}"}
                """);
        assertThat(awaitState(run, "failed").path("reason").asText()).contains("there is no list");
        JsonNode begun = ask(
                "start",
                Map.of(
                        "yaml",
                        "steps: [{id: a, description: x, forEach: /input, retry: {maxAttempts: 1}, compensate:"
                                + " {description: \"Undo ${steps.a.result}\"}}]",
                        "input",
                        List.of(1, 2)));
        awaitState(begun.path("run").asText(), "failed");
        assertThat(hands.tasks.get("a.undo").spec().description()).isEqualTo("Undo [{\"n\":1},null]");
    }

    @Test
    void taskThatSomebodyCancels_failsTheRun_andOneThatIsDoneOnceMoreIsWaitedFor() {
        answers.put("a", Hands.HOLD);
        String run = begin("steps: [{id: a, description: x}]");
        String task = hands.awaitHeld("a").id();
        RealCore.get(core.skep().tasks().cancel(task, "by hand"));
        assertThat(awaitState(run, "failed").path("reason").asText())
                .isEqualTo("step a: task " + task + " is canceled: by hand");
    }
}
