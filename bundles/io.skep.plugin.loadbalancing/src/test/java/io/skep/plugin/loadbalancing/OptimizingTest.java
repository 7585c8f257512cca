// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Notice;
import io.skep.api.task.QueueStatus;
import io.skep.plugin.loadbalancing.balance.Ejection;
import io.skep.plugin.loadbalancing.balance.Fleet;
import io.skep.testkit.ManualClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When something is done, within which bounds, and what ends it. */
class OptimizingTest {
    private static final OptimizeSettings SETTINGS = new OptimizeSettings(3, Duration.ofMinutes(2), 20, 2);

    private final ManualClock clock = new ManualClock();
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final Room room = new Room(new Fleet(Ejection.DEFAULT), clock);
    private final AgentService service = (AgentService) Proxy.newProxyInstance(
            AgentService.class.getClassLoader(),
            new Class<?>[] {AgentService.class},
            (proxy, method, given) -> method.getName().equals("find")
                    ? Optional.ofNullable(agents.get(given[0]))
                    : List.copyOf(agents.values()));
    private final Optimizing optimizing = new Optimizing(service, room, SETTINGS, clock);
    private final List<Notice> told = new ArrayList<>();

    private void agent(String id, int slots) {
        Instant then = Instant.EPOCH;
        agents.put(
                id,
                new Agent(AgentSpec.of(id, slots), false, AgentState.ACTIVE, "", then, then, 0, 0, then, List.of()));
    }

    private void look() {
        look(List.of());
    }

    private void look(List<QueueStatus> queues) {
        told.addAll(optimizing.look(List.copyOf(agents.values()), queues, true, clock.millis()));
    }

    private void work(String agent, int attempts, int held, long millis, boolean isGood) {
        for (int i = 0; i < attempts; i++) {
            long now = clock.millis();
            optimizing.ended(agent, held, now, now + millis, isGood);
        }
    }

    /** An agent that does one after the other, and is seen with one and with eight. */
    private void serial(String agent) {
        agent(agent, 8);
        look();
        work(agent, 10, 1, 100, true);
        work(agent, 30, 8, 800, true);
    }

    private Action.Shown newest() {
        return optimizing.actions(null).actions().get(0);
    }

    private static List<QueueStatus> waiting(int depth) {
        return List.of(new QueueStatus(Set.of(), "", depth, null, 0, 0, null, List.of(), 1, 0));
    }

    @Test
    void agentWhoseAttemptsTakeLongerWithMany_isGivenFewer_byHalfAtMost_andAgainAfterARest() {
        serial("a");

        look();

        assertThat(newest().because()).isEqualTo("an attempt takes 800 ms with 8 at once, 100 ms with few");
        assertThat(newest().to()).isEqualTo(4);
        assertThat(room.given(agents.get("a"))).isEqualTo(4);
        work("a", 30, 4, 400, true);
        look();
        assertThat(newest().state()).isEqualTo("kept");
        assertThat(newest().outcome())
                .isEqualTo("it helped: 800 to 400 ms an attempt, 600 to 600 a minute, 0 % to 0 % failed,"
                        + " over 30 and 30 attempts");
        assertThat(told).extracting(Notice::type).containsExactly("balancing.slots.fewer", "balancing.slots.kept");

        look();
        assertThat(optimizing.actions(null).actions()).as("it rests").hasSize(1);
        clock.advance(Duration.ofMinutes(2).plusSeconds(1));
        work("a", 30, 4, 400, true);
        look();
        assertThat(newest().to()).as("the least that is left").isEqualTo(2);
    }

    @Test
    void rate_isBounded_byTheMinute_andByTheShareOfAgents() {
        for (int i = 0; i < 40; i++) {
            serial("a" + i);
        }

        look();
        assertThat(optimizing.actions(null).actions()).as("a minute").hasSize(3);
        assertThat(optimizing.preview("a9", List.of()).proposals().get(0).hindrance())
                .isEqualTo("there were 3 actions within a minute");
        clock.advance(Duration.ofSeconds(61));
        look();
        assertThat(optimizing.actions(null).actions()).as("a tenth of forty").hasSize(4);
        assertThat(optimizing.preview("a9", List.of()).proposals().get(0).hindrance())
                .isEqualTo("of so many agents as can be at once actions are measured");
    }

    @Test
    void actionThatDoesHarm_isUndoneAtOnce_andTheAgentRestsForLongerEachTime() {
        serial("a");
        look();
        work("a", 30, 4, 800, true);
        look();

        assertThat(newest().state()).isEqualTo("undone");
        assertThat(newest().outcome()).startsWith("it did harm: ");
        assertThat(room.given(agents.get("a"))).isEqualTo(8);
        clock.advance(Duration.ofMinutes(2));
        serial("a");
        look();
        assertThat(optimizing.preview("a", List.of()).proposals().get(0).hindrance())
                .startsWith("the agent rests from actions until");
        clock.advance(Duration.ofMinutes(2));
        serial("a");
        look();
        assertThat(newest().id()).isEqualTo(2);
    }

    @Test
    void actionThatCannotBeMeasured_isUndone() {
        serial("gone");
        look();
        agents.remove("gone");
        look();
        assertThat(newest().outcome()).isEqualTo("the agent is gone");

        serial("other");
        look();
        agent("other", 3);
        look();
        assertThat(newest().outcome()).isEqualTo("the agent is given 3 slots for another reason");
        assertThat(room.bounds()).isEmpty();

        serial("idle");
        look();
        clock.advance(Duration.ofMinutes(2));
        look();
        assertThat(newest().outcome()).startsWith("it did not show that it helps");
    }

    @Test
    void boundedAgent_isGivenMore_whereTasksWaitOnly_andLaterActionsAreUndoneFirst() {
        serial("a");
        look();
        work("a", 30, 4, 400, true);
        look();
        clock.advance(Duration.ofMinutes(11));
        look();
        work("a", 30, 4, 100, true);
        look(waiting(0));
        assertThat(newest().id()).isEqualTo(1);

        look(waiting(7));

        assertThat(newest().because())
                .isEqualTo("it uses the 4 of its 8 slots that it is given, and 7 tasks wait that it could do");
        assertThat(newest().to()).isEqualTo(5);
        work("a", 40, 5, 100, true);
        look(waiting(7));
        assertThat(newest().state()).isEqualTo("kept");
        assertThatThrownBy(() -> optimizing.undo(1))
                .hasMessageContaining("a later action of agent a must be undone first");
        optimizing.undo(2);
        assertThat(room.given(agents.get("a"))).isEqualTo(4);
        optimizing.undo(1);
        assertThat(room.given(agents.get("a"))).isEqualTo(8);
    }

    @Test
    void agentThatFailsWithFewAsWell_isLeftAlone() {
        agent("a", 8);
        look();
        work("a", 10, 1, 100, false);
        work("a", 30, 8, 100, false);

        assertThat(optimizing.preview(null, List.of()).proposals()).isEmpty();
    }

    @Test
    void policyThatOnlyProposes_beginsNothing_butEndsWhatWasBegun() {
        serial("a");
        look();
        optimizing.policy("propose");
        serial("b");
        work("a", 30, 4, 800, true);

        look();

        assertThat(optimizing.actions("b").actions()).isEmpty();
        assertThat(newest().state()).isEqualTo("undone");
        assertThat(optimizing.preview("b", List.of()).proposals()).hasSize(1);
    }

    @Test
    void ledger_forgetsTheOldest_butNotWhatIsMeasured() {
        Ledger ledger = new Ledger(1_000);
        serial("a");
        look();
        Action measuring = measuring();
        ledger.put(measuring);
        for (int i = 0; i < Ledger.MOST_ACTIONS + 10; i++) {
            ledger.put(another(measuring, 2 + i).ended(Action.State.UNDONE, "x", 5));
            ledger.rest("agent" + i, false, false, i);
        }
        for (int i = 0; i < Ledger.MOST_AGENTS + 10; i++) {
            ledger.rest("agent" + i, false, true, i);
        }

        assertThat(ledger.all()).hasSize(Ledger.MOST_ACTIONS);
        assertThat(ledger.find(1)).isPresent();
        assertThat(ledger.find(2)).isEmpty();
        Ledger.Kept kept = ledger.kept(Map.of());
        assertThat(kept.rests()).hasSize(Ledger.MOST_AGENTS);
        Ledger next = new Ledger(1_000);
        next.become(kept);
        assertThat(next.all()).isEqualTo(ledger.all());
        next.become(new Ledger.Kept(null, 0, null, null, null));
        assertThat(next.all()).isEmpty();
    }

    private Action measuring() {
        return optimizing.part().given().actions().get(0);
    }

    private static Action another(Action action, long id) {
        return new Action(
                id,
                action.agent(),
                action.aim(),
                action.from(),
                action.to(),
                null,
                action.because(),
                action.by(),
                action.begunAt(),
                action.state(),
                null,
                null,
                action.before(),
                action.after());
    }
}
