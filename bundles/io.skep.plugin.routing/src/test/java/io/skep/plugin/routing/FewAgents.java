// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Skill;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Agents of our own invention. */
final class FewAgents {
    private FewAgents() {}

    static Agent agent(String id, String description, String... skills) {
        List<Skill> all = new ArrayList<>();
        for (String skill : skills) {
            all.add(new Skill(skill.replace(' ', '-'), skill, "", Set.of(), List.of()));
        }
        AgentSpec spec = new AgentSpec(id, id, description, "1", all, 2, AgentSpec.DEFAULT_LEASE);
        Instant now = Instant.EPOCH;
        return new Agent(spec, true, AgentState.ACTIVE, "", now, now, 0, 0, null, List.of());
    }

    static List<Agent> crew() {
        return new ArrayList<>(List.of(
                agent("alice", "Writes and fixes web pages, forms and style sheets", "web"),
                agent("bob", "Tunes database queries, indexes and schemas", "database"),
                agent("carol", "Translates documents and letters into French and German", "translation"),
                agent("dave", "Plans journeys: flights, trains and hotels", "travel"),
                agent("erin", "Watches servers, disks and network alarms", "operations"),
                agent("frank", "", "cooking recipes")));
    }

    static AgentService service() {
        return service(crew());
    }

    /** The agents of a list, which may change. */
    static AgentService service(List<Agent> agents) {
        List<Agent> shared = Collections.synchronizedList(agents);
        return (AgentService) Proxy.newProxyInstance(
                AgentService.class.getClassLoader(),
                new Class<?>[] {AgentService.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "list" -> List.copyOf(shared);
                    case "find" -> Optional.ofNullable(find(shared, (String) arguments[0]));
                    case "held" -> List.of();
                    default -> CompletableFuture.completedFuture(null);
                });
    }

    private static Agent find(List<Agent> agents, String id) {
        for (Agent agent : List.copyOf(agents)) {
            if (agent.id().equals(id)) {
                return agent;
            }
        }
        return null;
    }
}
