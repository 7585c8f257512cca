// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.EventCursor;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeeperTest {
    private static final EventCursor AT = EventCursor.of(3, 4);

    private final InMemoryPluginState state = new InMemoryPluginState();
    private final Trees trees = new Trees(3, 10, 20);
    private final Keeper keeper = new Keeper(state, trees, new Durations(), new Codec());

    private static Tree.View tree(String root) {
        Node top = new Node(root, null, List.of(), "", TaskState.COMPLETED, 5, 4, 0, null, null);
        Node part = new Node(root + "-1", root, List.of(root), "go", TaskState.FAILED, 7, 6, 0, "a", "no");
        return new Tree.View(root, "t", "eve", Map.of(), List.of(top, part), 2);
    }

    private Trees next() {
        Trees others = new Trees(3, 10, 20);
        assertThat(new Keeper(state, others, new Durations(), new Codec()).load())
                .contains(AT);
        return others;
    }

    @Test
    void trees_areReadAsTheyWereWritten() {
        trees.restore(tree("r"));
        trees.changedAll();
        keeper.look(AT, true);

        Tree.View read = next().find("r-1").orElseThrow();

        assertThat(read.nodes()).isEqualTo(tree("r").nodes());
        assertThat(read.owner()).isEqualTo("eve");
        assertThat(read.missing()).isEqualTo(2);
        assertThat(read.counts()).containsEntry(TaskState.FAILED, 1).containsEntry(TaskState.COMPLETED, 1);
    }

    @Test
    void nothingNew_isNotWritten_andWhatIsGoneIsRemoved() {
        trees.restore(tree("r"));
        trees.changedAll();
        keeper.look(AT, true);
        state.become(Map.of());
        keeper.look(EventCursor.of(5, 5), false);
        assertThat(state.keys()).isEmpty();

        for (String root : List.of("s", "t", "u")) {
            trees.restore(tree(root));
        }
        state.become(Map.of("w:u", new PluginState.Document(1, "{}")));
        keeper.look(AT, false);
        assertThat(state.keys()).as("u found no room").doesNotContain("w:u");
    }

    @Test
    void documentThatCannotBeRead_orIsOfAnotherSchema_isLeftOut() {
        state.become(Map.of(
                "w:a", new PluginState.Document(1, "damaged"),
                "w:b", new PluginState.Document(2, "{}"),
                "w.position", new PluginState.Document(1, "{\"cursor\":\"3.4\"}"),
                "z", new PluginState.Document(1, "{}")));

        assertThat(keeper.load()).contains(AT);

        assertThat(trees.size()).isZero();
        trees.restore(tree("b"));
        trees.changedAll();
        keeper.look(AT, true);
        assertThat(state.get("w:b").orElseThrow().schema()).isEqualTo(2);
    }
}
