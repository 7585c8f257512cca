// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.Figures;
import io.skep.api.admin.PluginStatus;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.store.StoreStatus;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.TaskState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineTest {
    private final List<Figure> figures = new ArrayList<>();

    private double figure(String name, String... label) {
        return new Board(Instant.EPOCH, figures)
                .named(name, label.length == 0 ? Map.of() : Map.of(label[0], label[1])).stream()
                        .mapToDouble(Figure::value)
                        .findFirst()
                        .orElse(-1);
    }

    @Test
    void plugins_areShownByGeneration_andWhetherOneServes() {
        PluginStatus.Load load = new PluginStatus.Load(1, 100, 5, 1_500, 20_000);
        Machine.plugins(
                List.of(
                        new PluginStatus("a", "1", 1, PluginStatus.State.SERVING, "", 100, List.of(), load),
                        new PluginStatus(
                                "b", "1", 2, PluginStatus.State.QUARANTINED, "", 0, List.of(), PluginStatus.Load.NONE)),
                figures);
        assertThat(figure("skep_plugin_call_median_seconds", "plugin", "a")).isEqualTo(0.0015);
        assertThat(figure("skep_plugin_call_p99_seconds", "plugin", "a")).isEqualTo(0.02);
        assertThat(figure("skep_plugin_errors_ratio", "plugin", "a")).isEqualTo(0.05);
        assertThat(figure("skep_plugin_errors_ratio", "plugin", "b")).isZero();
        assertThat(figure("skep_plugin_serving", "plugin", "a")).isEqualTo(1);
        assertThat(figure("skep_plugin_serving", "plugin", "b")).isZero();
    }

    @Test
    void coreAndStore_areShown() {
        Machine.core(new Figures(Map.of(TaskState.QUEUED, 7), 2, 10, 5, 3, 1), figures);
        Machine.store(
                new StoreStatus(Path.of("s"), Path.of("b"), 1_000, List.of(new StoreStatus.File("log.db", 500, 20, 0))),
                figures);
        assertThat(figure("skep_tasks", "state", "queued")).isEqualTo(7);
        assertThat(figure("skep_projection_lag_records")).isEqualTo(3);
        assertThat(figure("skep_store_disk_free_bytes")).isEqualTo(1_000);
        assertThat(figure("skep_store_wal_bytes", "file", "log.db")).isEqualTo(20);
    }

    @Test
    void jvm_isShown() {
        Machine.jvm(figures);
        assertThat(figure("skep_jvm_heap_used_ratio")).isBetween(0.0, 1.0);
        assertThat(figure("skep_jvm_uptime_seconds")).isPositive();
        assertThat(figure("skep_jvm_gc_seconds_total")).isNotNegative();
    }

    @Test
    void queuesAndAgents_areShownInTotal_andTheWorstOfThem() {
        Instant now = Instant.ofEpochSecond(100);
        List<QueueStatus> queues = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            queues.add(new QueueStatus(Set.of("s" + i), "t", i, now.minusSeconds(i), 1, 2, null, List.of(), 0, 0));
        }
        queues.add(new QueueStatus(Set.of(), "t", 0, null, 0, 0, null, List.of(), 0, 0));
        Survey.queues(queues, now, figures);
        assertThat(figure("skep_queued_tasks")).isEqualTo(60 * 61 / 2);
        assertThat(figure("skep_queue_oldest_seconds")).isEqualTo(60);
        assertThat(figure("skep_queue_age_seconds", "skills", "s60")).isEqualTo(60);
        assertThat(figure("skep_queue_age_seconds", "skills", "s1"))
                .as("not among the deepest")
                .isEqualTo(-1);
        assertThat(figure("skep_queue_out_per_second", "skills", "s60")).isEqualTo(2);

        Survey.agents(
                List.of(
                        new Agent(
                                AgentSpec.of("a", 4, "s"),
                                false,
                                AgentState.ACTIVE,
                                "",
                                now,
                                now,
                                2,
                                1,
                                now.plusSeconds(5),
                                List.of()),
                        new Agent(
                                AgentSpec.of("b", 4, "s"), true, AgentState.LOST, "", now, now, 0, 0, null, List.of())),
                now,
                figures);
        assertThat(figure("skep_agents_in_state", "state", "lost")).isEqualTo(1);
        assertThat(figure("skep_slots", "use", "free")).isEqualTo(1);
        assertThat(figure("skep_slots_saturation_ratio")).isEqualTo(0.75);
        assertThat(figure("skep_agent_lease_seconds", "agent", "a")).isEqualTo(5);
    }
}
