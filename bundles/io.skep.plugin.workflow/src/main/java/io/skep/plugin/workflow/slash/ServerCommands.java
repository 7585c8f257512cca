// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.api.admin.Figures;
import io.skep.api.admin.Flags;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.QueueStatus;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.slash.Builtin.Caller;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /status}, {@code /metrics}, {@code /flags}, {@code /plugins} and {@code /capabilities}. Thread-safe. */
final class ServerCommands {
    private static final int MOST_QUEUES = 20;

    private final Orchestrator orchestrator;
    private final Admin admin;

    /** How the server is. */
    record Status(
            @Nullable String version,
            List<String> notReady,
            Map<String, Integer> agentsByState,
            int busy,
            int slots,
            int waiting,
            int queues,
            int capabilities) {}

    /** A queue. */
    record Queue(List<String> skills, String tenant, int depth, double inPerSecond, double outPerSecond) {}

    /** A generation of a plugin. */
    record Generation(
            String plugin, String version, long generation, String state, long calls, long errors, long p99Micros) {}

    /** Figures. */
    record Metrics(
            @Nullable Map<String, Integer> tasksInMemory,
            @Nullable Long records,
            @Nullable Long commits,
            @Nullable Long projectionLag,
            @Nullable Integer waitingClaims,
            List<Queue> queues,
            List<Generation> plugins) {}

    /** A flag. */
    record FlagShown(String capability, String rule, boolean offered) {}

    /** The flags. */
    record FlagsShown(boolean legacyMode, List<FlagShown> flags) {}

    /** A capability. */
    record Offered(String capability, List<String> operations) {}

    /** What can be called. */
    record Offers(List<Offered> capabilities) {}

    /** The generations that are there. */
    record Generations(List<Generation> plugins) {}

    ServerCommands(Orchestrator orchestrator, Admin admin) {
        this.orchestrator = orchestrator;
        this.admin = admin;
    }

    List<Entry> entries() {
        return List.of(
                Entry.of("status", "Says how the server, its agents and its queues are", "", List.of(), this::status),
                Entry.of("metrics", "Shows figures of the moment", "", List.of(), this::metrics),
                Entry.of("flags", "Shows which capabilities are switched on", "[CAPABILITY]", List.of(), this::flags),
                Entry.of("plugins", "Lists the plugins and their generations", "", List.of(), this::plugins),
                Entry.of(
                        "capabilities", "Lists what plugins offer now", "[CAPABILITY]", List.of(), this::capabilities));
    }

    private CompletionStage<Said> status(Arguments arguments, Caller caller) {
        return orchestrator.tasks().queues().thenApply(queues -> {
            List<Agent> agents = orchestrator.agents().list();
            Map<String, Integer> states = new TreeMap<>();
            agents.forEach(agent -> states.merge(agent.state().wire(), 1, Integer::sum));
            List<Agent> active =
                    agents.stream().filter(a -> a.state() == AgentState.ACTIVE).toList();
            Status status = new Status(
                    admin.server().map(Server::version).orElse(null),
                    admin.server().map(Server::notReady).orElse(List.of()),
                    states,
                    active.stream().mapToInt(Agent::busy).sum(),
                    active.stream().mapToInt(a -> a.spec().slots()).sum(),
                    queues.stream().mapToInt(QueueStatus::depth).sum(),
                    (int) queues.stream().filter(queue -> queue.depth() > 0).count(),
                    orchestrator.capabilities().size());
            return new Said(text(status), status);
        });
    }

    private static String text(Status status) {
        String ready = status.notReady().isEmpty() ? "ready" : "not ready: " + String.join("; ", status.notReady());
        return (status.version() == null ? "" : "version " + status.version() + ", " + ready + "\n")
                + "agents: " + status.agentsByState() + "\n"
                + "slots of active agents: " + status.busy() + " of " + status.slots() + " in use\n"
                + "tasks that wait: " + status.waiting() + " in " + status.queues() + " queues\n"
                + "capabilities: " + status.capabilities();
    }

    private CompletionStage<Said> metrics(Arguments arguments, Caller caller) {
        return orchestrator.tasks().queues().thenApply(queues -> {
            Figures figures = admin.server().map(Server::figures).orElse(null);
            Map<String, Integer> tasks = new TreeMap<>();
            if (figures != null) {
                figures.tasks().forEach((state, count) -> tasks.put(state.wire(), count));
            }
            Metrics metrics = new Metrics(
                    figures == null ? null : tasks,
                    figures == null ? null : figures.records(),
                    figures == null ? null : figures.commits(),
                    figures == null ? null : figures.projectionLag(),
                    figures == null ? null : figures.waitingClaims(),
                    queues.stream()
                            .limit(MOST_QUEUES)
                            .map(ServerCommands::queue)
                            .toList(),
                    generations());
            return new Said(text(metrics), metrics);
        });
    }

    private static String text(Metrics metrics) {
        List<String> lines = new ArrayList<>();
        if (metrics.tasksInMemory() != null) {
            lines.add("tasks in memory: " + metrics.tasksInMemory());
            lines.add("log: " + metrics.records() + " records in " + metrics.commits() + " commits, projection lags by "
                    + metrics.projectionLag());
            lines.add("claims that wait: " + metrics.waitingClaims());
        }
        metrics.queues()
                .forEach(queue -> lines.add(
                        "queue " + queue.skills() + " of " + queue.tenant() + ": " + queue.depth() + " wait"));
        metrics.plugins().forEach(generation -> lines.add(line(generation)));
        return lines.isEmpty() ? "no figures" : String.join("\n", lines);
    }

    private static Queue queue(QueueStatus queue) {
        return new Queue(
                queue.skills().stream().sorted().toList(),
                queue.tenant(),
                queue.depth(),
                queue.inPerSecond(),
                queue.outPerSecond());
    }

    private List<Generation> generations() {
        return admin.plugins().map(Plugins::list).orElse(List.of()).stream()
                .map(ServerCommands::generation)
                .toList();
    }

    private static Generation generation(PluginStatus status) {
        return new Generation(
                status.name(),
                status.version(),
                status.generation(),
                status.state().wire(),
                status.load().calls(),
                status.load().errors(),
                status.load().p99Micros());
    }

    private static String line(Generation generation) {
        return "plugin " + generation.plugin() + ' ' + generation.version() + ": " + generation.state() + ", "
                + generation.calls() + " calls, " + generation.errors() + " errors, p99 " + generation.p99Micros()
                + " µs";
    }

    private CompletionStage<Said> plugins(Arguments arguments, Caller caller) {
        if (admin.plugins().isEmpty()) {
            throw new Declination("the server does not say now which plugins there are");
        }
        List<Generation> generations = generations();
        String text = generations.stream().map(ServerCommands::line).collect(Collectors.joining("\n"));
        return CompletableFuture.completedFuture(new Said(text, new Generations(generations)));
    }

    private CompletionStage<Said> flags(Arguments arguments, Caller caller) {
        Flags flags =
                admin.flags().orElseThrow(() -> new Declination("the server does not say now which flags there are"));
        String only = arguments.word(0).orElse(null);
        List<FlagShown> shown = flags.list().stream()
                .filter(flag -> only == null || flag.capability().equals(only))
                .map(flag -> new FlagShown(flag.capability(), flag.rule().toString(), flag.offered()))
                .toList();
        if (shown.isEmpty() && only != null) {
            throw new Declination("there is no flag " + Shown.of(only));
        }
        String text = "legacy mode is " + (flags.legacyMode() ? "on" : "off") + "\n"
                + shown.stream()
                        .map(flag -> flag.capability() + " = " + flag.rule()
                                + (flag.offered() ? "" : " (nobody offers it now)"))
                        .collect(Collectors.joining("\n"));
        return CompletableFuture.completedFuture(new Said(text, new FlagsShown(flags.legacyMode(), shown)));
    }

    private CompletionStage<Said> capabilities(Arguments arguments, Caller caller) {
        String only = arguments.word(0).orElse(null);
        List<Offered> offered = orchestrator.capabilities().stream()
                .filter(capability -> only == null || capability.id().equals(only))
                .map(ServerCommands::offered)
                .toList();
        if (offered.isEmpty() && only != null) {
            throw new Declination("nobody offers " + Shown.of(only) + " now");
        }
        String text = offered.stream()
                .map(offer -> offer.capability() + ": " + String.join(", ", offer.operations()))
                .collect(Collectors.joining("\n"));
        return CompletableFuture.completedFuture(
                new Said(text.isEmpty() ? "no plugin offers anything now" : text, new Offers(offered)));
    }

    static Offered offered(Capability capability) {
        return new Offered(
                capability.id(),
                capability.operations().stream().map(Operation::name).toList());
    }
}
