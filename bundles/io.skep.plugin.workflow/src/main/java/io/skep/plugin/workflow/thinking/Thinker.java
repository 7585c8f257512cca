// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import io.skep.api.Refusal;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.plugin.workflow.base.Workers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries thinkings on: asks, waits until all have answered or the time is up, concludes. Every step is durable before the
 * next begins, and may be done again: after a swap or a restart the questions are found by their keys. Thread-safe.
 */
final class Thinker {
    private static final Logger LOG = LoggerFactory.getLogger(Thinker.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final Shelf shelf;
    private final Panel panel;
    private final Conclusion conclusion;
    private final TaskService tasks;
    private final Consumer<String> recheck;
    private final Workers workers;
    private final Clock clock;
    private final Supplier<ThinkingSettings> settings;
    /** Thinkings for which something is under way in this generation; bounded by their number. */
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    Thinker(
            Shelf shelf,
            Orchestrator orchestrator,
            Conclusion conclusion,
            Workers workers,
            Clock clock,
            Supplier<ThinkingSettings> settings) {
        this.shelf = shelf;
        this.tasks = orchestrator.tasks();
        this.recheck = orchestrator::recheck;
        this.panel = new Panel(tasks);
        this.conclusion = conclusion;
        this.workers = workers;
        this.clock = clock;
        this.settings = settings;
    }

    /** Takes over what is kept, and looks after it from now on. */
    void start() {
        shelf.refresh();
        workers.repeat(PAUSE, this::look);
    }

    /** Begins one, or finds it; completes when it is durable. */
    CompletionStage<Thinking> begin(Thinking thinking) {
        return shelf.add(thinking, settings.get().maxPending()).thenApply(kept -> {
            advance(kept);
            return kept;
        });
    }

    /** Does not fail, or it would not be called again. */
    private void look() {
        try {
            shelf.refresh();
            shelf.pending().forEach(this::advance);
            shelf.trim(settings.get().maxEnded());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("thinkings could not be looked after", e);
        }
    }

    /** Takes the next step unless one is under way; goes on at once when it has led further. */
    private void advance(Thinking now) {
        String id = now.id();
        if (closed || now.isOver() || !busy.add(id)) {
            return;
        }
        CompletionStage<@Nullable Thinking> step;
        try {
            step = now.isAsked() ? collect(now) : ask(now);
        } catch (RuntimeException failed) {
            step = CompletableFuture.failedFuture(failed);
        }
        step.whenComplete((next, failed) -> {
            busy.remove(id);
            if (failed != null) {
                LOG.debug("thinking {} could not go on; it is tried again", id, failed);
            } else if (next != null) {
                advance(next);
            }
        });
    }

    private CompletionStage<@Nullable Thinking> ask(Thinking now) {
        return about(now)
                .thenCompose(found -> {
                    Task about = found.orElse(null);
                    boolean gone = now.task() != null && about == null;
                    boolean ended =
                            now.below() && about != null && about.state().isTerminal();
                    return gone || ended
                            ? over(now, "its task has ended")
                            : panel.ask(now, about, clock.instant())
                                    .thenCompose(ids -> shelf.change(now.id(), asked -> asked.asked(ids)));
                })
                .exceptionallyCompose(failed -> closed || (mayPass(failed) && !now.isLate(clock.instant()))
                        ? CompletableFuture.failedFuture(failed)
                        : over(now, "nobody could be asked: " + Panel.words(failed)));
    }

    private CompletionStage<Optional<Task>> about(Thinking now) {
        return now.task() == null ? CompletableFuture.completedFuture(Optional.empty()) : tasks.find(now.task());
    }

    /** Whether it is worth to try the same again a moment later. */
    private static boolean mayPass(Throwable failure) {
        return !(Panel.cause(failure) instanceof Refusal refusal)
                || refusal.reason().isRetryable();
    }

    /** It ends without anything having been answered. */
    private CompletionStage<@Nullable Thinking> over(Thinking now, String why) {
        List<Insights.Participant> nobody = now.participants().stream()
                .map(asked -> new Insights.Participant(asked.agent(), asked.task(), Insights.FAILED, "was not asked"))
                .toList();
        Insights seen = now.seen();
        Insights insights = new Insights(
                seen.depth(),
                seen.reason() + "; " + why,
                List.of(),
                nobody,
                true,
                null,
                seen.complexity(),
                seen.chosenBy(),
                null,
                null);
        return end(now, insights);
    }

    private CompletionStage<@Nullable Thinking> collect(Thinking now) {
        return panel.look(now, rest(now)).thenCompose(questions -> {
            boolean all = questions.stream()
                    .allMatch(question ->
                            question.isEmpty() || question.get().state().isTerminal());
            return all || now.isLate(clock.instant())
                    ? workers.supply(() -> conclusion.of(now, questions)).thenCompose(insights -> end(now, insights))
                    : CompletableFuture.completedFuture(null);
        });
    }

    /** How long to wait: until the time is up, and not so long that a clock that was put ahead goes unnoticed. */
    private Duration rest(Thinking now) {
        Duration rest = Duration.between(clock.instant(), Instant.parse(now.until()));
        return rest.isNegative() ? Duration.ZERO : rest.compareTo(WAIT) < 0 ? rest : WAIT;
    }

    private CompletionStage<@Nullable Thinking> end(Thinking now, Insights insights) {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        return shelf.change(now.id(), pending -> pending.closed(clock.instant(), insights))
                .thenApply(ended -> {
                    if (ended != null) {
                        panel.cancel(ended);
                        if (ended.task() != null) {
                            recheck.accept(ended.task());
                        }
                    }
                    return null;
                });
    }

    /** Begins nothing more. */
    void close() {
        closed = true;
    }
}
