// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.Agent;
import io.skep.api.event.Event;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the plugin does to the choices of the real core. */
class LoadBalancingTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    /** Long enough for a few calls on a machine that pauses. */
    private static final Duration AHEAD = Duration.ofSeconds(6);

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

    private String condition(String agent) {
        return core.ask("health", "{\"agent\":\"" + agent + "\"}")
                .path("agents")
                .path(0)
                .path("condition")
                .asText();
    }

    private double weight(String agent) {
        return core.plugin().standing(agent).estimate().weight();
    }

    @Test
    void slowAgent_getsLessThanItsSlotsSay() {
        TestAgent fast = core.agent("fast", 4, 10);
        TestAgent slow = core.agent("slow", 4, 600);
        await().atMost(LONG).until(() -> {
            core.work(4);
            return weight("slow") < 0.3 && weight("slow") < weight("fast") / 4;
        });
        await().atMost(LONG).until(() -> core.advised().contains("slow"));
        int fastBefore = fast.taken();
        int slowBefore = slow.taken();

        for (int i = 0; i < 6; i++) {
            core.work(2);
        }

        assertThat(fast.taken() - fastBefore).as("of twelve, two at once").isGreaterThanOrEqualTo(11);
        assertThat(slow.taken() - slowBefore).isLessThanOrEqualTo(1);
        await().atMost(LONG).until(() -> condition("slow").equals("slow"));
        assertThat(condition("fast")).isEqualTo("healthy");
    }

    /** Works, and looks that an agent gets nothing if it is ejected all the while, which lasts longer each time. */
    private boolean getsNothingWhileEjected(TestAgent agent) {
        Long until = core.plugin().standing("bad").ejectedUntil();
        if (until == null || !core.advised().contains("until " + Instant.ofEpochMilli(until))) {
            return false;
        }
        int before = agent.taken();
        core.persist(4);
        int after = agent.taken();
        boolean isEjected = System.currentTimeMillis() < until;
        if (isEjected) {
            assertThat(after).as("it gets nothing").isEqualTo(before);
        }
        return isEjected;
    }

    @Test
    void agentThatFails_isEjected_andReturns_andBothIsTold() {
        core.agent("good", 2, 5);
        TestAgent bad = core.agent("bad", 8, 1);
        bad.fails(true);
        await().atMost(LONG).until(() -> {
            core.persist(10);
            return getsNothingWhileEjected(bad);
        });

        bad.fails(false);
        int before = bad.taken();
        await().atMost(LONG).until(() -> {
            core.work(8);
            return bad.taken() > before;
        });
        await().atMost(LONG).until(() -> {
            core.work(8);
            return condition("bad").equals("healthy");
        });
        assertThat(core.told())
                .filteredOn(event -> event.subject().equals("bad"))
                .extracting(Event::type)
                .contains("balancing.agent.ejected", "balancing.agent.healthy");
    }

    @Test
    void assign_holdsASlotForATaskToCome_andSaysWhy() {
        TestAgent ann = core.agent("ann", 1, 1, "review");
        JsonNode assigned = core.ask("assign", "{\"skills\":[\"review\"],\"reserveMillis\":120000}");

        assertThat(assigned.path("agent").asText()).isEqualTo("ann");
        assertThat(assigned.path("strategy").asText()).isEqualTo("adaptive");
        assertThat(assigned.path("reason").asText()).startsWith("it has 0 of 1 slots in use");
        assertThat(core.skep().agents().find("ann").map(Agent::reserved)).contains(1);
        assertThat(core.declined("assign", "{\"skills\":[\"review\"]}"))
                .isEqualTo("all slots of the 1 active agents with the skills [review] are in use");

        TaskSpec spec = TaskSpec.of("x")
                .reservation(assigned.path("reservation").asText())
                .build();
        String task = RealCore.get(core.skep().tasks().submit(List.of(spec)))
                .get(0)
                .task()
                .id();
        RealCore.get(core.skep().tasks().awaitEnd(task, LONG));
        assertThat(ann.taken()).isEqualTo(1);
    }

    /** A task that can be done in a while, so that there is time to send it. */
    private String delayed() {
        TaskSpec spec = TaskSpec.of("x").notBefore(Instant.now().plus(AHEAD)).build();
        return RealCore.get(core.skep().tasks().submit(List.of(spec)))
                .get(0)
                .task()
                .id();
    }

    private String sent(String task) {
        return core.ask("assign", "{\"task\":\"" + task + "\"}").path("agent").asText();
    }

    private Task ended(String task) {
        return RealCore.get(core.skep().tasks().awaitEnd(task, LONG));
    }

    @Test
    void assign_sendsTasksThatWait_andCountsThemAtOnce() {
        core.agent("ann", 1, 1);
        core.agent("bob", 1, 1);
        String first = delayed();
        String second = delayed();

        String one = sent(first);
        String other = sent(second);

        assertThat(List.of(one, other)).containsExactlyInAnyOrder("ann", "bob");
        assertThat(core.declined("assign", "{\"task\":\"" + delayed() + "\"}")).contains("are in use");
        assertThat(ended(first).attempts()).extracting(Attempt::agent).containsExactly(one);
        assertThat(ended(second).attempts()).extracting(Attempt::agent).containsExactly(other);
        assertThat(core.declined("assign", "{\"task\":\"" + first + "\"}")).contains("waits for no agent");
        assertThat(core.declined("assign", "{\"task\":\"none\"}")).contains("there is no task");
    }

    @Test
    void assign_saysWhyNobodyCan() {
        assertThat(core.declined("assign", "{\"skills\":[\"none\"]}")).contains("no registered agent has the skills");
        core.agent("gone", 1, 1, "s");
        RealCore.get(core.skep().agents().drain("gone", null));
        assertThat(core.declined("assign", "{\"skills\":[\"s\"]}")).contains("is active");
        assertThat(core.declined("assign", "{\"strategy\":\"best\"}")).contains("must be one of");
        assertThat(core.declined("health", "{\"agent\":\"nobody\"}")).contains("there is no agent");
    }

    private void assigned(String strategy) {
        JsonNode assigned = core.ask("assign", "{\"strategy\":\"" + strategy + "\",\"reserveMillis\":120000}");
        assertThat(assigned.path("strategy").asText()).isEqualTo(strategy);
        TaskSpec spec = TaskSpec.of("x")
                .reservation(assigned.path("reservation").asText())
                .build();
        ended(RealCore.get(core.skep().tasks().submit(List.of(spec)))
                .get(0)
                .task()
                .id());
    }

    private double measured() {
        return core.ask("show", "{}").path("scores").findValues("measured").stream()
                .mapToDouble(JsonNode::asDouble)
                .sum();
    }

    @Test
    void everyStrategy_assigns_andWhatComesOfTheAdaptiveOneIsMeasured() {
        core.agent("ann", 50, 1);
        core.agent("bob", 50, 1);
        Settings.STRATEGIES.stream()
                .filter(name -> !name.equals(Settings.ADAPTIVE))
                .forEach(this::assigned);
        assertThat(measured()).isZero();

        // One in a hundred goes by another strategy than the favourite, and is not measured before that is known.
        for (int i = 0; i < 4; i++) {
            assigned(Settings.ADAPTIVE);
        }

        await().atMost(LONG).until(() -> measured() >= 1);
        assertThat(core.ask("show", "{}").path("inUse").asText()).isEqualTo("weighted");

        await().atMost(LONG).until(() -> {
            assigned(Settings.ADAPTIVE);
            return core.document(Learned.STRATEGIES).contains("\"weighted\"")
                    && !core.document(Learned.STRATEGIES).contains("\"usual\":{\"count\":0");
        });
        core.swap();
        assertThat(measured()).as("by the generation before").isGreaterThanOrEqualTo(1);
    }

    @Test
    void generationThatIsSwapped_goesOnFromWhatWasLearned_andNoTaskIsLost() {
        core.agent("fast", 4, 5);
        core.agent("slow", 4, 400);
        await().atMost(LONG).until(() -> {
            core.work(4);
            return weight("slow") < 0.4;
        });
        await().atMost(LONG).until(() -> core.kept("slow"));
        List<Task> under = core.submit(20);

        LoadBalancingPlugin next = core.swap();

        for (Task task : under) {
            assertThat(RealCore.get(core.skep().tasks().awaitEnd(task.id(), LONG))
                            .token())
                    .isEqualTo(1);
        }
        await().atMost(LONG).until(() -> next.standing("slow").estimate().weight() < 0.7);
    }
}
