// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RosterTest {
    private final Roster roster = new Roster();

    private void put(String id, int slot, AgentState state, int busy) {
        Agent agent = FewAgents.agent(id, "Tunes queries", "database");
        Agent now = new Agent(agent.spec(), true, state, "", Instant.EPOCH, Instant.EPOCH, busy, 0, null, List.of());
        roster.put(now, Roster.textOf(now), slot);
    }

    @Test
    void ofACrew_theActiveOnesAreNamed_theLeastLoadedFirst() {
        put("full", 3, AgentState.ACTIVE, 2);
        put("idle", 3, AgentState.ACTIVE, 0);
        put("half", 3, AgentState.ACTIVE, 1);
        put("away", 3, AgentState.DRAINING, 0);
        put("other", 4, AgentState.ACTIVE, 0);

        assertThat(roster.alike("away", null, 64)).containsExactly("idle", "half", "full");
        assertThat(roster.alike("full", null, 2)).containsExactly("idle", "half");
        assertThat(roster.alike("full", List.of("half", "full", "other"), 64)).containsExactly("half", "full");
        assertThat(roster.alike("other", null, 64)).containsExactly("other");
        assertThat(roster.alike("nobody", null, 64)).containsExactly("nobody");
        assertThat(roster.loads()[3]).isEqualTo(0.5f);
        assertThat(roster.isOpen("away", null)).isFalse();
        assertThat(roster.isOpen("away", List.of("away"))).isTrue();
    }

    @Test
    void slot_isOpenWhileSomeoneOfItIs() {
        put("a", 0, AgentState.ACTIVE, 0);
        put("b", 0, AgentState.DRAINING, 0);
        assertThat(roster.eligible(List.of("database"), null).get(0)).isTrue();
        roster.remove("a");
        assertThat(roster.eligible(List.of(), null).get(0)).isFalse();
        assertThat(roster.eligible(List.of("database"), List.of("b")).get(0)).isTrue();
        roster.remove("b");
        assertThat(roster.eligible(List.of("database"), List.of("b")).isEmpty()).isTrue();
        roster.remove("b");
    }

    @Test
    void everyoneOfALargeCrew_isNamedInTurn() {
        for (int i = 0; i < 1000; i++) {
            put("w" + i, 0, i < 700 ? AgentState.DRAINING : AgentState.ACTIVE, 0);
        }
        Set<String> named = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            List<String> some = roster.alike("w3", null, 64);
            assertThat(some).hasSizeBetween(1, 64).allMatch(id -> Integer.parseInt(id.substring(1)) >= 700);
            named.addAll(some);
        }
        assertThat(named).hasSize(300);
    }

    @Test
    void comingAndGoingInAnyOrder_leavesTheSumsRight() {
        Random random = new Random(5);
        int[] busy = new int[20];
        boolean[] there = new boolean[20];
        for (int i = 0; i < 2000; i++) {
            int agent = random.nextInt(20);
            there[agent] = random.nextInt(3) > 0;
            busy[agent] = random.nextInt(3);
            if (there[agent]) {
                put("w" + agent, 1, AgentState.ACTIVE, busy[agent]);
            } else {
                roster.remove("w" + agent);
            }
            float used = 0;
            float room = 0;
            for (int j = 0; j < 20; j++) {
                used += there[j] ? busy[j] : 0;
                room += there[j] ? 2 : 0;
            }
            assertThat(roster.eligible(List.of(), null).get(1)).isEqualTo(room > 0);
            assertThat(roster.loads()[1]).isEqualTo(room == 0 ? 0 : used / room);
        }
    }
}
