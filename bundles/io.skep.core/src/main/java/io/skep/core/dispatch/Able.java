// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.agent.AgentState;
import io.skep.api.task.QueueStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who can serve a queue.
 *
 * @param agents ids, active ones first, as many as {@link QueueStatus} names
 * @param active how many take tasks
 * @param freeSlots of those
 */
record Able(List<String> agents, int active, int freeSlots) {
    static Able of(AgentPool pool, Set<String> skills) {
        List<String> agents = new ArrayList<>();
        List<String> others = new ArrayList<>();
        int active = 0;
        int free = 0;
        for (AgentRuntime agent : pool.all()) {
            if (!agent.skills().containsAll(skills)) {
                continue;
            }
            if (agent.record().state() == AgentState.ACTIVE) {
                active++;
                free += Math.max(0, agent.room() - agent.used());
                agents.add(agent.id());
            } else {
                others.add(agent.id());
            }
        }
        agents.addAll(others);
        return new Able(agents.stream().limit(QueueStatus.MAX_AGENTS).toList(), active, free);
    }
}
