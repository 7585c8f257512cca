// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.admin.MetricSource;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.agent.Agent;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.store.StoreStatus;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.Task;
import io.skep.plugin.base.Follower;
import io.skep.plugin.monitoring.figures.Board;
import io.skep.plugin.monitoring.figures.Figure;
import io.skep.plugin.monitoring.figures.Flow;
import io.skep.plugin.monitoring.figures.Machine;
import io.skep.plugin.monitoring.figures.Survey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one generation at work over one orchestrator: what follows the events, and what looks at everything else.
 * Thread-safe.
 */
final class Monitoring implements Follower.Reader, AutoCloseable {
    private static final Duration METRICS_HOLD = Duration.ofMinutes(2);
    private static final long CHECK_MILLIS = 60_000;
    private static final long STORE_MILLIS = 10_000;

    private final Orchestrator orchestrator;
    private final EventStream events;
    private final PluginState state;
    private final Admin admin;
    private final MetricSource metrics;
    private final Settings settings;
    private final Clock clock;
    private final Follower follower;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private Flow flow;
    private volatile EventCursor cursor = EventCursor.of();
    private volatile Board board = Board.EMPTY;
    private volatile List<QueueStatus> queues = List.of();
    private volatile @Nullable StoreStatus store;
    private long nextLook;
    private long nextCheck;
    private long nextStore;

    Monitoring(Orchestrator orchestrator, Admin admin, MetricSource metrics, Clock clock, Settings settings) {
        this.orchestrator = orchestrator;
        this.events = orchestrator.events();
        this.state = orchestrator.state();
        this.admin = admin;
        this.metrics = metrics;
        this.settings = settings;
        this.clock = clock;
        this.flow = newFlow();
        this.follower = new Follower(events, this, "skep-monitoring");
    }

    private Flow newFlow() {
        return new Flow(settings.tasksMost(), settings.stuck().toMillis());
    }

    /** Begins to follow; completes after the first look. */
    CompletionStage<Void> start() {
        follower.start();
        return ready;
    }

    CompletionStage<Showing.Shows> figures(Showing.FiguresRequest asked) {
        return CompletableFuture.completedFuture(Showing.figures(asked, board));
    }

    Health health() {
        String trouble = follower.trouble();
        return trouble == null
                ? new Health(true, board.figures().size() + " figures as of " + board.at())
                : new Health(false, trouble);
    }

    @Override
    public void close() {
        follower.close();
        metrics.put(List.of(), Duration.ZERO);
    }

    @Override
    public void begin(EventCursor at) {
        flow = newFlow();
        flow.check(held(), clock.millis());
        cursor = at;
        nextLook = 0;
        nextCheck = clock.millis() + CHECK_MILLIS;
    }

    private List<Task> held() {
        List<Task> held = new ArrayList<>();
        for (Agent agent : orchestrator.agents().list()) {
            held.addAll(orchestrator.agents().held(agent.id()));
        }
        return held;
    }

    @Override
    public void told(EventBatch batch) {
        batch.events().forEach(flow::told);
        cursor = batch.next();
    }

    @Override
    public Duration rest() {
        long now = clock.millis();
        if (now >= nextLook) {
            look(now);
            nextLook = now + settings.look().toMillis();
        }
        return Duration.ofMillis(Math.max(1, nextLook - now));
    }

    @Override
    public EventCursor cursor() {
        return cursor;
    }

    private void look(long now) {
        if (now >= nextCheck && lag() == 0) {
            nextCheck = now + CHECK_MILLIS;
            flow.check(held(), now);
        }
        askAround(now);
        Instant at = Instant.ofEpochMilli(now);
        List<Figure> figures = new ArrayList<>();
        flow.figures(now, figures);
        Survey.queues(queues, at, figures);
        Survey.agents(orchestrator.agents().list(), at, figures);
        ofTheServer(figures);
        board = new Board(at, figures);
        if (state.isServing() && !state.isTrial()) {
            metrics.put(board.families(), METRICS_HOLD);
        }
        ready.complete(null);
    }

    /** What is answered later is looked at next time. */
    private void askAround(long now) {
        orchestrator.tasks().queues().thenAccept(all -> queues = all);
        StoreAdmin files = admin.store();
        if (files != null && now >= nextStore) {
            nextStore = now + STORE_MILLIS;
            files.status().thenAccept(status -> store = status);
        }
    }

    private void ofTheServer(List<Figure> figures) {
        Server server = admin.server();
        if (server != null) {
            Machine.core(server.figures(), figures);
        }
        Plugins plugins = admin.plugins();
        if (plugins != null) {
            Machine.plugins(plugins.list(), figures);
        }
        StoreStatus files = store;
        if (files != null) {
            Machine.store(files, figures);
        }
        Machine.jvm(figures);
    }

    /** How many events are there that were not read yet. */
    private long lag() {
        EventCursor end = events.end();
        EventCursor at = cursor;
        long lag = 0;
        for (int shard = 0; shard < end.shards() && shard < at.shards(); shard++) {
            lag += Math.max(0, end.seen(shard) - at.seen(shard));
        }
        return lag;
    }
}
