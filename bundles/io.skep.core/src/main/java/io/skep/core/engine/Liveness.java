// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.AgentState;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Task;
import io.skep.core.dispatch.AgentPool;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.state.AgentRecord;
import io.skep.core.state.Transitions;
import java.util.random.RandomGenerator;

/**
 * Whether pull agents are there. A silent one is unknown after one lease and lost after another; then its attempts are
 * lost too. Any word of it brings it back. One that sleeps or wakes has no lease. Used by the engine's thread only.
 */
final class Liveness {
    private final AgentPool agents;
    private final Timers timers;
    private final RandomGenerator random;

    Liveness(AgentPool agents, Timers timers, RandomGenerator random) {
        this.agents = agents;
        this.timers = timers;
        this.random = random;
    }

    /** The agent was heard of. */
    void heard(Turn turn, AgentRuntime agent) {
        agent.renewLease(turn.now().plus(agent.record().spec().lease()));
        AgentRecord record = agent.record();
        if (record.state() == AgentState.UNKNOWN || record.state() == AgentState.LOST) {
            turn.put(record.in(
                    AgentState.ACTIVE,
                    "heard of again after being " + record.state().wire(),
                    turn.now()));
        }
        watch(agent);
    }

    /** Looks after a pull agent, if that is not done already: nobody looks after one that was lost. */
    void watch(AgentRuntime agent) {
        if (agent.setWatched(true)) {
            timers.at(agent.leaseUntil(), turn -> look(turn, agent));
        }
    }

    private void look(Turn turn, AgentRuntime agent) {
        agent.setWatched(false);
        AgentRecord record = agent.record();
        if (agents.find(record.id()) != agent
                || record.connected()
                || record.state() == AgentState.LOST
                || Dormancy.isAway(agent)) {
            return;
        }
        if (agent.hasWaitingClaim()) {
            agent.renewLease(turn.now().plus(record.spec().lease()));
        } else if (!agent.leaseUntil().isAfter(turn.now())) {
            silent(turn, agent, record);
        }
        if (agent.record().state() != AgentState.LOST) {
            watch(agent);
        }
    }

    private void silent(Turn turn, AgentRuntime agent, AgentRecord record) {
        if (record.state() == AgentState.ACTIVE || record.state() == AgentState.PREPARING) {
            turn.put(record.in(
                    AgentState.UNKNOWN, "no heartbeat for " + record.spec().lease(), turn.now()));
        } else {
            if (record.state() == AgentState.UNKNOWN) {
                turn.put(record.in(AgentState.LOST, "no heartbeat while unknown", turn.now()));
            }
            for (String id : agent.heldTasks()) {
                Task task = turn.state().task(id);
                if (record.isFormers(task.currentAttempt().orElseThrow().assignedAt())) {
                    // Another process has it, whose own lease tells whether it lives.
                    continue;
                }
                turn.put(Transitions.endAttempt(
                        task, AttemptEnd.LOST, "its agent was lost", true, random.nextDouble(), turn.now()));
            }
        }
        agent.renewLease(turn.now().plus(record.spec().lease()));
    }
}
