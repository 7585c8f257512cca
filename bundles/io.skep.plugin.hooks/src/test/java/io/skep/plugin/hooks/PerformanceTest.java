// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What hooks and named operations cost, in the real core. */
class PerformanceTest extends ServedCore {
    private static final String START = "\"on\":[\"task.before-start\"],\"kind\":";
    private static final String OK = START + "\"capability\",\"capability\":\"performance_hooks\","
            + "\"operation\":\"start\",\"data\":{\"name\":\"x\"}";

    @Override
    Settings settings() {
        // Whatever it is takes more than this.
        return Settings.DEFAULT
                .with(new Settings.Budget(0.0001, 0.0001, Settings.TELL))
                .keeping(300, 1_000, 2);
    }

    private JsonNode costing(String name) {
        for (JsonNode one : performance("figures", "{}").path("costs")) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        return JSON.createObjectNode();
    }

    private void tasks(int count) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(submit(TaskSpec.of("task " + i)));
        }
        tasks.forEach(this::end);
    }

    private boolean isTold(String type, String hook) {
        return get(skep.events().next(skep.events().start(), 10_000, java.time.Duration.ZERO)).events().stream()
                .anyMatch(event -> event.type().equals(type) && event.subject().equals(hook));
    }

    @Test
    void hookOverItsBudget_isToldOf_orDemoted_byPolicy_andACriticalOneNever() throws IOException {
        Receiver receiver = new Receiver();
        receiver.how = got -> new Receiver.Reply(200, "{\"verdict\":\"veto\",\"reason\":\"no\"}");
        add("told", OK + ",\"order\":1");
        add("async", OK + ",\"order\":2,\"overBudget\":\"asynchronous\"");
        add("off", START + "\"webhook\",\"url\":\"" + receiver.url() + "\",\"order\":3,\"overBudget\":\"off\"");
        add("vital", OK + ",\"mode\":\"critical\",\"overBudget\":\"off\"");
        assertThat(end(submit(TaskSpec.of("x"))).state()).isEqualTo(TaskState.REJECTED);
        tasks(Budgets.LEAST);
        await().atMost(LONG)
                .until(() -> row("off").path("demoted").path("to").asText().equals("off"));
        await().atMost(LONG).until(() -> row("async").path("mode").asText().equals("asynchronous"));
        await().atMost(LONG).until(() -> isTold("hooks.over-budget", "told") && isTold("hooks.demoted", "off"));
        assertThat(row("told").path("mode").asText()).isEqualTo("blocking");
        assertThat(row("vital").path("mode").asText()).isEqualTo("critical");
        assertThat(costing("hook:vital").path("overBudget").asText()).contains("its mean is");
        assertThat(row("vital").path("enabled").asBoolean()).isTrue();
        assertThat(row("vital").path("demoted").isMissingNode()).isTrue();
        assertThat(row("off").path("enabled").asBoolean()).isFalse();
        assertThat(end(submit(TaskSpec.of("x"))).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(costing("hook:told").path("overBudget").asText()).contains("its mean is");
        restart();
        connect("worker", task -> "1");
        assertThat(row("off").path("demoted").path("to").asText()).isEqualTo("off");
        assertThat(costing("hook:told").path("figures").path("count").asInt()).isGreaterThanOrEqualTo(Budgets.LEAST);
        performance("restore", "{\"name\":\"off\"}");
        assertThat(row("off").path("enabled").asBoolean()).isTrue();
        assertThat(end(submit(TaskSpec.of("x"))).state()).isEqualTo(TaskState.REJECTED);
        assertThat(declined("performance_hooks", "restore", "{\"name\":\"told\"}"))
                .contains("not demoted");
        receiver.close();
    }

    @Test
    void namedOperation_isTimedFromStartToEnd_onceEach_acrossARestart() throws IOException {
        long begun = System.nanoTime();
        String id = performance("start", "{\"name\":\"compile\"}").path("id").asText();
        String other = performance("start", "{\"name\":\"compile\"}").path("id").asText();
        assertThat(other).isNotEqualTo(id);
        JsonNode ended = performance("end", "{\"id\":\"" + id + "\"}");
        assertThat(ended.path("name").asText()).isEqualTo("compile");
        assertThat(ended.path("millis").asDouble()).isPositive().isLessThanOrEqualTo((System.nanoTime() - begun) / 1e6);
        assertThat(declined("performance_hooks", "end", "{\"id\":\"" + id + "\"}"))
                .contains("said before");
        assertThat(declined("performance_hooks", "end", "{\"id\":\"" + other.replace("compile", "forged") + "\"}"))
                .contains("none that \"start\" has given");
        assertThat(declined("performance_hooks", "end", "{\"id\":\"x\"}")).contains("none that");
        restart();
        assertThat(performance("end", "{\"id\":\"" + other + "\",\"success\":false}")
                        .path("name")
                        .asText())
                .isEqualTo("compile");
        JsonNode figures = costing("operation:compile").path("figures");
        assertThat(figures.path("count").asInt()).isEqualTo(2);
        assertThat(figures.path("failures").asInt()).isEqualTo(1);
        assertThat(performance("figures", "{\"prefix\":\"hook:\"}").path("costs"))
                .isEmpty();
    }

    @Test
    void thereAreAsManyNamedOperationsAsConfigured() {
        for (String name : List.of("a", "b")) {
            String id = performance("start", "{\"name\":\"" + name + "\"}")
                    .path("id")
                    .asText();
            performance("end", "{\"id\":\"" + id + "\"}");
        }
        String third = performance("start", "{\"name\":\"c\"}").path("id").asText();
        assertThat(declined("performance_hooks", "end", "{\"id\":\"" + third + "\"}"))
                .contains("there are 2 named operations already");
    }
}
