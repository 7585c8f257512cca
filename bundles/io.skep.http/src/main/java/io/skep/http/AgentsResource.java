// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Principal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.AgentState;
import io.skep.http.json.AgentJson;
import io.skep.http.json.AgentSpecJson;
import io.skep.http.json.Json;
import io.skep.http.json.TaskJson;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The agents, and what they ask for themselves. Thread-safe. */
final class AgentsResource {
    static final Duration MAX_WAIT = Duration.ofMinutes(1);

    private static final String BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int MAX_CLAIM = 1000;

    private final SecureRandom random = new SecureRandom();

    CompletionStage<Answer> register(Call call) {
        AgentSpec spec = call.body(in -> AgentSpecJson.read(in, newId(), owner(call)));
        return agents(call)
                .register(spec, false)
                .thenApply(registration -> Answer.json(201, json -> AgentJson.write(json, registration))
                        .header(
                                "Location",
                                "/api/v1/agents/" + registration.agent().id()));
    }

    CompletionStage<Answer> replace(Call call) {
        AgentSpec spec = call.body(in -> AgentSpecJson.read(in, call.id(), owner(call)));
        if (!spec.id().equals(call.id())) {
            throw Refusal.invalid("id", "id must be that of the path, or absent");
        }
        return agents(call)
                .register(spec, true)
                .thenApply(registration -> Answer.json(200, json -> AgentJson.write(json, registration)));
    }

    CompletionStage<Answer> list(Call call) {
        return Answer.json(200, Json.items(agents(call).list(), AgentJson::write))
                .now();
    }

    CompletionStage<Answer> get(Call call) {
        return agents(call)
                .find(call.id())
                .map(AgentsResource::agent)
                .orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no agent " + call.id()))
                .now();
    }

    CompletionStage<Answer> remove(Call call) {
        return agents(call).remove(call.id(), call.query().text("reason")).thenApply(AgentsResource::agent);
    }

    CompletionStage<Answer> drain(Call call) {
        return agents(call).drain(call.id(), call.query().text("reason")).thenApply(AgentsResource::agent);
    }

    CompletionStage<Answer> sleep(Call call) {
        return agents(call).sleep(call.id(), call.query().text("reason")).thenApply(AgentsResource::agent);
    }

    CompletionStage<Answer> wake(Call call) {
        return agents(call).wake(call.id(), call.query().text("reason")).thenApply(AgentsResource::agent);
    }

    private static @Nullable AgentState state(@Nullable String said) {
        for (AgentState state : List.of(AgentState.ACTIVE, AgentState.ASLEEP)) {
            if (state.wire().equals(said)) {
                return state;
            }
        }
        if (said != null) {
            throw Refusal.invalid("state", "must be active or asleep, not " + said);
        }
        return null;
    }

    CompletionStage<Answer> heartbeat(Call call) {
        return agents(call)
                .heartbeat(
                        call.id(),
                        call.caller().replacedAt(),
                        state(call.query().text("state")))
                .thenApply(heartbeat -> Answer.json(200, json -> AgentJson.write(json, heartbeat)));
    }

    CompletionStage<Answer> claim(Call call) {
        int max = call.query().integer("max", 1, 1, MAX_CLAIM);
        Duration wait = call.query().wait("wait", MAX_WAIT);
        return call.orchestrator().attempts().claim(call.id(), max, wait).thenApply(assignments -> {
            if (assignments.isEmpty()) {
                return Answer.noContent();
            }
            return Answer.json(200, Json.array(assignments, TaskJson::write));
        });
    }

    private static Answer agent(Agent agent) {
        return Answer.json(200, json -> AgentJson.write(json, agent));
    }

    /** Who is accountable for an agent that does not say: who registers it, and for one that does so itself its own owner. */
    private static String owner(Call call) {
        Principal who = call.caller().principal();
        return who.isAgent() ? Objects.requireNonNullElse(who.owner(), AgentSpec.DEFAULT_OWNER) : who.id();
    }

    private static AgentService agents(Call call) {
        return call.orchestrator().agents();
    }

    private String newId() {
        StringBuilder id = new StringBuilder("agent-");
        random.ints(8, 0, BASE_32.length()).forEach(i -> id.append(BASE_32.charAt(i)));
        return id.toString();
    }
}
