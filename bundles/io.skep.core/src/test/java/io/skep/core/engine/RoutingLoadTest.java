// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.EngineHarness;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingLoadTest {
    private final EngineHarness h = new EngineHarness();
    private final AskedRouter asked = new AskedRouter();

    @Test
    void taskThatWaitsForItsTime_countsForNobody_alsoWhenItGoes() {
        h.register("a", 4);
        h.register("b", 4);
        Task now = h.submit("now");
        h.get(h.tasks().route(now.id(), "a"));
        Task later = h.submit(TaskSpec.of("later").notBefore(h.clock().instant().plusSeconds(60)));
        h.get(h.tasks().route(later.id(), "a"));
        h.get(h.tasks().cancel(later.id(), "not needed"));
        h.rankBy(asked);
        Task next = h.submit("next");
        List<Selection.Choice> alike = List.of(new Selection.Choice("a", 0.8), new Selection.Choice("b", 0.8));

        asked.questions.get(0).answer().complete(new Router.Ranked("d", alike, List.of()));
        h.run();

        assertThat(h.task(next).selection()).isNotNull();
        assertThat(h.task(next).selection().agent()).isEqualTo("b");
    }
}
