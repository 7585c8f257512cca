// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Task;
import io.skep.plugin.hooks.Answers.Attachment;
import io.skep.plugin.hooks.Answers.Verdict;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers core's checkpoints by the hooks before something. What ends within {@value #FAST_MILLIS} ms is answered at once;
 * of what takes longer it is kept which hooks have ended, so that after a restart or a swap only the others run. While
 * as many checks as configured have not ended, core is told to come back. Thread-safe.
 */
final class Checks {
    static final long FAST_MILLIS = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(Checks.class);
    private static final long COME_BACK_MILLIS = 1_000;
    private static final long LOOK_AGAIN_MILLIS = 10_000;
    /** What core has not fetched after that is of a task that has ended meanwhile. */
    private static final long UNFETCHED_SECONDS = 600;

    private final Orchestrator orchestrator;
    private final Runner runner;
    private final Checked checked;
    private final Supplier<List<HookSpec>> hooks;
    private final Clock clock;
    private final int most;
    private final Map<String, Run> runs = new ConcurrentHashMap<>();

    private record Run(String task, Instant begun, CompletableFuture<Course.Result> result) {}

    Checks(
            Orchestrator orchestrator,
            Runner runner,
            Checked checked,
            Supplier<List<HookSpec>> hooks,
            int most,
            Clock clock) {
        this.orchestrator = orchestrator;
        this.runner = runner;
        this.checked = checked;
        this.hooks = hooks;
        this.most = most;
        this.clock = clock;
    }

    /** What is to become of a task at a stage. */
    CompletionStage<Verdict> ask(Task task, Stage stage) {
        Happening happening = Happening.of(stage, task, clock.instant());
        Run known = runs.get(happening.id());
        if (known == null) {
            List<HookSpec> wanted =
                    hooks.get().stream().filter(hook -> hook.isFor(happening)).toList();
            if (wanted.isEmpty()) {
                return CompletableFuture.completedFuture(Verdict.NONE);
            }
            forgetUnfetched();
            if (runs.size() >= most) {
                return CompletableFuture.completedFuture(
                        Verdict.pending(most + " checks by hooks have not ended", COME_BACK_MILLIS));
            }
            Run begun = new Run(task.id(), clock.instant(), new CompletableFuture<>());
            known = runs.putIfAbsent(happening.id(), begun);
            if (known == null) {
                known = begun;
                begin(happening, wanted, begun);
            }
        }
        Run run = known;
        return run.result()
                .copy()
                .thenApply(result -> told(happening, result))
                .completeOnTimeout(
                        Verdict.pending("hooks are under way", LOOK_AGAIN_MILLIS), FAST_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((verdict, failure) -> {
                    if (failure != null || !verdict.verdict().equals(Verdict.PENDING)) {
                        runs.remove(happening.id(), run);
                        checked.remove(happening.id());
                    } else {
                        checked.keep(happening.id());
                        if (run.result().isDone()) {
                            wake(happening);
                        }
                    }
                });
    }

    private void begin(Happening happening, List<HookSpec> wanted, Run run) {
        new Course(runner, happening, checked).run(wanted).whenComplete((result, failure) -> {
            if (failure == null) {
                run.result().complete(result);
            } else {
                run.result().completeExceptionally(failure);
            }
            wake(happening);
        });
    }

    /** Only who was told to wait has to be woken. */
    private void wake(Happening happening) {
        if (checked.isKept(happening.id())) {
            orchestrator.recheck(happening.subject());
        }
    }

    private Verdict told(Happening happening, Course.Result result) {
        if (!result.reasons().isEmpty()) {
            String feedback = String.join("\n", result.reasons());
            tell(happening, result.reasons().get(0));
            // A result can be another next time; a task stays what it is.
            return Verdict.fail(feedback, happening.type().equals(EventNames.BEFORE_COMPLETION));
        }
        if (result.amendments().isEmpty()) {
            return Verdict.PASS;
        }
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        result.amendments().forEach(value::set);
        return Verdict.pass(new Attachment(HooksPlugin.PLUGIN, value));
    }

    private void tell(Happening happening, String reason) {
        orchestrator
                .tell(new Notice(
                        "hooks.vetoed",
                        happening.subject(),
                        reason.substring(0, Math.min(reason.length(), Notice.MAX_CAUSE))))
                .whenComplete((told, refused) -> {
                    if (refused != null) {
                        LOG.debug("a veto could not be told", refused);
                    }
                });
    }

    private void forgetUnfetched() {
        Instant old = clock.instant().minusSeconds(UNFETCHED_SECONDS);
        List<String> gone = new ArrayList<>();
        runs.forEach((id, run) -> {
            if (run.result().isDone() && run.begun().isBefore(old)) {
                gone.add(id);
            }
        });
        gone.forEach(id -> {
            runs.remove(id);
            checked.remove(id);
        });
    }

    /** How many have not ended, or not been fetched. */
    int pending() {
        return runs.size();
    }
}
