// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.Refusal;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries evaluations on whose checks take their time. Every step is durable before the next begins. A check that was
 * under way when a generation or the server ended is begun again: a review is found by its key, a program is run anew.
 * Thread-safe.
 */
final class Engine implements AutoCloseable {
    /** What the keys of reviews begin with; the id of the evaluation is next. */
    static final String REVIEW = "gate/";

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration REVIEW_GRACE = Duration.ofSeconds(30);

    private final Ledger ledger;
    private final CheckRunner checks;
    private final Reviewers reviewers;
    private final TaskService tasks;
    private final Consumer<String> recheck;
    private final Subjects subjects;
    private final Clock clock;
    private final Supplier<Settings> settings;
    /** Checks, as ID/GATE/CHECK, for which something is under way in this generation; bounded by the evaluations. */
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** A check of an evaluation. */
    private record Place(String id, int gate, int check) {
        String key() {
            return id + '/' + gate + '/' + check;
        }

        CheckSpec spec(Evaluation of) {
            return of.gates().get(gate).gate().all().get(check);
        }

        CheckRun run(Evaluation of) {
            return of.gates().get(gate).checks().get(check);
        }
    }

    Engine(
            Ledger ledger,
            CheckRunner checks,
            Reviewers reviewers,
            Orchestrator orchestrator,
            Subjects subjects,
            Clock clock,
            Supplier<Settings> settings) {
        this.ledger = ledger;
        this.checks = checks;
        this.reviewers = reviewers;
        this.tasks = orchestrator.tasks();
        this.recheck = orchestrator::recheck;
        this.subjects = subjects;
        this.clock = clock;
        this.settings = settings;
    }

    /** Takes over what is kept, and looks after it from now on. */
    void start(Workers workers) {
        ledger.refresh();
        workers.repeat(LOOK, this::look);
    }

    /** Begins one; completes when it is durable. */
    CompletionStage<Evaluation> begin(Evaluation evaluation) {
        return ledger.add(evaluation, settings.get().maxPending()).thenApply(kept -> {
            advance(kept);
            return kept;
        });
    }

    /** Decides human checks; completes with it as it is then, durable, or with null if nothing of it waited for that. */
    CompletionStage<@Nullable Evaluation> decide(String id, @Nullable String check, Outcome outcome) {
        return ledger.change(id, now -> {
                    Evaluation next = now;
                    for (Place place : places(now)) {
                        boolean asked = place.run(next).isPending()
                                && place.spec(next).isA().equals(CheckSpec.HUMAN)
                                && (check == null
                                        || check.equals(place.run(next).name()));
                        next = asked
                                ? next.with(
                                        place.gate(),
                                        place.check(),
                                        place.run(next).ended(outcome))
                                : next;
                    }
                    return next;
                })
                .thenApply(decided -> {
                    if (decided != null) {
                        advance(decided);
                    }
                    return decided;
                });
    }

    /** Looks after all that has not ended. Does not fail, or it would not be called again. */
    private void look() {
        try {
            ledger.refresh();
            ledger.pending().forEach(this::advance);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("gates could not be looked after", e);
        }
    }

    private void advance(Evaluation now) {
        if (closed) {
            return;
        }
        if (!now.verdict().equals(Evaluation.PENDING)) {
            end(now);
            return;
        }
        for (int gate = 0; gate < now.gates().size(); gate++) {
            GateRun run = now.gates().get(gate);
            if (run.decision() == GateRun.Decision.OPEN) {
                for (int check : run.next()) {
                    begin(now, new Place(now.id(), gate, check));
                }
            }
        }
        for (Place place : places(now)) {
            if (place.run(now).isPending()) {
                follow(now, place);
            }
        }
    }

    private static Iterable<Place> places(Evaluation of) {
        return IntStream.range(0, of.gates().size())
                .boxed()
                .flatMap(
                        gate -> IntStream.range(0, of.gates().get(gate).checks().size())
                                .mapToObj(check -> new Place(of.id(), gate, check)))
                .toList();
    }

    private void end(Evaluation now) {
        String key = now.id() + "/end";
        if (busy.add(key)) {
            Instant at = clock.instant();
            ledger.end(
                            now.closed(at.toString()),
                            at.toEpochMilli(),
                            settings.get().maxEnded())
                    .whenComplete((done, refused) -> {
                        busy.remove(key);
                        report(now.id(), refused);
                        if (refused == null && now.task() != null) {
                            recheck.accept(now.task());
                        }
                    });
            for (Place place : places(now)) {
                String review = place.run(now).task();
                if (review != null && place.run(now).isPending()) {
                    reviewers.cancel(review);
                }
            }
        }
    }

    private void begin(Evaluation now, Place place) {
        CheckSpec spec = place.spec(now);
        Instant until = clock.instant().plusSeconds(spec.seconds());
        once(
                place.key() + "/begin",
                () -> update(place, run -> run.state().equals(CheckRun.WAITING) ? run.begun(until.toString()) : run));
    }

    private void follow(Evaluation now, Place place) {
        CheckSpec spec = place.spec(now);
        switch (spec.isA()) {
            case CheckSpec.HUMAN -> expire(now, place, "nobody decided in time", CheckRun.FAILED, Duration.ZERO);
            case CheckSpec.REVIEWER -> review(now, place, spec);
            default ->
                once(
                        place.key(),
                        () -> subject(now)
                                .thenCompose(subject -> checks.run(spec, now.id() + '/' + place.key(), subject))
                                .exceptionally(this::erroredForGood)
                                .thenCompose(outcome -> endedWith(place, outcome)));
        }
    }

    private void review(Evaluation now, Place place, CheckSpec spec) {
        CheckRun run = place.run(now);
        String task = run.task();
        if (expire(now, place, "the review did not end in time", CheckRun.ERRORED, REVIEW_GRACE)) {
            return;
        }
        if (task != null) {
            once(
                    place.key(),
                    () -> reviewers
                            .look(spec, task)
                            .exceptionally(this::erroredForGood)
                            .thenCompose(outcome -> endedWith(place, outcome)));
            return;
        }
        once(
                place.key(),
                () -> subject(now)
                        .thenCompose(subject -> about(now)
                                .thenCompose(about -> reviewers.submit(
                                        spec, REVIEW + place.key(), about.orElse(null), subject, until(run))))
                        .thenCompose(id -> update(place, pending -> pending.isPending() ? pending.by(id) : pending))
                        .exceptionallyCompose(failed -> mayPass(failed) ? nothing() : ended(place, errored(failed))));
    }

    private CompletionStage<Optional<Task>> about(Evaluation of) {
        return of.task() == null ? CompletableFuture.completedFuture(Optional.empty()) : tasks.find(of.task());
    }

    /** What is judged, as far as it can be. */
    private CompletionStage<Subject> subject(Evaluation of) {
        return kept(of).thenApply(subject -> {
            if (subject.problem() != null) {
                throw new Declination(subject.problem());
            }
            return subject;
        });
    }

    /** Kept, or what the task shows. */
    private CompletionStage<Subject> kept(Evaluation of) {
        if (of.subject() != null) {
            return subjects.read(of.subject().toString());
        }
        return about(of)
                .thenCompose(task -> subjects.read(
                        task.orElseThrow(() -> new Declination("task " + of.task() + " is not there any more")),
                        of.stage()));
    }

    private static Instant until(CheckRun run) {
        return Instant.parse(Objects.requireNonNull(run.until()));
    }

    private boolean expire(Evaluation now, Place place, String detail, String state, Duration grace) {
        boolean over = clock.instant().isAfter(until(place.run(now)).plus(grace));
        if (over) {
            once(place.key() + "/late", () -> ended(place, new Outcome(state, 0, detail)));
        }
        return over;
    }

    private CompletionStage<Void> endedWith(Place place, @Nullable Outcome outcome) {
        return outcome == null || closed ? nothing() : ended(place, outcome);
    }

    private CompletionStage<Void> ended(Place place, Outcome outcome) {
        return update(place, run -> run.isPending() ? run.ended(outcome) : run);
    }

    private CompletionStage<Void> update(Place place, UnaryOperator<CheckRun> how) {
        return ledger.change(place.id(), now -> now.with(place.gate(), place.check(), how.apply(place.run(now))))
                .thenAccept(next -> {
                    if (next != null) {
                        advance(next);
                    }
                });
    }

    /** Does something unless the same is under way in this generation. */
    private void once(String key, Supplier<CompletionStage<?>> work) {
        if (!busy.add(key)) {
            return;
        }
        CompletionStage<?> begun;
        try {
            begun = work.get();
        } catch (RuntimeException failed) {
            begun = CompletableFuture.failedFuture(failed);
        }
        begun.whenComplete((done, failed) -> {
            busy.remove(key);
            report(key, failed);
        });
    }

    private static void report(String what, @Nullable Throwable failed) {
        if (failed != null) {
            LOG.debug("{} could not go on; it is tried again", what, failed);
        }
    }

    private static Outcome errored(Throwable failure) {
        return Outcome.errored(String.valueOf(cause(failure).getMessage()));
    }

    /** Null if it is worth to try once more. */
    private @Nullable Outcome erroredForGood(Throwable failure) {
        return mayPass(failure) ? null : errored(failure);
    }

    /** Whether it is worth to try the same again a moment later, here or in the next generation. */
    private boolean mayPass(Throwable failure) {
        return closed
                || (cause(failure) instanceof Refusal refusal
                        && refusal.reason().isRetryable());
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static CompletionStage<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        closed = true;
        checks.close();
    }
}
