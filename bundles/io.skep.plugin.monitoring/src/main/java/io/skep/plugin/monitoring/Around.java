// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.agent.Agent;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.store.StoreStatus;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.Task;
import io.skep.plugin.monitoring.figures.Figure;
import io.skep.plugin.monitoring.figures.Machine;
import io.skep.plugin.monitoring.figures.Meaning;
import io.skep.plugin.monitoring.figures.Survey;
import io.skep.plugin.monitoring.performance.Performance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What core says when it is asked. What is answered later is looked at next time. Used by the follower's thread. */
final class Around {
    private static final Meaning LAG = Meaning.gauge(
            "monitoring", "skep_monitoring_lag_events", "events", "Events that the plugin has not read yet.");
    private static final Meaning UNREAD = Meaning.counter(
            "monitoring",
            "skep_monitoring_unread_tasks_total",
            "tasks",
            "Tasks that ended and could not be read, so that they are in no figures of task performance.");
    private static final long STORE_MILLIS = 10_000;
    private static final long READ_MILLIS = 2_000;

    private final Orchestrator orchestrator;
    private final Admin admin;
    private volatile @Nullable List<QueueStatus> queues;
    private volatile @Nullable StoreStatus store;
    private volatile boolean refused;
    private long nextStore;
    private long unread;

    Around(Orchestrator orchestrator, Admin admin) {
        this.orchestrator = orchestrator;
        this.admin = admin;
    }

    /** Asks what takes a moment. */
    void ask(long now) {
        orchestrator.tasks().queues().whenComplete((all, failed) -> {
            if (failed == null) {
                queues = all;
            } else {
                refused = true;
            }
        });
        StoreAdmin files = admin.store();
        if (files != null && now >= nextStore) {
            nextStore = now + STORE_MILLIS;
            files.status().thenAccept(status -> store = status);
        }
    }

    /** Whether the queues were answered once, or cannot be. */
    boolean isKnown() {
        return queues != null || refused;
    }

    /** What agents hold. */
    List<Task> held() {
        List<Task> held = new ArrayList<>();
        for (Agent agent : orchestrator.agents().list()) {
            held.addAll(orchestrator.agents().held(agent.id()));
        }
        return held;
    }

    /** Says how it stands. */
    void figures(Instant now, long lag, List<Figure> to) {
        List<QueueStatus> waiting = queues;
        if (waiting != null) {
            Survey.queues(waiting, now, to);
        }
        Survey.agents(orchestrator.agents().list(), now, to);
        Server server = admin.server();
        if (server != null) {
            Machine.core(server.figures(), to);
        }
        Plugins plugins = admin.plugins();
        if (plugins != null) {
            Machine.plugins(plugins.list(), to);
        }
        StoreStatus files = store;
        if (files != null) {
            Machine.store(files, to);
        }
        Machine.jvm(to);
        to.add(new Figure(LAG, "", Map.of(), (double) lag, Figure.NOW));
        to.add(new Figure(UNREAD, "", Map.of(), (double) unread, Figure.START));
    }

    /** Reads tasks that have ended, all of a batch at once, and waits for that: what was told is then known as a whole. */
    void read(List<String> ended, Performance performance) {
        List<CompletableFuture<Optional<Task>>> asked = new ArrayList<>();
        ended.forEach(id -> asked.add(orchestrator.tasks().find(id).toCompletableFuture()));
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READ_MILLIS);
        for (CompletableFuture<Optional<Task>> one : asked) {
            try {
                Optional<Task> task = one.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
                task.ifPresentOrElse(found -> ended(found, performance), () -> unread++);
            } catch (ExecutionException | TimeoutException missing) {
                unread++;
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** One that was queued again meanwhile counts when it ends again. */
    private static void ended(Task task, Performance performance) {
        if (task.state().isTerminal()) {
            performance.ended(task);
        }
    }

    /** Which versions there are now. */
    void sees(Performance performance, long now) {
        List<Agent> agents = orchestrator.agents().list();
        agents.forEach(
                agent -> performance.sees("agent", agent.id(), agent.spec().version(), now));
        performance.retain("agent", agents.stream().map(Agent::id).collect(Collectors.toSet()));
        Plugins plugins = admin.plugins();
        if (plugins != null) {
            Set<String> serving = new HashSet<>();
            for (PluginStatus plugin : plugins.list()) {
                if (plugin.state() == PluginStatus.State.SERVING) {
                    serving.add(plugin.name());
                    performance.sees("plugin", plugin.name(), plugin.version(), now);
                }
            }
            performance.retain("plugin", serving);
        }
    }
}
