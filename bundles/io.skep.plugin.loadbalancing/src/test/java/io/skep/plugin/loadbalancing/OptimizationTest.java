// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.AgentSpec;
import io.skep.api.event.Event;
import io.skep.api.plugin.Capabilities;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done about the slots of agents of the real core, and undone. */
class OptimizationTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    /** Where it is waited for that this is over. */
    private static final Duration SHORT_MEASURE = Duration.ofSeconds(8);

    @TempDir
    private Path directory;

    private RealCore core;

    @BeforeEach
    void start() {
        start(RealCore.UNHURRIED);
    }

    private void start(Duration measure) {
        core = new RealCore(directory, measure);
        core.off(Capabilities.CAPACITY_MANAGEMENT);
    }

    private void startAgain(Duration measure) {
        core.close();
        start(measure);
    }

    @AfterEach
    void stop() {
        core.close();
    }

    private JsonNode ask(String operation, String data) {
        return core.ask("resource_optimization/" + operation, data);
    }

    private JsonNode newest() {
        return ask("actions", "{}").path("actions").path(0);
    }

    private String state() {
        return newest().path("state").asText();
    }

    private void mode(String mode) {
        assertThat(ask("policy", "{\"mode\":\"" + mode + "\"}").path("mode").asText())
                .isEqualTo(mode);
    }

    /** One that does well with up to four of its eight slots. */
    private TestAgent weak() {
        TestAgent agent = core.agent("weak", 8, 15);
        agent.gathers(Integer.MAX_VALUE);
        agent.failsFrom(5);
        return agent;
    }

    private void workUntilAnActionIs(String state) {
        await().atMost(LONG).until(() -> {
            core.persist(24);
            return state().equals(state);
        });
    }

    /** Looks again before there can be as many attempts as an action is judged by. */
    private void workUntilAnActionBegins() {
        await().atMost(LONG).until(() -> {
            core.attempt(12);
            return state().equals("measuring");
        });
    }

    /** The most that it holds at once, given more than it can hold. */
    private int most(TestAgent agent) {
        await().atMost(LONG).until(() -> agent.open() == 0);
        agent.most();
        core.persist(24);
        return agent.most();
    }

    private void workUntilItHolds(TestAgent agent, int atOnce) {
        await().atMost(LONG).until(() -> most(agent) == atOnce);
    }

    /** Without failures: for those it would be ejected, and come back slowly, again and again. */
    private void workUntilItHoldsAllAgain(TestAgent agent) {
        agent.failsFrom(Integer.MAX_VALUE);
        workUntilItHolds(agent, 8);
    }

    @Test
    void agentThatFailsWithManyAtOnce_reallyGetsFewer_andThatIsKeptAsItHelps() {
        TestAgent agent = weak();
        mode("propose");
        workUntilItHolds(agent, 8);
        await().atMost(LONG).until(() -> {
            core.persist(24);
            return ask("preview", "{}").path("proposals").size() == 1;
        });
        JsonNode proposal =
                ask("preview", "{\"agent\":\"weak\"}").path("proposals").path(0);
        assertThat(proposal.path("aim").asText()).isEqualTo("fewer-failures");
        assertThat(proposal.path("from").asInt()).isEqualTo(8);
        assertThat(proposal.path("because").asText()).contains("of its attempts fail with 8 at once");
        assertThat(ask("actions", "{}").path("actions")).isEmpty();

        JsonNode begun = apply();
        assertThat(begun.path("by").asText()).isEqualTo("caller");
        int to = begun.path("to").asInt();
        assertThat(to).isBetween(4, 5);
        workUntilAnActionIs("kept");

        assertThat(most(agent)).isLessThanOrEqualTo(to);
        JsonNode kept = newest();
        assertThat(kept.path("before").path("failures").asDouble()).isGreaterThan(0.5);
        assertThat(kept.path("after").path("failures").asDouble()).isLessThan(0.1);
        assertThat(kept.path("after").path("attempts").asInt()).isGreaterThanOrEqualTo(20);
        assertThat(kept.path("outcome").asText()).startsWith("it helped: ");
        assertThat(core.told()).extracting(Event::type).contains("balancing.slots.fewer", "balancing.slots.kept");
    }

    /** Has an action begin; what is proposed goes by the newest attempts. */
    private JsonNode apply() {
        List<JsonNode> begun = new ArrayList<>();
        await().atMost(LONG).until(() -> {
            ask("apply", "{}").path("begun").forEach(begun::add);
            if (begun.isEmpty()) {
                core.persist(24);
            }
            return !begun.isEmpty();
        });
        return begun.get(0);
    }

    @Test
    void somebodyUndoesAnAction_andTheAgentReallyGetsItsSlotsAgain() {
        TestAgent agent = weak();
        workUntilAnActionIs("kept");
        mode("propose");
        long id = newest().path("id").asLong();

        JsonNode undone = ask("undo", "{\"id\":" + id + "}");

        assertThat(undone.path("state").asText()).isEqualTo("undone");
        assertThat(undone.path("outcome").asText()).isEqualTo("somebody undid it");
        workUntilItHoldsAllAgain(agent);
        agent.failsFrom(5);
        assertThat(core.declined("resource_optimization/undo", "{\"id\":" + id + "}"))
                .contains("is undone already");
        assertThat(core.declined("resource_optimization/undo", "{\"id\":99}")).contains("there is no action 99");
        await().atMost(LONG).until(() -> {
            core.persist(24);
            return ask("preview", "{}").path("proposals").size() == 1;
        });
        assertThat(ask("preview", "{}")
                        .path("proposals")
                        .path(0)
                        .path("hindrance")
                        .asText())
                .startsWith("the agent rests from actions until");
        assertThat(ask("apply", "{}").path("left")).hasSize(1);
    }

    @Test
    void actionThatDoesNotHelp_isUndone() {
        startAgain(SHORT_MEASURE);
        TestAgent agent = weak();
        workUntilAnActionBegins();
        agent.fails(true);
        // Too few to say that it did harm.
        core.attempt(6);

        await().atMost(LONG).until(() -> state().equals("undone"));
        mode("propose");
        agent.fails(false);

        assertThat(newest().path("outcome").asText()).contains("it did not show that it helps");
        workUntilItHoldsAllAgain(agent);
    }

    @Test
    void agentThatCanDoMoreAgain_isToGetItsSlotsBack_stepByStep_whenItHasRested() {
        TestAgent agent = weak();
        workUntilAnActionBegins();
        agent.failsFrom(Integer.MAX_VALUE);
        workUntilAnActionIs("kept");
        List<JsonNode> more = new ArrayList<>();

        await().atMost(LONG).until(() -> {
            core.submit(24);
            ask("preview", "{}").path("proposals").forEach(more::add);
            more.removeIf(proposal -> !proposal.path("aim").asText().equals("more"));
            return !more.isEmpty();
        });

        JsonNode first = more.get(0);
        assertThat(first.path("from").asInt()).isEqualTo(newest().path("to").asInt());
        assertThat(first.path("to").asInt()).isEqualTo(first.path("from").asInt() + 1);
        assertThat(first.path("because").asText()).contains("tasks wait that it could do");
        assertThat(first.path("hindrance").asText()).startsWith("the agent rests from actions until");
    }

    @Test
    void generationThatIsSwapped_goesOnMeasuring_andKeepsTheBound() {
        TestAgent agent = weak();
        workUntilAnActionBegins();
        JsonNode begun = newest();
        await().atMost(LONG).until(() -> core.document(Optimizing.KEY).contains("MEASURING"));

        core.swap();

        assertThat(newest().path("id")).isEqualTo(begun.path("id"));
        assertThat(newest().path("before")).isEqualTo(begun.path("before"));
        workUntilAnActionIs("kept");
        mode("propose");
        assertThat(newest().path("id")).isEqualTo(begun.path("id"));
        assertThat(most(agent)).isLessThanOrEqualTo(begun.path("to").asInt());
        core.swap();
        assertThat(ask("policy", "{}").path("mode").asText()).isEqualTo("propose");
        await().atMost(LONG).until(() -> most(agent) <= begun.path("to").asInt());
    }

    @Test
    void capabilityThatIsOff_boundsNobody() {
        TestAgent agent = weak();
        workUntilAnActionIs("kept");
        mode("propose");

        core.off(Capabilities.CAPACITY_MANAGEMENT, Capabilities.RESOURCE_OPTIMIZATION);

        workUntilItHoldsAllAgain(agent);
        core.off(Capabilities.CAPACITY_MANAGEMENT);
        await().atMost(LONG).until(() -> most(agent) <= 5);
    }

    @Test
    void claimOfAnAgentThatPulls_isNoLargerThanWhatItIsGiven() {
        RealCore.get(core.skep().agents().register(AgentSpec.of("pull", 8), false));
        await().atMost(LONG).until(() -> {
            core.submit(8);
            List<Assignment> claimed = claim();
            for (int i = 0; i < claimed.size(); i++) {
                end(claimed.get(i), i < 4);
            }
            return !newest().isMissingNode();
        });
        int to = newest().path("to").asInt();
        await().atMost(LONG).until(() -> core.advised().contains("given " + to + " slots by an action"));
        core.submit(16);

        assertThat(to).isLessThan(8);
        assertThat(claim()).hasSize(to);
    }

    private List<Assignment> claim() {
        return RealCore.get(core.skep().attempts().claim("pull", 8, Duration.ZERO));
    }

    private void end(Assignment assignment, boolean isGood) {
        AttemptRef ref =
                new AttemptRef(assignment.task().id(), assignment.task().token(), "pull");
        if (isGood) {
            RealCore.get(core.skep()
                    .attempts()
                    .complete(List.of(new Completion(ref, "1")))
                    .get(0));
        } else {
            RealCore.get(core.skep().attempts().fail(ref, AttemptEnd.FAILED, "too many", false));
        }
    }

    @Test
    void wrongInput_isDeclinedByName() {
        assertThat(core.declined("resource_optimization/policy", "{\"mode\":\"off\"}"))
                .contains("\"mode\" must be one of act, propose");
        assertThat(core.declined("resource_optimization/undo", "{}")).contains("\"id\" is missing");
        assertThat(core.declined("resource_optimization/preview", "{\"agent\":\"none\"}"))
                .contains("there is no active agent");
    }
}
