// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.agent.process.ProcessAgent;
import io.skep.agent.process.ProcessScaler;
import io.skep.agent.process.ProcessSupervisor;
import io.skep.api.agent.AgentState;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.Skep;
import io.skep.plugin.workflow.RealCore;
import io.skep.plugin.workflow.base.Settings;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

/** Thinking with programs as experts: what they print is what it is made of. */
class ProcessExpertsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private RealCore core;
    private ProcessSupervisor supervisor;

    @BeforeEach
    void start() throws IOException {
        core = new RealCore(Files.createDirectories(directory.resolve("log")), Settings.DEFAULT);
        BundleContext context = (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> directory.toString());
        Skep skep = core.skep();
        supervisor = new ProcessSupervisor(context, skep.agents(), skep.attempts(), skep.payloads(), Map.of());
    }

    @AfterEach
    void end() {
        supervisor.close();
        core.close();
    }

    /** A program that prints what is in a file. */
    private void expert(String id, String says) throws IOException {
        says(id, says);
        Map<String, Object> properties = Map.of(
                "id",
                id,
                "description",
                "Knows about microservices.",
                "command",
                "sh -c 'cat > /dev/null; cat " + directory.resolve(id) + "'");
        ProcessScaler scaler = new ProcessScaler(supervisor, core.skep().agents());
        assertThat(new ProcessAgent(supervisor, scaler, properties)).isNotNull();
        await().atMost(LONG)
                .until(() -> core.skep()
                        .agents()
                        .find(id)
                        .filter(agent -> agent.state() == AgentState.ACTIVE)
                        .isPresent());
    }

    private void says(String id, String text) throws IOException {
        Files.writeString(directory.resolve(id), text);
    }

    private JsonNode insights(Task task) {
        String data = "{\"task\":\"" + task.id() + "\",\"stage\":\"before\"}";
        await().atMost(LONG)
                .until(() -> core.ask("extended_thinking", "consider", data)
                        .path("verdict")
                        .asText()
                        .equals("pass"));
        return core.ask("extended_thinking", "consider", data)
                .path("attachment")
                .path("value");
    }

    private Task task() {
        return core.submit(
                TaskSpec.of(ComplexityTest.COMPLEX).notBefore(Instant.now().plusSeconds(3600)));
    }

    /** What each agent said, by the points; checks that the child task that is named has said it. */
    private Map<String, List<String>> said(Task task, JsonNode insights) {
        Map<String, List<String>> said = new TreeMap<>();
        for (JsonNode point : insights.path("points")) {
            assertThat(point.path("sources")).isNotEmpty();
            for (JsonNode source : point.path("sources")) {
                Task child = core.task(source.path("task").asText());
                String agent = source.path("agent").asText();
                assertThat(child.spec().parent()).isEqualTo(task.id());
                assertThat(child.attempts().get(child.attempts().size() - 1).agent())
                        .isEqualTo(agent);
                assertThat(child.attempts().get(0).program()).isNotNull();
                said.computeIfAbsent(agent, a -> new ArrayList<>())
                        .add(point.path("kind").asText());
            }
        }
        return said;
    }

    @Test
    void twoPrograms_thinkAlong_andChangingOneAnswerChangesTheInsights() throws IOException {
        expert("ann", "{\"points\":[\"Keep the monolith for a year\"],\"risks\":[\"The team is too small\"]}");
        expert("bob", "Keep the monolith for a year.\nRisk: customers may leave.");
        Task first = task();
        JsonNode agreed = insights(first);
        assertThat(said(first, agreed))
                .containsEntry("ann", List.of("agreement", "risk"))
                .containsEntry("bob", List.of("agreement", "risk"));
        says("bob", "Do not keep the monolith for a year.");
        Task second = task();
        JsonNode disagreed = insights(second);
        assertThat(said(second, disagreed))
                .containsEntry("ann", List.of("disagreement", "risk"))
                .containsEntry("bob", List.of("disagreement"));
        assertThat(disagreed.path("points")).isNotEqualTo(agreed.path("points"));
    }
}
