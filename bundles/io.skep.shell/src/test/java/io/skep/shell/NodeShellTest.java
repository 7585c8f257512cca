// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.admin.ClusterNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeShellTest {
    private final FakeSkep skep = new FakeSkep();
    private final Console console = new Console(skep);

    NodeShellTest() {
        add("other", "http://other:8181", ClusterNode.Role.SERVING, Instant.EPOCH);
        add("here", null, ClusterNode.Role.EDGE, null);
    }

    private void add(String id, String url, ClusterNode.Role role, Instant serves) {
        skep.cluster.nodes.add(new ClusterNode(
                id, url, role, "1.2.3", 1, Instant.EPOCH, Duration.ofSeconds(90), Instant.EPOCH, serves));
    }

    @AfterEach
    void close() {
        console.close();
    }

    @Test
    void list_showsEveryServer_andWhichIsThisOne() throws Exception {
        String[] lines = console.run("node:list --no-format").split("\n");
        assertThat(lines[0].split("\t", -1))
                .containsExactly("other", "", "serving", "http://other:8181", "1.2.3", time(), "90 s", time());
        assertThat(lines[1].split("\t", -1)).containsExactly("here", "yes", "edge", "", "1.2.3", time(), "90 s", "");
    }

    private static String time() {
        return Printable.time(Instant.EPOCH);
    }

    @Test
    void drainAndResume_meanThisServer_unlessOneIsNamed() throws Exception {
        assertThat(console.run("node:drain")).isEqualTo("node here is edge\n");
        assertThat(console.run("node:drain other")).isEqualTo("node other is serving\n");
        assertThat(console.run("node:resume")).isEqualTo("node here is edge\n");
        assertThat(console.run("node:resume other")).isEqualTo("node other is serving\n");
        assertThat(skep.cluster.asked).containsExactly("drain here", "drain other", "resume here", "resume other");
        assertThatThrownBy(() -> console.run("node:drain nobody")).hasMessage("there is no node nobody");
    }

    @Test
    void ids_areCompleted() {
        assertThat(console.complete("node", "drain", "o")).containsExactly("other");
    }
}
