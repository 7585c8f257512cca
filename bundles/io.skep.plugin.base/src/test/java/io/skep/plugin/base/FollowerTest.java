// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.testkit.plugin.InMemoryEvents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final InMemoryEvents events = new InMemoryEvents();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<EventBatch>> asked = new CopyOnWriteArrayList<>();
    private volatile Refusal refusal;
    private volatile boolean silent;
    private volatile EventCursor cursor = EventCursor.of();
    private final Follower follower = new Follower(new Stream(), new Noting(), "test-follower");

    /** The events, unless they are refused or never come. */
    private final class Stream implements EventStream {
        @Override
        public EventCursor start() {
            return events.start();
        }

        @Override
        public EventCursor end() {
            return events.end();
        }

        @Override
        public CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait) {
            Refusal now = refusal;
            CompletableFuture<EventBatch> next = now != null
                    ? CompletableFuture.failedFuture(now)
                    : silent
                            ? new CompletableFuture<>()
                            : events.next(from, max, wait).toCompletableFuture();
            asked.add(next);
            return next;
        }
    }

    private final class Noting implements Follower.Reader {
        @Override
        public void begin(EventCursor at) {
            told.add("begin " + at);
            cursor = at;
        }

        @Override
        public void told(EventBatch batch) {
            batch.events().forEach(event -> told.add(event.subject()));
            cursor = batch.next();
        }

        @Override
        public Duration rest() {
            return Duration.ofSeconds(1);
        }

        @Override
        public EventCursor cursor() {
            return cursor;
        }
    }

    @AfterEach
    void close() {
        follower.close();
    }

    private void tell(String subject) {
        events.tell("task.queued", subject, "", null, 0);
    }

    private boolean reached(EventCursor target) {
        return follower.reached(target).orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Test
    void follower_beginsAtTheEnd_andIsToldWhatComes() {
        tell("before");
        follower.start();
        assertThat(reached(events.end())).isTrue();
        tell("one");
        tell("two");

        assertThat(reached(events.end())).isTrue();
        assertThat(told).containsExactly("begin 1", "one", "two");
        assertThat(follower.trouble()).isNull();
    }

    @Test
    void streamThatRefuses_isTriedAgain_fromWhereItWas() {
        follower.start();
        assertThat(reached(events.end())).isTrue();
        refusal = Refusal.of(Refusal.Reason.UNAVAILABLE, "the store stopped");
        await().atMost(LONG).until(() -> follower.trouble() != null);
        assertThat(follower.trouble()).isEqualTo("the events cannot be read: the store stopped");
        tell("meanwhile");
        refusal = null;

        assertThat(reached(events.end())).isTrue();
        await().atMost(LONG).until(() -> follower.trouble() == null);
        assertThat(told).containsExactly("begin 0", "meanwhile");
    }

    @Test
    void positionThatIsNoLongerThere_meansToBeginAnewAtTheEnd() {
        follower.start();
        assertThat(reached(events.end())).isTrue();
        refusal = Refusal.of(Refusal.Reason.NOT_FOUND, "events are gone");
        tell("lost");
        tell("lost too");
        await().atMost(LONG).until(() -> told.contains("begin 2"));
        refusal = null;

        assertThat(reached(events.end())).isTrue();
    }

    @Test
    void beginningAnew_keepsThePlaceInTheStream() {
        follower.start();
        tell("one");
        assertThat(reached(events.end())).isTrue();
        follower.beginAnew();
        tell("two");

        await().atMost(LONG)
                .until(() ->
                        told.stream().filter(word -> word.startsWith("begin")).count() == 2);
        assertThat(reached(events.end())).isTrue();
        assertThat(told).endsWith("begin 2");
    }

    @Test
    void closed_itHasLeftNothingBehind_andNobodyWaitsForIt() {
        silent = true;
        follower.start();
        await().atMost(LONG).until(() -> !asked.isEmpty());
        CompletableFuture<Boolean> waiting = follower.reached(EventCursor.of(99));

        follower.close();
        follower.close();

        assertThat(asked).allMatch(CompletableFuture::isCancelled);
        assertThat(waiting).isCompletedWithValue(false);
        assertThat(follower.reached(EventCursor.of(99))).isCompletedWithValue(false);
        assertThat(follower.trouble()).isEqualTo("the thread that follows the events has ended");
    }
}
