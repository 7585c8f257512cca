// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Follower;
import io.skep.plugin.security.audit.Actor;
import io.skep.plugin.security.audit.AuditEvent;
import io.skep.plugin.security.audit.Category;
import io.skep.plugin.security.audit.Outcome;
import io.skep.plugin.security.audit.Query;
import io.skep.plugin.security.audit.Receipt;
import io.skep.plugin.security.audit.Target;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the changes that core's log has: an event is durable there together with the change that it tells of, so nothing
 * that has happened is missing here, whatever dies when. Where it stands is kept every second; after a kill it repeats what it
 * cannot know to have recorded, and the facts {@code shard} and {@code event} of a record tell the same from the same again.
 * Used by the follower's thread.
 */
final class Watcher implements Follower.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    private static final String KEY = "audited-up-to";
    private static final int SCHEMA = 1;
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final long DURABLE_SECONDS = 30;
    /**
     * So many events that are not recorded, such as that of keeping where it stands, are no reason to keep it again; more are,
     * or it would be behind what the stream still has.
     */
    private static final int MOST_UNKEPT = 1_000;
    /** Steps of a task on its way, which its beginning and its end tell enough of; and documents of plugins. */
    private static final Set<String> LEFT_OUT = Set.of(
            "task.queued",
            "task.working",
            "task.progress",
            "task.usage",
            "task.selected",
            "task.admitted",
            "plugin.state");

    private final PluginState state;
    private final Trail trail;
    private final TaskTenants tenants;
    private final Clock clock;
    private EventCursor cursor;
    private Instant nextKept = Instant.MIN;
    private boolean isKept = true;
    private int unkept;
    private boolean begun;
    private boolean mayKeep = true;
    private boolean isFailing;

    Watcher(PluginState state, Trail trail, TaskTenants tenants, EventCursor end, Clock clock) {
        this.state = state;
        this.trail = trail;
        this.tenants = tenants;
        this.clock = clock;
        cursor = end;
    }

    @Override
    public void begin(EventCursor at) {
        EventCursor kept = kept();
        boolean first = !begun;
        begun = true;
        if (first && kept != null && kept.shards() == at.shards()) {
            cursor = kept;
            return;
        }
        if (!first || kept != null) {
            // The stream no longer has what follows: the record says that something is missing here.
            record(AuditEvent.of(Category.FINDING, Actor.SYSTEM, "detect", new Target("event", ""), Outcome.FAILURE)
                    .fact("reason", "events after " + (first ? kept : cursor) + " are gone from the log")
                    .fact("goes_on_at", at.toString()));
        }
        cursor = at;
        isKept = false;
    }

    private @Nullable EventCursor kept() {
        PluginState.Document document = state.get(KEY).orElse(null);
        if (document == null || document.schema() != SCHEMA) {
            // Of another version, which is left alone.
            mayKeep = document == null;
            return null;
        }
        try {
            return EventCursor.parse(document.json().replace("\"", ""));
        } catch (IllegalArgumentException strange) {
            LOG.warn("it is not known up to where events were audited", strange);
            return null;
        }
    }

    @Override
    public void told(EventBatch batch) {
        List<Event> recorded = batch.events().stream()
                .filter(event -> !LEFT_OUT.contains(event.type()))
                .toList();
        tenants.learn(recorded);
        CompletableFuture<Receipt> last = null;
        for (Event event : recorded) {
            AuditEvent record = of(event);
            last = trail.append(tenants.of(event)
                            .map(tenant -> record.fact(Query.TENANT, tenant))
                            .orElse(record))
                    .toCompletableFuture();
        }
        if (last == null || isDurable(last)) {
            cursor = batch.next();
            unkept += batch.events().size();
            isKept = isKept && recorded.isEmpty() && unkept < MOST_UNKEPT;
            isFailing = false;
        } else {
            // The same events are there at once again, and a log that has failed does not come back in a moment.
            // Closing
            // interrupts this thread, and so ends the wait.
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }

    private void record(AuditEvent event) {
        if (!isDurable(trail.append(event))) {
            LOG.warn("not recorded: {}", event.facts());
        }
    }

    /** Appends end in order, so that the last one being durable says it of all. */
    private boolean isDurable(CompletionStage<Receipt> last) {
        try {
            last.toCompletableFuture()
                    .orTimeout(DURABLE_SECONDS, TimeUnit.SECONDS)
                    .join();
            return true;
        } catch (CompletionException failed) {
            if (!isFailing) {
                LOG.warn("events wait for the audit log", failed.getCause());
            }
            isFailing = true;
            return false;
        }
    }

    static AuditEvent of(Event event) {
        int dot = event.type().indexOf('.');
        String type = dot < 0 ? event.type() : event.type().substring(0, dot);
        String action = dot < 0 ? "change" : event.type().substring(dot + 1);
        Category category = type.equals("plugin") || type.equals("flag") ? Category.LIFECYCLE : Category.API_ACTIVITY;
        boolean failed = action.equals("failed") || action.equals("rejected") || action.equals("lost");
        AuditEvent record = AuditEvent.of(
                        category,
                        event.agent() == null ? Actor.SYSTEM : Actor.agent(event.agent()),
                        action,
                        new Target(type, event.subject()),
                        failed ? Outcome.FAILURE : Outcome.SUCCESS)
                .fact("shard", Integer.toString(event.shard()))
                .fact("event", Long.toString(event.seq()))
                .fact("at", event.at().toString());
        return event.cause().isEmpty() ? record : record.fact("cause", event.cause());
    }

    @Override
    public Duration rest() {
        Instant now = clock.instant();
        if (mayKeep && !isKept && !now.isBefore(nextKept)) {
            nextKept = now.plus(EVERY);
            isKept = true;
            unkept = 0;
            state.put(KEY, new PluginState.Document(SCHEMA, '"' + cursor.toString() + '"'))
                    .whenComplete((done, refused) -> {
                        if (refused != null) {
                            LOG.debug("where the audit stands could not be kept", refused);
                        }
                    });
        }
        return EVERY;
    }

    @Override
    public EventCursor cursor() {
        return cursor;
    }
}
