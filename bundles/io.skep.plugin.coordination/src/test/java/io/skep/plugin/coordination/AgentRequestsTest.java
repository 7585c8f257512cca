// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.Refusal;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentRequestsTest {
    @TempDir
    private Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        core = new RealCore(directory);
    }

    @AfterEach
    void stop() {
        core.close();
    }

    private JsonNode request(String data) {
        return core.ask("agent_requests", "request", data);
    }

    private String declined(String data) {
        return core.declined("agent_requests", "request", data);
    }

    private Task occupy(String skill) {
        Task task = core.submit(TaskSpec.of("x").skills(skill));
        RealCore.get(core.skep().attempts().start(core.ref(task), null));
        core.settle();
        return task;
    }

    private void complete(Task task) {
        RealCore.get(core.skep()
                .attempts()
                .complete(List.of(new Completion(core.ref(task), "1")))
                .get(0));
        core.settle();
    }

    @Test
    void request_answersARealAgentThatHasTheSkills_withAlternatives() {
        core.connect("a", 1, "s", "t");
        core.connect("b", 3, "s");
        core.connect("c", 1, "u");

        JsonNode offered = request("{\"description\":\"do it\",\"skills\":[\"s\"],\"priority\":7}");

        assertThat(offered.get("agent").asText()).isEqualTo("a");
        assertThat(offered.get("confidence").asDouble()).isEqualTo(0.5);
        assertThat(offered.get("expectedWaitMillis").asLong()).isZero();
        assertThat(offered.has("reservation")).isFalse();
        assertThat(offered.get("reason").asText()).startsWith("the best of 2 that have the skills");
        assertThat(offered.get("alternatives").findValuesAsText("agent")).containsExactly("b");
        assertThat(request("{}").get("alternatives")).hasSize(2);
    }

    @Test
    void noAgentWithTheSkills_orNoneActive_isDeclinedWithTheReason() {
        core.connect("a", 1, "s");
        assertThat(declined("{\"skills\":[\"x\"]}")).isEqualTo("no registered agent has the skills [x]");

        RealCore.get(core.skep().agents().drain("a", "for repair"));

        assertThat(declined("{\"skills\":[\"s\"]}"))
                .isEqualTo("none of the 1 agents with the skills [s] is active; a is draining (for repair)");
    }

    @Test
    void preferredAgent_isTakenIfItCan_andPassedOverIfNot() {
        core.connect("a", 1, "s");
        core.connect("b", 1, "s");
        core.connect("c", 1, "t");

        JsonNode preferred = request("{\"skills\":[\"s\"],\"preferredAgent\":\"b\"}");
        assertThat(preferred.get("agent").asText()).isEqualTo("b");
        assertThat(preferred.get("reason").asText()).startsWith("preferred");

        JsonNode other = request("{\"skills\":[\"s\"],\"preferredAgent\":\"c\"}");
        assertThat(other.get("agent").asText()).isEqualTo("a");
        assertThat(other.get("reason").asText()).endsWith("the preferred one is not among them");
    }

    @Test
    void confidence_growsWithSuccess_andTheAgentThatFailedIsPassedOver() {
        core.connect("a", 1, "s");
        core.connect("b", 1, "t");
        complete(occupy("t"));
        Task failing = core.submit(TaskSpec.of("x").skills("s"));
        RealCore.get(core.skep().attempts().fail(core.ref(failing), AttemptEnd.FAILED, "broken", false));
        core.settle();

        JsonNode offered = request("{}");

        assertThat(offered.get("agent").asText()).isEqualTo("b");
        assertThat(offered.get("confidence").asDouble()).isEqualTo(0.667);
        assertThat(offered.get("alternatives").get(0).get("confidence").asDouble())
                .isEqualTo(0.333);
    }

    @Test
    void retriedAttempt_countsAsFailed_andATakenBackOneDoesNot() {
        core.connect("a", 1, "s");
        Task task = core.submit(TaskSpec.of("x").skills("s"));
        RealCore.get(core.skep().attempts().takeBack(core.ref(task), "moved"));
        core.settle();
        RealCore.get(core.skep().attempts().fail(core.ref(task), AttemptEnd.FAILED, "broken", true));
        core.settle();
        core.ask("task_mapping", "lookup", "{\"agent\":\"a\"}");

        assertThat(core.plugin().timesOf("a").failed()).isEqualTo(1);
        assertThat(core.plugin().timesOf("a").completed()).isZero();
    }

    @Test
    void allBusy_expectsAWait_orDeclinesWhenThatIsLongerThanTheTimeout() {
        core.connect("a", 1, "s");
        occupy("s");
        assertThat(request("{\"skills\":[\"s\"]}").has("expectedWaitMillis"))
                .as("nobody has completed anything yet")
                .isFalse();
        assertThat(request("{\"timeoutMillis\":1}").get("confidence").asDouble())
                .isEqualTo(0.25);

        Window slow = new Window(4);
        slow.add(600_000);
        core.learn("a", slow.last(1));
        JsonNode offered = request("{\"skills\":[\"s\"]}");
        assertThat(offered.get("expectedWaitMillis").asLong()).isBetween(1L, 600_000L);
        assertThat(declined("{\"skills\":[\"s\"],\"timeoutMillis\":1000}"))
                .startsWith("all slots of the 1 active agents with the skills [s] are in use; the first is expected")
                .endsWith("later than the 1000 ms that were given");
        assertThat(request("{\"timeoutMillis\":900000}").get("agent").asText()).isEqualTo("a");
    }

    @Test
    void readyTasksOfTheSameOrAHigherPriority_standBefore() {
        core.connect("a", 1, "s");
        core.learn("a", List.of(600_000));
        occupy("s");
        core.awaitOnlyWaiting(core.submit(TaskSpec.of("waits").skills("s").priority(5)));

        long last = request("{\"priority\":5}").get("expectedWaitMillis").asLong();
        long first = request("{\"priority\":6}").get("expectedWaitMillis").asLong();

        assertThat(last - first).isBetween(500_000L, 660_000L);
    }

    @Test
    void reservedSlot_isForTheTaskThatNamesIt_untilItIsReleased() {
        core.connect("a", 1, "s");
        core.connect("b", 1, "s");

        JsonNode offered = request("{\"skills\":[\"s\"],\"preferredAgent\":\"b\",\"reserveMillis\":300000}");

        String reservation = offered.get("reservation").asText();
        assertThat(Instant.parse(offered.get("until").asText())).isAfter(Instant.now());
        assertThat(core.skep().agents().find("b").orElseThrow().reserved()).isEqualTo(1);
        JsonNode next = request("{\"skills\":[\"s\"],\"preferredAgent\":\"b\",\"reserveMillis\":300000}");
        assertThat(next.get("agent").asText()).isEqualTo("a");
        assertThat(declined("{\"skills\":[\"s\"],\"reserveMillis\":1}")).endsWith("so none can be reserved");
        Task task = core.submit(TaskSpec.of("x").skills("s").reservation(reservation));
        assertThat(core.ref(task).agent()).isEqualTo("b");

        core.ask(
                "agent_requests",
                "release",
                "{\"reservation\":\"" + next.get("reservation").asText() + "\"}");
        assertThat(core.skep().agents().find("a").orElseThrow().reserved()).isZero();
        assertThat(core.declined("agent_requests", "release", "{}")).isEqualTo("field \"reservation\" is missing");
    }

    @Test
    void slotThatSomebodyElseTookMeanwhile_isReservedWithTheNextBest() {
        core.connect("a", 1, "s");
        core.connect("b", 1, "s");
        AgentService real = core.skep().agents();
        AgentService raced = (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> {
                    boolean taken = method.getName().equals("reserve") && arguments[0].equals("a");
                    return taken
                            ? CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.CONFLICT, "all in use"))
                            : method.invoke(real, arguments);
                });
        try (CoordinationPlugin plugin = new CoordinationPlugin(RealCore.CATCH_UP)) {
            RealCore.get(plugin.initialize(core.orchestrator().with(raced)));

            assertThat(ask(plugin, "{\"reserveMillis\":300000}")).isInstanceOf(Answered.class);
            assertThat(core.skep().agents().find("b").orElseThrow().reserved()).isEqualTo(1);
            assertThat(ask(plugin, "{\"reserveMillis\":300000}")).isEqualTo(new Declined("all in use"));
        }
    }

    private static IntegrationResponse ask(CoordinationPlugin plugin, String data) {
        return RealCore.get(plugin.process(new IntegrationRequest("agent_requests", "request", null, data)));
    }

    @Test
    void wrongInput_isDeclinedNamingTheFieldAndTheLimit() {
        assertThat(declined("{\"priority\":10}")).isEqualTo("field \"priority\" must be 0 to 9, not 10");
        assertThat(declined("{\"priority\":\"5\"}"))
                .isEqualTo("field \"priority\" must be a whole number that is not too large");
        assertThat(declined("{\"priority\":1.5}")).contains("\"priority\"");
        assertThat(declined("{\"reserveMillis\":300001}")).contains("\"reserveMillis\"", "300000");
        assertThat(declined("{\"skills\":[\"s\",7]}")).isEqualTo("field \"skills[1]\" must be text");
        assertThat(declined("{\"skills\":[null]}")).isEqualTo("field \"skills[0]\" must be text");
        assertThat(declined("{\"skills\":[\"\"]}"))
                .isEqualTo("field \"skills[0]\" must have 1 to 128 characters, not 0");
        assertThat(declined("{\"skills\":\"s\"}")).isEqualTo("field \"skills\" must be a list");
        assertThat(declined("{\"skills\":[" + "\"s\",".repeat(16) + "\"s\"]}"))
                .isEqualTo("field \"skills\" must have at most 16 entries, not 17");
        assertThat(declined("{\"skils\":[]}")).isEqualTo("there is no field \"skils\"");
        assertThat(declined("[1]")).isEqualTo("the data must be one JSON object");
        assertThat(declined("{} {}")).isEqualTo("the data must be one JSON object");
        assertThat(declined("null")).isEqualTo("the data must be a JSON object, not null");
        assertThat(declined("{")).isEqualTo("the data is not valid JSON");
        assertThat(core.declined("workload_analysis", "optimize", "{\"execute\":\"yes\"}"))
                .isEqualTo("field \"execute\" must be true or false");
        assertThat(core.declined("agent_requests", "guess", "{}"))
                .isEqualTo("task-coordination does not offer agent_requests with that operation");
    }
}
