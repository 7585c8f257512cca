// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code /agents}. Thread-safe. */
final class AgentCommands {
    private static final int MOST = 100;

    private final AgentService agents;

    /** One agent, as answers show it. */
    record Row(String id, String state, int busy, int slots, List<String> skills, String cause) {
        static Row of(Agent agent) {
            return new Row(
                    agent.id(),
                    agent.state().wire(),
                    agent.busy(),
                    agent.spec().slots(),
                    agent.spec().skillIds().stream().sorted().toList(),
                    agent.cause());
        }

        String line() {
            return id + "  " + state + "  " + busy + " of " + slots + " slots in use  " + String.join(",", skills);
        }
    }

    /** Some agents of all. */
    record Agents(int total, List<Row> agents) {}

    AgentCommands(AgentService agents) {
        this.agents = agents;
    }

    Entry entry() {
        return Entry.of(
                "agents",
                "Lists agents, shows one, or drains one",
                "[list | show AGENT | drain AGENT [REASON]]",
                List.of("list", "show", "drain"),
                this::run);
    }

    private CompletionStage<Said> run(Arguments arguments, Builtin.Caller caller) {
        String verb = arguments.word(0).orElse("list");
        return switch (verb) {
            case "list" -> CompletableFuture.completedFuture(list());
            case "show" -> CompletableFuture.completedFuture(show(arguments.word(1, "agent")));
            case "drain" -> {
                String reason = arguments.from(2);
                yield agents.drain(arguments.word(1, "agent"), reason.isEmpty() ? null : reason)
                        .thenApply(agent -> new Said(
                                "agent " + agent.id() + " is " + agent.state().wire(), Row.of(agent)));
            }
            default -> throw new Declination("/agents does list, show and drain, not " + Shown.of(verb));
        };
    }

    private Said list() {
        List<Agent> all = agents.list();
        List<Row> shown = all.stream().limit(MOST).map(Row::of).toList();
        List<String> lines = new ArrayList<>();
        lines.add(all.size()
                + (all.size() == 1 ? " agent" : " agents")
                + (all.size() > MOST ? ", the first " + MOST + ":" : ""));
        shown.forEach(agent -> lines.add(agent.line()));
        return new Said(String.join("\n", lines), new Agents(all.size(), shown));
    }

    private Said show(String id) {
        Agent agent = agents.find(id).orElseThrow(() -> new Declination("there is no agent " + Shown.of(id)));
        Row shown = Row.of(agent);
        return new Said(
                shown.line() + "\n" + agent.cause() + "\n" + agent.spec().description(), shown);
    }
}
