// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatcherTest {
    private static final EventCursor START = EventCursor.start(1);
    /** Nothing here tells of tasks that are there. */
    private static final TaskTenants NONE = new TaskTenants(id -> CompletableFuture.completedFuture(Optional.empty()));

    @TempDir
    private Path directory;

    private static EventBatch batch(String type) {
        Event event = new Event(0, 1, Instant.EPOCH, type, "a", "so", null, 0);
        return new EventBatch(List.of(event), START.after(event));
    }

    private Trail trail() {
        Settings settings = Server.settings(directory);
        return new Trail(settings.place(), () -> true, settings.audit(), Clock.systemUTC());
    }

    @Test
    void whatIsDurable_isPassed_andWhatIsLeftOutToo() {
        try (Trail trail = trail()) {
            trail.tend();
            Watcher watcher = new Watcher(new InMemoryPluginState(), trail, NONE, START, Clock.systemUTC());
            watcher.begin(START);
            watcher.told(batch("agent.active"));
            assertThat(watcher.cursor()).isEqualTo(batch("agent.active").next());
        }
        Watcher leavesOut = new Watcher(new InMemoryPluginState(), trail(), NONE, START, Clock.systemUTC());
        leavesOut.begin(START);
        leavesOut.told(batch("task.progress"));
        assertThat(leavesOut.cursor()).isEqualTo(batch("task.progress").next());
    }

    @Test
    void whatCannotBeRecorded_isNotPassed_andNotTriedAgainAtOnce() {
        Trail trail = trail();
        trail.tend();
        trail.close();
        Watcher watcher = new Watcher(new InMemoryPluginState(), trail, NONE, START, Clock.systemUTC());
        watcher.begin(START);
        long begun = System.nanoTime();
        watcher.told(batch("agent.active"));
        watcher.told(batch("agent.active"));
        assertThat(watcher.cursor()).isEqualTo(START);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
    }
}
