// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.admin.MetricSource;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Follower;
import io.skep.plugin.monitoring.figures.Anomalies;
import io.skep.plugin.monitoring.figures.Board;
import io.skep.plugin.monitoring.figures.Figure;
import io.skep.plugin.monitoring.figures.Flow;
import io.skep.plugin.monitoring.figures.Survey;
import io.skep.plugin.monitoring.objectives.Budget;
import io.skep.plugin.monitoring.objectives.Objective;
import io.skep.plugin.monitoring.objectives.Objectives;
import io.skep.plugin.monitoring.performance.Performance;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one generation at work over one orchestrator: what follows the events, and what looks at everything else.
 * Only the generation that serves decides, tells and writes; another one follows in its own memory, and begins anew from what
 * is kept when it comes to serve. Thread-safe.
 */
final class Monitoring implements Follower.Reader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);
    private static final Duration METRICS_HOLD = Duration.ofMinutes(2);
    private static final long CHECK_MILLIS = 60_000;
    /** When nothing can be kept, a full disk for instance, it is tried again after so long. */
    private static final long RELOAD_MILLIS = 2_000;

    private static final long ANOMALIES_MILLIS = 60_000;
    private static final String OBJECTIVE = "objective.";
    private static final String ANOMALIES = "anomalies";

    private final Orchestrator orchestrator;
    private final EventStream events;
    private final PluginState state;
    private final MetricSource metrics;
    private final Settings settings;
    private final Clock clock;
    private final Codec codec;
    private final Vault vault;
    private final Around around;
    private final Alerting alerting;
    private final Follower follower;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private Flow flow;
    private Objectives objectives;
    private Anomalies anomalies;
    private volatile Performance performance;
    private volatile EventCursor cursor = EventCursor.of();
    private volatile Board board = Board.EMPTY;
    private boolean begun;
    private boolean reloading;
    private boolean serves;
    private boolean settled;
    private boolean counted;
    private long nextLook;
    private long nextCheck;
    private long nextKeep;
    private long nextReload;
    private long nextAnomalies;

    Monitoring(
            Orchestrator orchestrator, Admin admin, MetricSource metrics, Clock clock, Codec codec, Settings settings) {
        this.orchestrator = orchestrator;
        this.events = orchestrator.events();
        this.state = orchestrator.state();
        this.metrics = metrics;
        this.settings = settings;
        this.clock = clock;
        this.codec = codec;
        this.vault = new Vault(orchestrator.documents(), codec);
        this.around = new Around(orchestrator, admin);
        this.alerting = new Alerting(orchestrator, vault, codec, settings.alerts());
        this.objectives = new Objectives(settings.objectives(), name -> Optional.empty());
        this.flow = newFlow();
        this.anomalies = new Anomalies(Anomalies.Kept.NONE);
        this.performance = new Performance(codec, settings.namesMost(), vault);
        this.follower = new Follower(events, this, "skep-monitoring");
    }

    private Flow newFlow() {
        return new Flow(settings.tasksMost(), settings.stuck().toMillis(), new Flow.Listener() {
            @Override
            public void waited(long at, long millis) {
                objectives.took(Objective.Kind.START, at, millis);
            }

            @Override
            public void ran(long at, long millis) {
                objectives.took(Objective.Kind.RUN, at, millis);
            }
        });
    }

    /** Begins to follow; completes after the first look. */
    CompletionStage<Void> start() {
        follower.start();
        return ready;
    }

    Board board() {
        return board;
    }

    Alerting alerting() {
        return alerting;
    }

    Performance performance() {
        return performance;
    }

    long now() {
        return clock.millis();
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
        alerting.close();
        metrics.put(List.of(), Duration.ZERO);
    }

    /** Goes on from where what is kept counts up to, unless the events no longer go back so far. */
    @Override
    public void begin(EventCursor at) {
        long now = clock.millis();
        serves = isServing();
        EventCursor kept = vault.load();
        boolean goesOn = kept != null && kept.shards() == at.shards() && (!begun || reloading);
        if (begun && !reloading) {
            LOG.warn("events are gone that were not read; what happened in them counts nowhere");
        }
        begun = true;
        reloading = false;
        settled = false;
        counted = false;
        objectives = new Objectives(settings.objectives(), name -> vault.read(OBJECTIVE + name, Budget.Kept.class));
        anomalies = new Anomalies(vault.read(ANOMALIES, Anomalies.Kept.class).orElse(Anomalies.Kept.NONE));
        performance = new Performance(codec, settings.namesMost(), vault);
        alerting.begin(now);
        flow = newFlow();
        cursor = goesOn && kept != null ? kept : at;
        nextLook = 0;
        nextCheck = 0;
        nextKeep = now + settings.keep().toMillis();
    }

    @Override
    public void told(EventBatch batch) {
        List<String> ended = new ArrayList<>();
        for (Event event : batch.events()) {
            flow.told(event);
            alerting.told(event);
            TaskState became = Flow.state(event);
            if (became != null && became.isTerminal()) {
                ended.add(event.subject());
                if (became == TaskState.COMPLETED || became == TaskState.FAILED) {
                    objectives.ended(event.at().toEpochMilli(), became == TaskState.COMPLETED);
                }
            }
        }
        around.read(ended, performance);
        counted |= !batch.events().isEmpty();
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

    private boolean isServing() {
        return state.isServing() && !state.isTrial();
    }

    private void look(long now) {
        boolean isNow = isServing();
        if (isNow && (!serves || (vault.isLost() && now >= nextReload))) {
            nextReload = now + RELOAD_MILLIS;
            reload();
        }
        serves = isNow;
        long lag = lag();
        settled |= lag == 0 && around.isKnown();
        if (lag == 0 && now >= nextCheck) {
            flow.check(around.held(), now, nextCheck != 0);
            nextCheck = now + CHECK_MILLIS;
        }
        board = newBoard(now, lag);
        around.sees(performance, now);
        if (serves) {
            metrics.put(board.families(), METRICS_HOLD);
        }
        if (serves && settled && !reloading && !vault.isBusy()) {
            alerting.look(board, now);
            keep(now);
        }
        ready.complete(null);
    }

    /** Somebody else wrote, or did until now: goes on from that. */
    private void reload() {
        reloading = true;
        follower.beginAnew();
    }

    private Board newBoard(long now, long lag) {
        around.ask(now);
        List<Figure> figures = new ArrayList<>();
        flow.figures(now, figures);
        around.figures(Instant.ofEpochMilli(now), lag, figures);
        objectives.figures(now, figures);
        anomalies.figures(now, figures);
        return new Board(Instant.ofEpochMilli(now), figures);
    }

    /** Keeps what is new: at once if it is of alerts, else now and then. Always all of it, up to one event. */
    private void keep(long now) {
        boolean urgent = alerting.isChanged();
        boolean due = now >= nextKeep && (counted || now >= nextAnomalies);
        if (!urgent && !due) {
            return;
        }
        Map<String, Optional<Object>> written = new HashMap<>(performance.changes());
        objectives.kept().forEach((name, its) -> written.put(OBJECTIVE + name, Optional.of(its)));
        alerting.changes(written);
        if (now >= nextAnomalies) {
            written.put(ANOMALIES, Optional.of(anomalies.kept()));
            nextAnomalies = now + ANOMALIES_MILLIS;
        }
        counted = false;
        nextKeep = now + settings.keep().toMillis();
        vault.commit(written, cursor);
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

    /** The ids of tasks that are stuck, for tests. */
    List<String> stuck() {
        return flow.stuck(clock.millis(), Survey.MOST);
    }

    /** What is kept under a key, for tests of what a next version starts from. */
    @Nullable
    String kept(String key) {
        return orchestrator.documents().get(key).map(PluginState.Document::json).orElse(null);
    }
}
