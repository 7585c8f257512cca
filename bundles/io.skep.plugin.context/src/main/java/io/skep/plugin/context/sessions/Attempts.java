// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.payload.Payload;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Follower;
import io.skep.plugin.context.items.ContextItem.Kind;
import io.skep.plugin.context.journal.SessionLog;
import io.skep.plugin.context.parts.Means;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the events, and appends what an agent was given and has answered to those of its sessions that want it and are of
 * the task's tenant: once for each attempt, also over restarts and swaps. Does so only while its generation serves.
 */
final class Attempts implements Follower.Reader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final String KEY = "sessions.attempts";
    private static final int SCHEMA = 1;
    private static final long FIND_SECONDS = 10;
    private static final Duration REST = Duration.ofMillis(500);
    /** What comes of keeping something, of this position too: it is no reason to keep it again. */
    private static final String KEPT = "plugin.state";
    /** After so many of these it is kept all the same, or it would be behind what the stream still has. */
    private static final int MOST_UNKEPT = 1_000;

    private final DiskSessions sessions;
    private final PluginState state;
    private final TaskService tasks;
    private final Codec codec;
    private final Follower follower;
    private volatile EventCursor cursor = EventCursor.of();
    private String kept = "";
    private boolean isNews;
    private int unkept;
    private boolean isActive;
    private boolean fromKept = true;

    /** Up to where the events have been read. */
    record Position(String cursor) {}

    Attempts(DiskSessions sessions, Means means) {
        this.sessions = sessions;
        this.state = means.orchestrator().state();
        this.tasks = means.orchestrator().tasks();
        this.codec = means.codec();
        this.follower = new Follower(means.orchestrator().events(), this, "skep-context-attempts");
    }

    void start() {
        follower.start();
    }

    @Nullable
    String trouble() {
        return follower.trouble();
    }

    @Override
    public void begin(EventCursor at) {
        if (fromKept) {
            fromKept = false;
            cursor = position().filter(its -> its.shards() == at.shards()).orElse(at);
        } else {
            LOG.warn("events are no longer there; some attempts are in no session");
            cursor = at;
        }
    }

    private Optional<EventCursor> position() {
        return state.get(KEY).filter(document -> document.schema() == SCHEMA).flatMap(document -> {
            try {
                return Optional.of(EventCursor.parse(
                        codec.readKept(document.json(), Position.class).cursor()));
            } catch (JsonProcessingException | IllegalArgumentException wrong) {
                LOG.warn("{} says nothing", KEY, wrong);
                return Optional.empty();
            }
        });
    }

    @Override
    public void told(EventBatch batch) {
        for (Event event : batch.events()) {
            isNews |= !event.type().equals(KEPT);
            unkept++;
            if (isActive && event.type().equals("task.completed") && event.agent() != null) {
                completed(event, event.agent());
            }
        }
        cursor = batch.next();
    }

    private void completed(Event event, String agent) {
        List<Session> wanting = sessions.of(agent).stream()
                .filter(session -> session.takesAttempts() && session.isOpen())
                .toList();
        if (!wanting.isEmpty()) {
            find(event.subject())
                    .ifPresent(task -> wanting.stream()
                            .filter(session ->
                                    session.tenant().equals(task.spec().tenant()))
                            .forEach(session -> append(session, task, agent)));
        }
    }

    private void append(Session session, Task task, String agent) {
        String input = task.spec().input();
        String said = task.spec().description() + (input == null ? "" : "\n" + input);
        String result = task.result() == null ? "" : task.result();
        boolean isPayload = Payload.referred(result).isPresent();
        List<Draft> drafts = List.of(
                new Draft(
                        Kind.MESSAGE, task.submittedAt().toEpochMilli(), "task:" + task.id(), said, null, null, false),
                new Draft(
                        isPayload ? Kind.ARTEFACT : Kind.MESSAGE,
                        task.since().toEpochMilli(),
                        agent,
                        result,
                        null,
                        null,
                        false));
        long key = SessionChanging.hash("attempt:" + task.id() + ':' + task.token());
        try {
            SessionLog log = sessions.log(session.id());
            DiskSessions.Appended done = log.change(sessions.appending(drafts, key));
            if (!done.repeated()) {
                sessions.appended(log, done.numbers());
            }
        } catch (Declination | Refusal refused) {
            LOG.warn("task {} is not in session {}: {}", task.id(), session.id(), refused.getMessage());
        }
    }

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
        boolean serves = state.isServing();
        if (serves && !isActive) {
            // The one before has gone on up to where it has kept, and no event is passed over.
            isActive = true;
            fromKept = true;
            follower.beginAnew();
            return Duration.ZERO;
        }
        isActive = serves;
        String now = cursor.toString();
        boolean isDue = isNews || unkept >= MOST_UNKEPT;
        if (serves && isDue && !now.equals(kept) && cursor.shards() > 0 && isOurs()) {
            kept = now;
            isNews = false;
            unkept = 0;
            state.put(KEY, new PluginState.Document(SCHEMA, codec.write(new Position(now))));
        }
        return REST;
    }

    /** What a later version has written is left alone; it reads the events from there, and keys keep attempts from being twice. */
    private boolean isOurs() {
        return state.get(KEY).map(document -> document.schema() <= SCHEMA).orElse(true);
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
