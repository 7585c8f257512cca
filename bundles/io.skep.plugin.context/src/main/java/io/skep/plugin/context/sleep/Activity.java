// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sleep;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.plugin.base.Follower;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * When each agent had something to do last, by the events of its tasks; what was before this began is not known, so that
 * nobody counts as idle for longer than this has looked. Thread-safe.
 */
final class Activity implements Follower.Reader, AutoCloseable {
    private static final Duration REST = Duration.ofSeconds(30);

    private final Map<String, Instant> last = new ConcurrentHashMap<>();
    private final Follower follower;
    private final Listener listener;
    private final Instant begun;
    private EventCursor cursor;

    /** Who is told what became of agents; quick, and does not fail. */
    interface Listener {
        void agent(String id, String state);
    }

    Activity(EventStream events, Instant begun, Listener listener) {
        this.begun = begun;
        this.listener = listener;
        this.cursor = events.end();
        this.follower = new Follower(events, this, "skep-sleep-events");
    }

    void start() {
        follower.start();
    }

    /** Since when it may have had nothing to do. */
    Instant since(String agent) {
        return last.getOrDefault(agent, begun);
    }

    /** Why it cannot follow, if it cannot. */
    @Nullable
    String trouble() {
        return follower.trouble();
    }

    @Override
    public void begin(EventCursor at) {
        cursor = at;
    }

    @Override
    public void told(EventBatch batch) {
        for (Event event : batch.events()) {
            String agent = event.agent();
            if (agent == null) {
                continue;
            }
            if (event.type().startsWith("task.")) {
                last.put(agent, event.at());
            } else if (event.type().startsWith("agent.")) {
                String state = event.type().substring("agent.".length());
                if (state.equals("removed")) {
                    last.remove(agent);
                }
                listener.agent(agent, state);
            }
        }
        cursor = batch.next();
    }

    @Override
    public Duration rest() {
        return REST;
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
