// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.tracking;

import io.skep.api.agent.AgentService;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Follower;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the events on a thread of its own, and keeps the trees of tasks up to date by them. An event of a task that is known
 * is counted in constant time; one that is not is looked up, and its tree is tracked if it has a parent. Begins where the
 * version before had read to; where the events from there on are no longer there, every task that had not ended is looked
 * up, and children that came and went meanwhile are missing. Thread-safe.
 */
public final class Tracking implements Follower.Reader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracking.class);
    private static final long FIND_SECONDS = 10;
    /** Releasing none does nothing, in its turn. */
    private static final String NO_RESERVATION = "shared-state.none";

    private static final int MAX_DEPTH = 1000;
    private static final Map<String, TaskState> STATES = Arrays.stream(TaskState.values())
            .collect(Collectors.toUnmodifiableMap(state -> "task." + state.wire(), state -> state));

    private final EventStream events;
    private final TaskService tasks;
    private final AgentService agents;
    private final Clock clock;
    private final Duration keep;
    private final Duration catchUp;
    private final Trees trees;
    private final Durations durations = new Durations();
    private final Keeper keeper;
    private final Follower follower;
    private final Runnable besides;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile EventCursor cursor = EventCursor.of();
    private boolean begun;
    private boolean news;
    private long nextKeep;

    /**
     * What is tracked at most, and how often it is kept. Immutable.
     *
     * @param trees at most
     * @param tasks of one tree at most
     * @param inAll tasks of all trees at most
     * @param keep pause between two writes
     * @param catchUp how long a question waits, at most, for what has happened to be known
     */
    public record Settings(int trees, int tasks, int inAll, Duration keep, Duration catchUp) {
        /** As without configuration. */
        public static final Settings DEFAULT =
                new Settings(200, 500, 10_000, Duration.ofSeconds(5), Duration.ofMillis(500));
    }

    /**
     * Over an orchestrator.
     *
     * @param besides is run about once a second, on the thread that follows
     */
    public Tracking(Orchestrator orchestrator, Codec codec, Clock clock, Settings settings, Runnable besides) {
        this.events = orchestrator.events();
        this.tasks = orchestrator.tasks();
        this.agents = orchestrator.agents();
        this.clock = clock;
        this.keep = settings.keep();
        this.catchUp = settings.catchUp();
        this.besides = besides;
        this.trees = new Trees(settings.trees(), settings.tasks(), settings.inAll());
        this.keeper = new Keeper(orchestrator.state(), trees, durations, codec);
        this.follower = new Follower(events, this, "skep-tracking");
    }

    /** Begins; completes when everything that had happened by then is known. */
    public CompletionStage<Void> start() {
        follower.start();
        return ready;
    }

    /**
     * Completes with true when everything that anybody has been told by now is known, with false if that takes too long. Core
     * tells who asked a moment before everybody else; what it answers after that comes when everybody has been told.
     */
    CompletionStage<Boolean> caughtUp() {
        return agents.release(NO_RESERVATION)
                .handle((none, refused) -> true)
                .thenCompose(told -> follower.reached(events.end())
                        .completeOnTimeout(false, catchUp.toMillis(), TimeUnit.MILLISECONDS));
    }

    Trees trees() {
        return trees;
    }

    Durations durations() {
        return durations;
    }

    /** Why the events cannot be read, if that is so. */
    public @Nullable String trouble() {
        return follower.trouble();
    }

    /** What it comes to. */
    public String summary() {
        return trees.size() + " trees are tracked";
    }

    @Override
    public void begin(EventCursor at) {
        if (begun) {
            LOG.warn("events are no longer there; every task that had not ended is looked up");
            cursor = events.start();
            trees.live().forEach(id -> find(id).ifPresent(trees::replace));
        } else {
            begun = true;
            cursor = keeper.load().filter(kept -> kept.shards() == at.shards()).orElseGet(events::start);
        }
        follower.reached(events.end()).thenAccept(reached -> ready.complete(null));
    }

    @Override
    public void told(EventBatch batch) {
        for (Event event : batch.events()) {
            news |= !event.type().equals("plugin.state");
            TaskState state = STATES.get(event.type());
            if (state != null) {
                told(event, state);
            }
        }
        cursor = batch.next();
    }

    private void told(Event event, TaskState state) {
        if (trees.knows(event.subject())) {
            trees.became(event.subject(), state, event.at().toEpochMilli(), event.agent(), event.cause());
        } else {
            find(event.subject()).filter(task -> task.spec().parent() != null).ifPresent(this::add);
        }
        if (state == TaskState.COMPLETED) {
            find(event.subject()).ifPresent(durations::learn);
        }
    }

    private void add(Task task) {
        Deque<Task> line = new ArrayDeque<>(List.of(task));
        String parent = task.spec().parent();
        while (parent != null && line.size() < MAX_DEPTH) {
            Task above = find(parent).orElse(null);
            if (above == null) {
                // Its history was dropped: the oldest that is there stands for the root.
                break;
            }
            line.addFirst(above);
            parent = above.spec().parent();
        }
        trees.add(List.copyOf(line));
    }

    /** From memory, at once, unless the task has ended long ago. */
    private Optional<Task> find(String id) {
        try {
            return tasks.find(id).toCompletableFuture().get(FIND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("task {} cannot be looked up", id, failed);
        }
        return Optional.empty();
    }

    @Override
    public Duration rest() {
        long now = clock.millis();
        if (now >= nextKeep) {
            keeper.look(cursor, news);
            news = false;
            nextKeep = now + keep.toMillis();
        }
        besides.run();
        return Duration.ofMillis(Math.min(1000, nextKeep - now));
    }

    @Override
    public EventCursor cursor() {
        return cursor;
    }

    @Override
    public void close() {
        follower.close();
    }
}
