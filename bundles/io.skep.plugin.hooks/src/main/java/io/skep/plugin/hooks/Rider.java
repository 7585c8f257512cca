// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.Refusal;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.plugin.base.PluginThreads;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hook after something, on its way along the event stream: reads at most {@value #BATCH} events, has what is for it
 * carried out, and goes on when all of that has ended. So it holds at most these, and falls behind when it is slower
 * than what happens. Where it stands is kept as it goes, and at the end; what a killed server had delivered and not kept
 * comes again. It does nothing unless this generation serves and its capability is switched on. Public methods are thread-safe.
 */
final class Rider implements AutoCloseable {
    static final int BATCH = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Rider.class);
    private static final Duration WAIT = Duration.ofMillis(500);
    private static final long PAUSE_MILLIS = 50;
    private static final long TROUBLE_MILLIS = 500;
    private static final long CLOSE_MILLIS = 2_000;
    private static final long FIND_SECONDS = 10;

    private final HookSpec hook;
    private final Orchestrator orchestrator;
    private final Runner runner;
    private final Letters letters;
    private final Places places;
    private final Function<String, @Nullable EventCursor> others;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    /** Null until this generation serves. */
    private volatile @Nullable Place place;

    private volatile @Nullable String trouble;

    /**
     * For a hook.
     *
     * @param others where another hook stands, or null if there is none of that name
     */
    Rider(
            HookSpec hook,
            Orchestrator orchestrator,
            Runner runner,
            Letters letters,
            Places places,
            Function<String, @Nullable EventCursor> others,
            Clock clock) {
        this.hook = hook;
        this.orchestrator = orchestrator;
        this.runner = runner;
        this.letters = letters;
        this.places = places;
        this.others = others;
        this.clock = clock;
        thread = PluginThreads.daemon(this::run, "skep-hooks-" + hook.called());
    }

    void start() {
        thread.start();
    }

    HookSpec hook() {
        return hook;
    }

    /** Where it stands; null while this generation does not serve. */
    @Nullable
    Place place() {
        return place;
    }

    /** How many events it is behind. */
    long lag() {
        Place now = place;
        return now == null
                ? 0
                : Place.between(now.position(), orchestrator.events().end());
    }

    /** What keeps it from going on, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private boolean pause(long millis) throws InterruptedException {
        return closed.await(millis, TimeUnit.MILLISECONDS);
    }

    private void run() {
        try {
            while (!isClosed()) {
                if (!orchestrator.state().isServing()) {
                    place = null;
                    pause(PAUSE_MILLIS);
                } else if (!isSwitchedOn()) {
                    pause(PAUSE_MILLIS);
                } else {
                    Place now = place;
                    step(now == null ? places.load(hook.called()) : now);
                }
            }
        } catch (InterruptedException stopped) {
            LOG.debug("stopped", stopped);
        } finally {
            Place last = place;
            if (last != null) {
                places.last(hook.called(), last);
            }
        }
    }

    /** Off is as if the plugin were not there: it goes on where it stood when it is on again. */
    private boolean isSwitchedOn() {
        return orchestrator.capabilities().stream()
                .anyMatch(offered -> offered.id().equals(Capabilities.LIFECYCLE_HOOKS));
    }

    private void step(Place from) throws InterruptedException {
        place = from;
        try {
            EventBatch batch = get(orchestrator.events().next(from.position(), BATCH, WAIT));
            deliver(from, batch);
            trouble = null;
        } catch (ExecutionException | TimeoutException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            if (cause instanceof Refusal refusal && refusal.reason() == Refusal.Reason.NOT_FOUND) {
                skip(from);
            } else {
                troubled("the events cannot be read: " + cause.getMessage());
                pause(TROUBLE_MILLIS);
            }
        }
    }

    private void troubled(String what) {
        if (trouble == null) {
            LOG.warn("hook {}: {}", hook.called(), what);
        }
        trouble = what;
    }

    /** The log has been trimmed beyond where this stood. */
    private void skip(Place from) {
        Place next = from.trimmed(orchestrator.events().start());
        long gone = next.missed() - from.missed();
        LOG.warn("hook {} has missed {} events that the log no longer has", hook.called(), gone);
        tell("hooks.missed", gone + " events were trimmed from the log before they were read");
        place = next;
        places.keep(hook.called(), next, true);
    }

    private void tell(String type, String cause) {
        orchestrator
                .tell(new Notice(type, hook.called(), cause.substring(0, Math.min(cause.length(), Notice.MAX_CAUSE))))
                .whenComplete((told, refused) -> {
                    if (refused != null) {
                        LOG.debug("{} could not be told", type, refused);
                    }
                });
    }

    private record Sent(Event event, Happening happening, CompletableFuture<Outcome> end) {}

    private void deliver(Place from, EventBatch batch)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<Event> ready = ready(batch.events());
        Place now = from;
        List<Sent> sent = new ArrayList<>();
        for (Found found : found(ready)) {
            Happening happening = Happening.of(found.event(), found.task());
            if (hook.isFor(happening)) {
                sent.add(new Sent(found.event(), happening, runner.run(hook, happening)));
                if (hook.failure().equals(HookSpec.HOLD)) {
                    // Nothing later before this one.
                    now = settle(now, sent.remove(0));
                }
            }
        }
        for (Sent one : sent) {
            now = settle(now, one);
        }
        if (ready.size() == batch.events().size()) {
            now = now.moved(batch.next());
        } else if (ready.isEmpty()) {
            pause(PAUSE_MILLIS);
        } else {
            now = now.moved(moved(now.position(), ready));
        }
        place = now;
        places.keep(hook.called(), now, false);
    }

    /** What all hooks that this one waits for have behind them. */
    private List<Event> ready(List<Event> events) {
        List<EventCursor> before = new ArrayList<>();
        for (String name : hook.waitsFor()) {
            EventCursor other = others.apply(name);
            if (other != null) {
                before.add(other);
            }
        }
        int count = 0;
        while (count < events.size() && isBehind(events.get(count), before)) {
            count++;
        }
        return events.subList(0, count);
    }

    private static boolean isBehind(Event event, List<EventCursor> cursors) {
        return cursors.stream().allMatch(cursor -> cursor.seen(event.shard()) >= event.seq());
    }

    private static EventCursor moved(EventCursor from, List<Event> over) {
        EventCursor to = from;
        for (Event event : over) {
            to = to.seen(event.shard()) < event.seq() ? to.after(event) : to;
        }
        return to;
    }

    private record Found(Event event, @Nullable Task task) {}

    /** Those that may be for this hook, with their tasks. What a hook's own plugin tells is for none, or it would go round. */
    private List<Found> found(List<Event> events) throws InterruptedException, ExecutionException, TimeoutException {
        List<Event> wanted = events.stream()
                .filter(event -> hook.isOfType(event.type()) && !event.type().startsWith(HooksPlugin.PLUGIN + '.'))
                .toList();
        List<CompletionStage<Optional<Task>>> tasks = new ArrayList<>();
        for (Event event : wanted) {
            tasks.add(
                    event.type().startsWith("task.")
                            ? orchestrator.tasks().find(event.subject())
                            : CompletableFuture.completedFuture(Optional.empty()));
        }
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            found.add(new Found(wanted.get(i), get(tasks.get(i)).orElse(null)));
        }
        return found;
    }

    /** Waits for a delivery to have ended for good, and moves on past its event. */
    private Place settle(Place before, Sent one) throws InterruptedException, ExecutionException {
        Outcome outcome = one.end().get();
        Place now = before;
        while (outcome.isFailed() && hook.failure().equals(HookSpec.HOLD)) {
            now = now.counted(0, 1, 0);
            place = now;
            troubled("it holds at event " + Happening.id(one.event()) + ": " + outcome.reason());
            if (pause(hook.pause(hook.tries()).toMillis())) {
                throw new InterruptedException("closed");
            }
            outcome = runner.run(hook, one.happening()).get();
        }
        if (!outcome.isFailed()) {
            now = now.counted(1, 0, 0);
        } else {
            now = settleFailure(now, one, outcome);
        }
        EventCursor at = now.position();
        now = at.seen(one.event().shard()) < one.event().seq() ? now.moved(at.after(one.event())) : now;
        place = now;
        places.keep(hook.called(), now, false);
        return now;
    }

    private Place settleFailure(Place before, Sent one, Outcome outcome)
            throws InterruptedException, ExecutionException {
        String reason = "event " + Happening.id(one.event()) + ": " + outcome.reason();
        if (hook.failure().equals(HookSpec.DROP)) {
            tell("hooks.dropped", reason);
            return before.counted(0, 1, 1);
        }
        bury(one.event(), outcome, reason);
        return before.counted(0, 1, 0);
    }

    private void bury(Event event, Outcome outcome, String reason) throws InterruptedException, ExecutionException {
        boolean isKept = false;
        while (!isKept) {
            if (letters.hasRoom()) {
                isKept = isDone(letters.keep(hook.called(), event, outcome.reason(), clock.instant()));
            } else {
                troubled("there is no room for another dead letter; replay or discard some");
            }
            if (!isKept && pause(TROUBLE_MILLIS)) {
                throw new InterruptedException("closed");
            }
        }
        tell("hooks.dead-letter", reason);
    }

    private boolean isDone(CompletionStage<Void> kept) throws InterruptedException {
        try {
            kept.toCompletableFuture().get();
            return true;
        } catch (ExecutionException refused) {
            troubled("a dead letter cannot be kept: " + refused.getCause());
            return false;
        }
    }

    /** Whoever stops waiting leaves nothing behind. */
    private static <T> T get(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            return future.get(FIND_SECONDS, TimeUnit.SECONDS);
        } finally {
            future.cancel(true);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    /** Waits a little for it to have ended. */
    void join() {
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
