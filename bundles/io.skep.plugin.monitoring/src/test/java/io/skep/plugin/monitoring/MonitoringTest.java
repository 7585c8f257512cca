// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.admin.MetricFamily;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitoringTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private RealCore core() {
        return new RealCore(directory, RealCore.quick(RealCore.alerts(null)));
    }

    @Test
    void figures_sayWhatHappens_withUnitAndWindow() {
        try (RealCore core = core()) {
            core.agent("alice", "1", "java");
            core.agent("bob", "1", "cobol");
            core.submit(TaskSpec.of("a").skills("java").build());
            core.submit(TaskSpec.of("b").skills("java").build());
            core.submit(TaskSpec.of("c").skills("cobol").build());
            AttemptRef first = core.claim("alice");
            AttemptRef second = core.claim("alice");
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(core.figure("skep_tasks_held")).isEqualTo(2);
                assertThat(core.figure("skep_queue_depth_tasks", "skills", "cobol", "tenant", "default"))
                        .isEqualTo(1);
                assertThat(core.figure("skep_slots", "use", "busy")).isEqualTo(2);
            });
            core.complete(first, 0);
            core.fail(second, false);
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(core.figure("skep_task_transitions_total", "state", "completed"))
                        .isEqualTo(1);
                assertThat(core.figure("skep_task_transitions_total", "state", "failed"))
                        .isEqualTo(1);
                assertThat(core.figure("skep_task_wait_seconds_count")).isEqualTo(2);
                assertThat(core.figure("skep_attempt_run_seconds_count")).isEqualTo(2);
                assertThat(core.figure("skep_objective_budget_left_ratio", "objective", "success:90"))
                        .isCloseTo(-4, org.assertj.core.data.Offset.offset(0.01));
                assertThat(core.figure("skep_monitoring_lag_events")).isZero();
            });
        }
    }

    @Test
    void everyFigure_namesUnitAndWindow_andMetricsHaveWhatTheServerHasNot() {
        try (RealCore core = core()) {
            JsonNode jvm = core.ask("real_time_monitoring/figures", "{\"section\":\"jvm\"}")
                    .get("figures");
            assertThat(jvm).isNotEmpty().allSatisfy(figure -> {
                assertThat(figure.get("unit").asText()).isNotEmpty();
                assertThat(figure.get("window").asText()).isNotEmpty();
            });
            await().atMost(LONG)
                    .until(() -> core.plugin().metrics().families().stream()
                            .anyMatch(family -> family.name().equals("skep_queue_oldest_seconds")));
            List<MetricFamily> added = core.plugin().metrics().families();
            assertThat(added)
                    .extracting(MetricFamily::name)
                    .contains("skep_task_wait_seconds", "skep_queue_oldest_seconds")
                    .as("what the server has itself")
                    .doesNotContain("skep_tasks")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void silentTask_isStuck_andTold_untilItIsHeardOf() {
        Settings impatient = RealCore.quick(RealCore.alerts(null), Duration.ofMillis(1_500));
        try (RealCore core = new RealCore(directory, impatient)) {
            core.agent("alice", "1", "java");
            core.submit(TaskSpec.of("a").skills("java").build());
            AttemptRef attempt = core.claim("alice");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(core.told()).contains("monitoring.alert.fired stuck-tasks:1"));
            RealCore.get(core.skep().attempts().heartbeat(attempt, "half of it"));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(core.told()).contains("monitoring.alert.resolved stuck-tasks:1"));
        }
    }

    @Test
    void whatTasksDid_isKept_overSwaps_eachOnce() {
        try (RealCore core = core()) {
            work(core);
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(core.plugin().monitoring().kept("profile.tenant.00001"))
                            .isNotNull());
            core.swap();
            core.submit(TaskSpec.of("a")
                    .skills("java")
                    .input("{\"type\":\"report\"}")
                    .tenant("t1")
                    .build());
            core.complete(core.claim("alice"), 100);
            core.swap();
            await().atMost(LONG).untilAsserted(() -> {
                JsonNode rows = core.ask("task_performance/tasks", "{}").get("rows");
                assertThat(rows).hasSize(2);
                assertThat(rows.get(0).get("name").asText()).isEqualTo("report");
                assertThat(rows.get(0).get("tasks").asInt()).isEqualTo(6);
                assertThat(rows.get(0).get("costMicros").asInt()).isEqualTo(6_000);
                assertThat(rows.get(1).get("name").asText()).isEqualTo("java");
                assertThat(rows.get(1).get("attemptsPerTask").asDouble()).isEqualTo(2);
            });
        }
    }

    @Test
    void whatTasksDid_isShownInEveryForm() {
        try (RealCore core = core()) {
            work(core);
            await().atMost(LONG)
                    .until(() -> core.ask("task_performance/tasks", "{\"name\":\"java\"}")
                                            .get("rows")
                                            .size()
                                    == 1
                            && core.ask("task_performance/export", "{}")
                                            .get("rows")
                                            .asInt()
                                    == 7
                            && core.ask("task_performance/slowest", "{\"by\":\"cost\"}")
                                            .get("tasks")
                                            .size()
                                    == 5);
            assertThat(core.ask("task_performance/tasks", "{\"by\":\"tenant\",\"name\":\"t1\"}")
                            .get("rows"))
                    .hasSize(1);
            assertThat(core.ask("task_performance/export", "{\"format\":\"csv\",\"by\":\"skill\"}")
                            .get("text")
                            .asText())
                    .startsWith("by,name,since")
                    .contains("skill,\"java\",", "skill,\"sql\",");
            assertThat(core.ask("task_performance/export", "{}").get("rows").asInt())
                    .isEqualTo(7);
            JsonNode dear =
                    core.ask("task_performance/slowest", "{\"by\":\"cost\"}").get("tasks");
            assertThat(dear).hasSize(5);
            assertThat(dear.get(0).get("reason").asText()).startsWith("100 tokens in 1 attempts");
            assertThat(core.ask("task_performance/regressions", "{}").get("found"))
                    .isEmpty();
            assertThat(core.figure("skep_monitoring_unread_tasks_total")).isZero();
        }
    }

    /** Five reports and one task that is done at the second attempt. */
    private static void work(RealCore core) {
        core.agent("alice", "1", "java", "sql");
        for (int i = 0; i < 5; i++) {
            core.submit(TaskSpec.of("a")
                    .skills("java", "sql")
                    .input("{\"type\":\"report\"}")
                    .tenant("t1")
                    .build());
            core.complete(core.claim("alice"), 100);
        }
        core.submit(TaskSpec.of("b")
                .skills("java")
                .retry(new RetryPolicy(3, Duration.ZERO, Duration.ZERO))
                .build());
        core.fail(core.claim("alice"), true);
        core.complete(core.claim("alice"), 0);
    }
}
