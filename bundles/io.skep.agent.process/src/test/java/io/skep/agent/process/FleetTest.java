// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.ScalingGroup;
import io.skep.api.agent.ScalingOrder;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.TaskSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file that stands for several agents, with real programs. */
class FleetTest {
    private static final String UNTIL_GO = "sh -c 'echo $$ > pid; while [ ! -e go ]; do sleep 0.02; done; echo done'";

    @TempDir
    Path base;

    private Bench bench;
    private ProcessScaler scaler;
    private long decision;

    @BeforeEach
    void open() {
        bench = new Bench(base);
        scaler = new ProcessScaler(bench.supervisor, bench.core);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void file(String source, String command, int min, int max, String... more) throws BadSetting {
        Map<String, String> all = new HashMap<>(Map.of("id", "w", "command", command, "skills", "s", "slots", "2"));
        all.put("felix.fileinstall.filename", source);
        all.put("instances.min", Integer.toString(min));
        all.put("instances.max", Integer.toString(max));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        SettingsReader reader = new SettingsReader(base, all);
        scaler.claim("w", reader, reader.instances().orElseThrow());
    }

    private ScalingGroup order(int to) throws Exception {
        return order(to, ++decision);
    }

    private ScalingGroup order(int to, long number) throws Exception {
        return scaler.scaleTo(new ScalingOrder("w", 0, to, number, "a test wants it"))
                .toCompletableFuture()
                .get(Bench.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void awaitAgents(String... ids) {
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(bench.core.specs).containsOnlyKeys(ids));
    }

    private void awaitSaid(String word) {
        await().atMost(Bench.PATIENCE)
                .untilAsserted(() -> assertThat(bench.core.said).contains(word));
    }

    @Test
    void group_startsWithTheFewest_andBecomesWhatItIsTold() throws Exception {
        file("w.cfg", "cat", 1, 4, "instances.hour.cost.micros", "500");
        awaitAgents("w-1");
        assertThat(bench.core.specs.get("w-1").skillIds()).containsExactly("s");
        assertThat(order(3).wanted()).isEqualTo(3);
        awaitAgents("w-1", "w-2", "w-3");
        ScalingGroup group = scaler.groups().get(0);
        assertThat(group.agents()).containsExactly("w-1", "w-2", "w-3");
        assertThat(group)
                .extracting(
                        ScalingGroup::name,
                        ScalingGroup::slots,
                        ScalingGroup::min,
                        ScalingGroup::max,
                        ScalingGroup::hourCostMicros)
                .containsExactly("w", 2, 1, 4, 500L);
        assertThat(order(1).wanted()).isEqualTo(1);
        awaitAgents("w-1");
    }

    @Test
    void decision_isCarriedOutOnce_andOneThatIsOlderNotAtAll() throws Exception {
        file("w.cfg", "cat", 1, 4);
        order(3, 7);
        assertThat(order(2, 7).wanted()).isEqualTo(3);
        assertThat(order(1, 6).wanted()).isEqualTo(3);
        assertThat(order(2, 8).wanted()).isEqualTo(2);
    }

    @Test
    void orderThatCannotBe_isRefused() throws Exception {
        file("w.cfg", "cat", 1, 4);
        assertThatThrownBy(() -> order(5)).hasMessageContaining("group w has 1 to 4 agents");
        assertThatThrownBy(() -> order(0)).hasMessageContaining("group w has 1 to 4 agents");
        assertThatThrownBy(() -> scaler.scaleTo(new ScalingOrder("x", 0, 1, 1, ""))
                        .toCompletableFuture()
                        .get())
                .hasMessageContaining("there is no group x");
        assertThatThrownBy(() -> file("other.cfg", "cat", 1, 4)).hasMessage("id = w: is the group of w.cfg already");
        assertThatThrownBy(() -> file("w.cfg", "cat", 5, 4))
                .hasMessage("instances.min = 5: more than instances.max, which is 4");
        Files.createFile(base.resolve("work/w-2"));
        assertThatThrownBy(() -> order(2)).hasMessageContaining("cannot be made");
        assertThat(scaler.groups().get(0).wanted()).isEqualTo(1);
    }

    @Test
    void whatIsTooMany_endsWhatItHas_andTheIdleGoFirst() throws Exception {
        file("w.cfg", UNTIL_GO, 1, 3);
        order(3);
        awaitAgents("w-1", "w-2", "w-3");
        bench.core.busy.putAll(Map.of("w-1", 2, "w-2", 1, "w-3", 2));
        AttemptRef attempt = bench.core.assign("w-2", "00a", TaskSpec.of("x").build());
        awaitSaid("start 00a");
        order(2);
        awaitSaid("drain w-2");
        assertThat(bench.core.said).doesNotContain("remove w-2", "drain w-1", "drain w-3");
        Files.createFile(base.resolve("work/w-2/go"));
        assertThat(bench.outcome(attempt).result()).isEqualTo("\"done\"");
        awaitAgents("w-1", "w-3");
    }

    @Test
    void whatDrainsForTooLong_isEnded_andItsTaskGoesElsewhere() throws Exception {
        file("w.cfg", UNTIL_GO, 1, 3, "instances.drain.millis", "200");
        order(2);
        awaitAgents("w-1", "w-2");
        AttemptRef attempt = bench.core.assign("w-2", "00b", TaskSpec.of("x").build());
        awaitSaid("start 00b");
        order(1);
        assertThat(bench.outcome(attempt).end()).isEqualTo(AttemptEnd.INTERRUPTED);
        awaitAgents("w-1");
    }

    @Test
    void whatDrains_comesBack_beforeAnotherIsStarted() throws Exception {
        file("w.cfg", UNTIL_GO, 1, 4, "instances.drain.millis", "60000");
        order(3);
        awaitAgents("w-1", "w-2", "w-3");
        bench.core.busy.putAll(Map.of("w-1", 2, "w-2", 1, "w-3", 2));
        bench.core.assign("w-2", "00c", TaskSpec.of("x").build());
        awaitSaid("start 00c");
        order(2);
        awaitSaid("drain w-2");
        assertThat(order(3).wanted()).isEqualTo(3);
        await().atMost(Bench.PATIENCE)
                .until(() -> bench.core.list().stream().allMatch(agent -> agent.state() == AgentState.ACTIVE));
        awaitAgents("w-1", "w-2", "w-3");
        assertThat(bench.core.said).doesNotContain("remove w-2", "connect w-4");
    }

    @Test
    void start_goesOnWithWhatThereWas() throws Exception {
        bench.core.specs.put("w-2", AgentSpec.of("w-2", 1));
        bench.core.specs.put("w-4", AgentSpec.of("w-4", 1));
        bench.core.states.put("w-2", AgentState.UNKNOWN);
        bench.core.states.put("w-3", AgentState.DRAINING);
        bench.core.specs.put("w-3", AgentSpec.of("w-3", 1));
        bench.core.specs.put("w-9", AgentSpec.of("w-9", 1));
        file("w.cfg", "cat", 1, 5);
        assertThat(scaler.groups().get(0).wanted()).isEqualTo(2);
        awaitSaid("connect w-2");
        awaitSaid("connect w-4");
        assertThat(bench.core.said).doesNotContain("connect w-1", "connect w-3", "connect w-9");
    }

    @Test
    void changedFile_keepsTheNumber_withinItsNewLimits() throws Exception {
        file("w.cfg", "cat", 1, 5);
        order(4);
        awaitAgents("w-1", "w-2", "w-3", "w-4");
        file("w.cfg", "cat", 1, 2, "version", "2");
        awaitAgents("w-1", "w-2");
        await().atMost(Bench.PATIENCE)
                .until(() -> bench.core.specs.get("w-1").version().equals("2"));
        scaler.release("w", "its file is gone");
        awaitAgents();
        assertThat(scaler.groups()).isEmpty();
    }
}
