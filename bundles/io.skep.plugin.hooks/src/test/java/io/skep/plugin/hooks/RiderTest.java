// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.plugin.base.Codec;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hooks on a stream that tells as many events a second as it is to, and has only the last of them. */
class RiderTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int RETAINED = 5_000;
    private static final int HOOKS = 10;

    private final InMemoryPluginState kept = new InMemoryPluginState();
    private volatile boolean serving = true;
    private final PluginState state = (PluginState) Proxy.newProxyInstance(
            PluginState.class.getClassLoader(),
            new Class<?>[] {PluginState.class},
            (proxy, method, arguments) ->
                    method.getName().equals("isServing") ? serving : method.invoke(kept, arguments));
    private final Flood flood = new Flood();
    private final FakeOrchestrator orchestrator = new FakeOrchestrator(state)
            .with(flood)
            .answering(
                    Offer.CAPABILITIES, request -> CompletableFuture.completedFuture(new IntegrationResponse.Gone("")));
    private final AtomicLong looks = new AtomicLong();
    /** Counts how often it is looked which capabilities are on. */
    private final Orchestrator looked = (Orchestrator) Proxy.newProxyInstance(
            Orchestrator.class.getClassLoader(), new Class<?>[] {Orchestrator.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("capabilities")) {
                    looks.incrementAndGet();
                }
                return method.invoke(orchestrator, arguments);
            });

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger mostHeld = new AtomicInteger();
    private final CountDownLatch slow = new CountDownLatch(1);
    private final Documents documents = new Documents(state, new Codec());
    private final Letters letters = new Letters(documents, 3);
    private Riders riders = riders();

    /** One event of a hundred is {@code agent.lost}, the others {@code task.progress}. */
    private static final class Flood implements EventStream {
        private final AtomicLong told = new AtomicLong();

        @Override
        public EventCursor start() {
            return EventCursor.of(Math.max(0, told.get() - RETAINED));
        }

        @Override
        public EventCursor end() {
            return EventCursor.of(told.get());
        }

        @Override
        public CompletionStage<EventBatch> next(EventCursor from, int max, Duration wait) {
            long end = told.get();
            if (from.seen(0) < end - RETAINED) {
                return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.NOT_FOUND, "trimmed"));
            }
            List<Event> events = new ArrayList<>();
            for (long seq = from.seen(0) + 1; seq <= end && events.size() < max; seq++) {
                String type = seq % 100 == 0 ? "agent.lost" : "agent.active";
                events.add(new Event(0, seq, Instant.EPOCH, type, "a" + seq, "", null, 0));
            }
            EventBatch batch = new EventBatch(events, EventCursor.of(from.seen(0) + events.size()));
            return events.isEmpty()
                    ? new CompletableFuture<EventBatch>().completeOnTimeout(batch, 20, TimeUnit.MILLISECONDS)
                    : CompletableFuture.completedFuture(batch);
        }
    }

    private Riders riders() {
        Target target = (hook, happening) -> {
            if (hook.called().equals("slow")) {
                mostHeld.accumulateAndGet(held.incrementAndGet(), Math::max);
                return CompletableFuture.supplyAsync(() -> {
                    try {
                        slow.await(5, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    held.decrementAndGet();
                    return Outcome.passed("");
                });
            }
            delivered.incrementAndGet();
            return CompletableFuture.completedFuture(
                    hook.called().equals("bad") ? Outcome.failed("no") : Outcome.passed(""));
        };
        Runner runner = new Runner(
                Map.of(HookSpec.WEBHOOK, target), new Costs(documents, Settings.DEFAULT), timer, Clock.systemUTC());
        Places places = new Places(documents, flood, Duration.ofMillis(100));
        return new Riders(looked, runner, letters, places, new Codec(), Clock.systemUTC());
    }

    private static HookSpec hook(String name, String more) {
        return new Codec()
                .read(
                        "{\"name\":\"" + name + "\",\"kind\":\"webhook\",\"url\":\"http://x\"," + more + "}",
                        HookSpec.class)
                .valid();
    }

    @AfterEach
    void end() {
        slow.countDown();
        riders.close();
        timer.shutdownNow();
    }

    private long lag(String hook) {
        return riders.find(hook).lag();
    }

    private Place place(String hook) {
        Place place = riders.find(hook).place();
        return place == null ? Place.at(flood.end()) : place;
    }

    @Test
    void manyEventsASecond_areReadByTenHooks_andASlowOneFallsBehindWithoutHoldingThem() {
        List<HookSpec> hooks = new ArrayList<>();
        for (int i = 1; i < HOOKS; i++) {
            hooks.add(hook("hook-" + i, "\"on\":[\"agent.lost\"]"));
        }
        hooks.add(hook("slow", "\"on\":[\"agent.*\"]"));
        riders.run(hooks);
        for (HookSpec hook : hooks) {
            await().atMost(LONG).until(() -> riders.find(hook.called()).place() != null);
        }
        // As many as come in a second and a half at 10,000 a second, in steps of a tenth; but no faster than that those
        // can
        // read which nobody holds up, so that what the log has no more by then is what the slow one missed.
        for (int step = 0; step < 15; step++) {
            flood.told.addAndGet(1_000);
            await().pollDelay(Duration.ofMillis(100))
                    .atMost(LONG)
                    .until(() -> hooks.stream()
                            .map(HookSpec::called)
                            .filter(name -> !name.equals("slow"))
                            .allMatch(name -> lag(name) <= RETAINED - 1_000));
        }
        await().atMost(LONG).until(() -> delivered.get() == 9 * 150);
        for (int i = 1; i < HOOKS; i++) {
            String name = "hook-" + i;
            await().atMost(LONG).until(() -> lag(name) == 0 && place(name).missed() == 0);
        }
        assertThat(lag("slow")).isEqualTo(15_000);
        await().atMost(LONG).until(() -> held.get() == 1);
        assertThat(mostHeld.get()).as("of its concurrency").isEqualTo(1);
        slow.countDown();
        // What the log no longer has when it comes to it is counted, and told.
        await().atMost(LONG).until(() -> lag("slow") == 0);
        Place place = place("slow");
        assertThat(place.missed()).isPositive();
        assertThat(place.missed() + place.delivered()).isEqualTo(15_000);
        await().atMost(LONG)
                .until(() -> orchestrator.notices().stream()
                        .anyMatch(notice -> notice.type().equals("hooks.missed")
                                && notice.subject().equals("slow")));
    }

    @Test
    void deadLetters_areBounded_andTheHookWaitsForRoom() {
        riders.run(List.of(hook("bad", "\"on\":[\"agent.lost\"],\"attempts\":1")));
        await().atMost(LONG).until(() -> riders.find("bad").place() != null);
        flood.told.addAndGet(1_000);
        await().atMost(LONG)
                .until(() -> letters.count() == 3 && !riders.troubles().isEmpty());
        assertThat(riders.troubles()).singleElement().asString().contains("no room for another dead letter");
        assertThat(lag("bad")).isGreaterThan(500);
        assertThat(letters.list("bad", 10)).extracting(Letters.Letter::subject).containsExactly("a100", "a200", "a300");
        letters.remove("bad:00-100").toCompletableFuture().join();
        await().atMost(LONG)
                .until(() -> letters.list("bad", 10).stream()
                        .anyMatch(letter -> letter.subject().equals("a400")));
    }

    @Test
    void generationThatDoesNotServe_deliversNothing() {
        serving = false;
        riders.run(List.of(hook("hook", "\"on\":[\"agent.lost\"]")));
        flood.told.addAndGet(1_000);
        await().during(Duration.ofMillis(300)).until(() -> delivered.get() == 0);
        assertThat(riders.find("hook").place()).isNull();
        serving = true;
        await().atMost(LONG).until(() -> riders.find("hook").place() != null);
    }

    @Test
    void hooks_restWhileTheCapabilityIsSwitchedOff_andGoOnWhereTheyStood() {
        riders.run(List.of(hook("hook", "\"on\":[\"agent.lost\"]")));
        await().atMost(LONG).until(() -> riders.find("hook").place() != null);
        orchestrator.answering(
                List.of(), request -> CompletableFuture.completedFuture(new IntegrationResponse.Gone("")));
        // The second time that it looks whether it is on, it has long done with what it did before.
        long before = looks.get();
        await().atMost(LONG).until(() -> looks.get() >= before + 2);
        flood.told.addAndGet(1_000);
        await().during(Duration.ofMillis(300)).until(() -> delivered.get() == 0);
        orchestrator.answering(
                Offer.CAPABILITIES, request -> CompletableFuture.completedFuture(new IntegrationResponse.Gone("")));
        await().atMost(LONG).until(() -> delivered.get() == 10);
    }

    @Test
    void nextRiders_goOnWhereTheLastStood() {
        List<HookSpec> hooks = List.of(hook("hook", "\"on\":[\"agent.lost\"]"));
        riders.run(hooks);
        await().atMost(LONG).until(() -> riders.find("hook").place() != null);
        flood.told.addAndGet(1_000);
        await().atMost(LONG).until(() -> delivered.get() == 10 && lag("hook") == 0);
        riders.close();
        flood.told.addAndGet(500);
        riders = riders();
        riders.run(hooks);
        await().atMost(LONG).until(() -> delivered.get() == 15);
        await().during(Duration.ofMillis(200)).until(() -> delivered.get() == 15);
        assertThat(place("hook").delivered()).isEqualTo(15);
    }

    @Test
    void place_countsWhatWasTrimmed_perShard() {
        Place place = Place.at(EventCursor.of(5, 10)).trimmed(EventCursor.of(8, 9));
        assertThat(place.missed()).isEqualTo(3);
        assertThat(place.position()).isEqualTo(EventCursor.of(8, 10));
        assertThat(Place.at(EventCursor.of(5)).trimmed(EventCursor.of(1, 1)).position())
                .isEqualTo(EventCursor.of(1, 1));
        assertThat(new Place("x!", 0, 0, 0, 0).isReadable()).isFalse();
    }
}
