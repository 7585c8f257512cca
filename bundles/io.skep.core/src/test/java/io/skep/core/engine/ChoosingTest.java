// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.Assignment;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Agents that say the same of themselves, and are one in a ranking. */
class ChoosingTest {
    private final EngineHarness h = new EngineHarness(
            EngineHarness.settings()
                    .with("routingCalls", 2)
                    .with("routingWaiting", 3)
                    .build(),
            1);

    private final AskedRouter asked = new AskedRouter();

    ChoosingTest() {
        h.rankBy(asked);
    }

    /** The first one and those like it are the best. */
    private static Router.Ranked crew(String other, String first, String... alike) {
        List<Selection.Choice> choices = List.of(new Selection.Choice(first, 0.9), new Selection.Choice(other, 0.8));
        return new Router.Ranked("d-3", choices, Map.of(first, List.of(alike)), List.of());
    }

    private void answer(int question, Router.Verdict verdict) {
        asked.questions.get(question).answer().complete(verdict);
        h.run();
    }

    private CompletableFuture<List<Assignment>> waits(String agent) {
        CompletableFuture<List<Assignment>> claim =
                h.attempts().claim(agent, 1, Duration.ofSeconds(60)).toCompletableFuture();
        h.run();
        return claim;
    }

    @Test
    void agentsThatSayTheSame_shareTheWorkByLoad_howeverMany() {
        List<String> crew = IntStream.range(0, 12).mapToObj(i -> "w" + i).toList();
        crew.forEach(agent -> h.register(agent, 1));
        h.register("other", 1);
        String[] alike = crew.subList(1, crew.size()).toArray(new String[0]);
        for (int i = 0; i < 24; i++) {
            h.submit("x" + i);
            answer(i, crew("other", "w0", alike));
        }

        assertThat(crew)
                .allSatisfy(agent ->
                        assertThat(h.engine().dispatcher().waitingFor(agent)).hasSize(2));
        assertThat(h.engine().dispatcher().waitingFor("other"))
                .as("it is worse")
                .isEmpty();
    }

    @Test
    void oneThatSaysTheSame_isTriedBeforeTheNextBest_alsoIfNobodyFits() {
        Arrays.asList("w0", "w1", "other", "gone").forEach(agent -> h.register(agent, 1));
        h.get(h.agents().remove("gone", null));
        Task task = h.submit("x");
        Router.Ranked ranked = crew("other", "w0", "gone", "w1");
        answer(0, new Router.NobodyFits("d", Router.Policy.BEST, ranked.choices(), ranked.alike(), List.of()));
        assertThat(h.task(task).selection().choices())
                .extracting(Selection.Choice::agent)
                .containsExactly("w0", "w1", "other");
        CompletableFuture<List<Assignment>> next = waits("other");
        CompletableFuture<List<Assignment>> same = waits("w1");

        h.advance(2);

        assertThat(same).isCompleted();
        assertThat(next).isNotDone();
    }
}
