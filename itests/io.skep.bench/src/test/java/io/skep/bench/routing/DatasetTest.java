// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.bench.routing.Dataset.Item;
import io.skep.plugin.routing.rank.AgentText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
    @Test
    void halves_haveNoAgentAndNoTaskInCommon_andAreTheWholeTogether(@TempDir Path folder) throws IOException {
        StringBuilder agents = new StringBuilder();
        StringBuilder tasks = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            agents.append("{\"id\":\"agent-" + i * 7 + "\",\"name\":\"n\",\"desc\":\"d\",\"price\":" + i + "}\n");
            tasks.append("{\"text\":\"task " + i + "\",\"label\":\"agent-" + i * 7 + "\"}\n");
            tasks.append("{\"text\":\"strange " + i * 7 + "\",\"split\":\"oos_valid\"}\n");
        }
        Files.writeString(folder.resolve("x.agents.jsonl"), agents);
        Files.writeString(folder.resolve("x.tasks.jsonl"), tasks);
        Dataset whole = Dataset.read(folder).get(0);
        Dataset development = whole.development();
        Dataset heldOut = whole.heldOut();

        assertThat(heldOut.name()).isEqualTo("x.unseen");
        assertThat(whole.agents()).containsAll(development.agents()).containsAll(heldOut.agents());
        assertThat(development.agents()).isNotEmpty().doesNotContainAnyElementsOf(heldOut.agents());
        assertThat(development.agents().size() + heldOut.agents().size()).isEqualTo(40);
        assertThat(texts(development)).doesNotContainAnyElementsOf(texts(heldOut));
        assertThat(development.items().size() + heldOut.items().size()).isEqualTo(80);
        assertThat(development.split("oos_valid")).isNotEmpty();
        for (Dataset half : List.of(development, heldOut)) {
            for (Item item : half.evaluation()) {
                AgentText agent = half.agents().get(item.label());
                int number = Integer.parseInt(item.text().substring("task ".length()));
                assertThat(agent.id()).isEqualTo("agent-" + number * 7);
                assertThat(half.prices()[item.label()]).isEqualTo(number);
            }
        }
    }

    @Test
    void whereAllAgentsHaveAllTasks_theTasksAreHalved(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("y.agents.jsonl"), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
        StringBuilder tasks = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            tasks.append("{\"text\":\"task " + i * 7 + "\",\"scores\":[0.5,1]}\n");
        }
        Files.writeString(folder.resolve("y.tasks.jsonl"), tasks);
        Dataset whole = Dataset.read(folder).get(0);
        assertThat(whole.development().agents()).hasSize(2);
        assertThat(whole.heldOut().isScored()).isTrue();
        assertThat(whole.development().items().size() + whole.heldOut().items().size())
                .isEqualTo(40);
        assertThat(texts(whole.development())).doesNotContainAnyElementsOf(texts(whole.heldOut()));
    }

    private static Set<String> texts(Dataset set) {
        return new HashSet<>(set.items().stream().map(Item::text).toList());
    }
}
