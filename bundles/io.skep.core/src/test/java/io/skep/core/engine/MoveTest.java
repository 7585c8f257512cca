// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.EngineHarness;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What waits for one agent, and can wait for another. */
class MoveTest {
    private final EngineHarness h = new EngineHarness(
            EngineHarness.settings()
                    .with("routingCalls", 2)
                    .with("routingWaiting", 3)
                    .build(),
            1);
    private final AskedRouter asked = new AskedRouter();

    MoveTest() {
        h.rankBy(asked);
        h.register("a", 1, "java");
        h.register("b", 1, "java");
        h.register("c", 1);
    }

    private Task ranked(String... skills) {
        Task task = h.submit(TaskSpec.of("x").skills(skills));
        List<Selection.Choice> choices = List.of(new Selection.Choice("a", 0.9), new Selection.Choice("b", 0.5));
        asked.questions
                .get(asked.questions.size() - 1)
                .answer()
                .complete(new Router.Ranked("d-1", choices, List.of("a fits best")));
        h.run();
        return task;
    }

    private Refusal refused(Task task, String from, String to) {
        return h.refusal(h.tasks().move(task.id(), from, to, "to even out"));
    }

    private Selection selection(Task task) {
        return Objects.requireNonNull(h.task(task).selection());
    }

    @Test
    void taskThatRoutingFoundAnAgentFor_waitsForAnother_andKeepsItsChoices() {
        Task task = ranked("java");
        assertThat(h.get(h.agents().waiting(10))).extracting(Task::id).containsExactly(task.id());

        h.get(h.tasks().move(task.id(), "a", "b", "to even out"));

        assertThat(h.claim("a", 1)).isEmpty();
        assertThat(selection(task).agent()).isEqualTo("b");
        assertThat(selection(task).choices()).hasSize(2);
        assertThat(selection(task).reasons()).containsExactly("to even out");
        assertThat(h.claimOne("b").id()).isEqualTo(task.id());
        assertThat(h.get(h.agents().waiting(10))).isEmpty();
    }

    @Test
    void move_isRefused_whereItWouldContradict() {
        Task task = ranked("java");
        assertThat(refused(task, "b", "a").getMessage()).contains("does not wait for agent b any more");
        assertThat(refused(task, "a", "c").getMessage()).contains("lacks a skill");
        assertThat(refused(task, "a", "nobody").reason()).isEqualTo(Refusal.Reason.NOT_FOUND);
        assertThat(h.refusal(h.tasks().move(task.id(), "a", "b", "")).field()).contains("reason");
        h.get(h.agents().drain("b", null));
        assertThat(refused(task, "a", "b").getMessage()).contains("draining");

        h.get(h.tasks().route(task.id(), "a"));
        assertThat(refused(task, "a", "c").getMessage()).contains("by request, and stays");
        Task held = h.claimOne("a");
        assertThat(refused(held, "a", "b").reason()).isEqualTo(Refusal.Reason.CONFLICT);
    }

    @Test
    void waiting_isBounded() {
        ranked();
        ranked();

        assertThat(h.get(h.agents().waiting(1))).hasSize(1);
        assertThat(h.refusal(h.agents().waiting(0)).field()).contains("most");
    }
}
