// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.payload.PayloadService;
import io.skep.api.task.AttemptService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns everything that outlives a configuration: the agents, their running programs, the threads. A configuration claims
 * an agent by its id and releases it; what still runs then ends in peace. Thread-safe.
 */
@Component(service = ProcessSupervisor.class, immediate = true, configurationPid = "io.skep.agent.process.supervisor")
@Designate(ocd = SupervisorConfig.class)
public final class ProcessSupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSupervisor.class);
    /** Below the five seconds for which DS waits for a component. */
    private static final long STOP_MILLIS = 4_000;

    /**
     * An agent and the configuration that it comes from.
     *
     * @param source the file, or empty for an agent that has none
     */
    private record Claim(ConnectedAgent agent, Optional<String> source) {}

    private final AgentService agents;
    private final Path base;
    private final Tools tools;
    private final Map<String, Claim> claims = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> cleared;
    private volatile boolean stopped;

    /** Starts with what the framework and core offer. */
    @Activate
    public ProcessSupervisor(
            BundleContext context,
            @Reference AgentService agents,
            @Reference AttemptService attempts,
            @Reference PayloadService payloads,
            Map<String, Object> properties) {
        this(base(context), agents, attempts, payloads, System.getenv(), forgottenAfter(properties));
    }

    /**
     * Ends what an earlier server left, and later removes the agents that nobody claimed.
     *
     * @param base the instance's directory, which also names this server
     * @param environment of the server
     * @param forgottenAfter when unclaimed agents are removed
     */
    ProcessSupervisor(
            Path base,
            AgentService agents,
            AttemptService attempts,
            PayloadService payloads,
            Map<String, String> environment,
            Duration forgottenAfter) {
        this.base = base;
        this.agents = agents;
        Workers workers = new Workers();
        Retries retries = new Retries(workers);
        ProcessTable table = ProcessTable.ofThisMachine();
        this.tools = new Tools(
                attempts,
                payloads,
                new Outcomes(attempts, retries, () -> stopped),
                workers,
                retries,
                table,
                new Killer(table, workers, System::nanoTime),
                Gate.of(table, environment.getOrDefault("PATH", "")),
                base.toString(),
                Map.copyOf(environment));
        this.cleared = new Survivors(tools).endAll();
        workers.later(forgottenAfter, this::removeForgotten);
    }

    /** The instance's directory. */
    Path base() {
        return base;
    }

    /**
     * Adds an agent or changes it.
     *
     * @param source the file of the configuration
     * @throws BadSetting if another file has an agent of that id
     */
    void claim(Settings settings, String source) throws BadSetting {
        Claim claim = claims.compute(settings.id(), (id, before) -> {
            if (before != null && before.source().filter(s -> !s.equals(source)).isPresent()) {
                return before;
            }
            ConnectedAgent agent = before == null ? new ConnectedAgent(id, agents, tools, cleared) : before.agent();
            if (agent.isStopped()) {
                agent = new ConnectedAgent(id, agents, tools, agent.stop("it starts anew"));
            }
            agent.configure(settings, source);
            return new Claim(agent, Optional.of(source));
        });
        if (!claim.source().equals(Optional.of(source))) {
            throw new BadSetting(
                    "id", settings.id(), "is the agent of " + claim.source().orElse("") + " already");
        }
    }

    /** Lets an agent end what it has, and removes it. */
    void release(String id, String reason) {
        claims.computeIfPresent(id, (same, claim) -> leave(id, claim.agent(), reason, null));
    }

    /** Lets an agent end what it has, for so long at most, and removes it. */
    void release(String id, String reason, Duration atMost) {
        claims.computeIfPresent(id, (same, claim) -> leave(id, claim.agent(), reason, atMost));
    }

    /** Ends an agent's programs at once; it stays known and may come back. */
    void interrupt(String id) {
        claims.computeIfPresent(id, (same, claim) -> {
            claim.agent().stop("the agent stops").whenComplete((ended, failure) -> LOG.info("agent {} stopped", id));
            return new Claim(claim.agent(), Optional.empty());
        });
    }

    /** Only read at the start; not a reason to start anew and end every program. */
    @Modified
    void modified() {
        LOG.debug("the new settings hold from the next start on");
    }

    /** Ends every program, says so to core, and returns within four seconds. */
    @Deactivate
    public void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        CompletableFuture<Void> all = CompletableFuture.allOf(claims.values().stream()
                .map(claim -> claim.agent().stop("the server stops"))
                .toArray(CompletableFuture<?>[]::new));
        try {
            all.get(STOP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("some programs did not end in time; the next start ends them", e);
        }
        tools.workers().close();
    }

    private Claim leave(String id, ConnectedAgent agent, String reason, @Nullable Duration atMost) {
        agent.leave(reason, atMost, () -> forget(id, agent));
        return new Claim(agent, Optional.empty());
    }

    private void forget(String id, ConnectedAgent agent) {
        claims.computeIfPresent(id, (same, claim) -> claim.agent() == agent && agent.isLast() ? null : claim);
    }

    /** Removes agents whose file went while the server was down. All connected agents are taken as this bundle's. */
    private void removeForgotten() {
        for (Agent agent : agents.list()) {
            if (agent.connected()) {
                claims.computeIfAbsent(agent.id(), id -> {
                    ConnectedAgent forgotten = new ConnectedAgent(id, agents, tools, cleared);
                    return leave(id, forgotten, "it has no configuration any more", null);
                });
            }
        }
    }

    private static Path base(BundleContext context) {
        String base = context.getProperty("karaf.base");
        return Path.of(base == null ? "" : base).toAbsolutePath().normalize();
    }

    private static Duration forgottenAfter(Map<String, Object> properties) {
        try {
            return Duration.ofMillis(new Values(properties)
                    .number(
                            "forgotten.after.millis",
                            SupervisorConfig.FORGOTTEN_AFTER_MILLIS,
                            0,
                            SupervisorConfig.MAX_FORGOTTEN_AFTER_MILLIS));
        } catch (BadSetting e) {
            LOG.error("io.skep.agent.process.supervisor: {}; the default holds", e.getMessage());
            return Duration.ofMillis(SupervisorConfig.FORGOTTEN_AFTER_MILLIS);
        }
    }
}
