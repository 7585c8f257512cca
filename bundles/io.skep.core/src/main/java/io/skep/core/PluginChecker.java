// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Review;
import io.skep.api.task.Task;
import io.skep.core.codec.CheckpointCodec;
import io.skep.core.engine.Checker;
import io.skep.core.engine.CheckpointSettings;
import io.skep.core.plugin.PluginCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the plugins that have checkpoints. While the server starts, they may still be on the way: until {@link #started}
 * what they asked for before the stop counts, and questions wait. Thread-safe.
 */
final class PluginChecker implements Checker {
    /** Who is mandatory and is not there may come at any time. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(PluginChecker.class);

    private final PluginCalls calls;
    private final Executor askers;
    private final int tries;
    private final Set<String> mandatory;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile List<Checkpoint> remembered = List.of();

    /** An operation of a capability: however many checkpoints name it, it is asked once. */
    private record Target(String capability, String operation) {}

    /**
     * Asks nobody yet.
     *
     * @param askers write the questions and read the answers
     * @param settings how often, and who is mandatory
     * @param isStarting whether plugins are still on the way, until {@link #started}
     */
    PluginChecker(PluginCalls calls, Executor askers, CheckpointSettings settings, boolean isStarting) {
        this.calls = calls;
        this.askers = askers;
        this.tries = settings.tries();
        this.mandatory = settings.mandatory();
        if (!isStarting) {
            started();
        }
    }

    @Override
    public void remember(Collection<String> kept) {
        List<Checkpoint> all = new ArrayList<>();
        for (String json : kept) {
            try {
                all.addAll(CheckpointCodec.decode(json));
            } catch (IOException e) {
                LOG.warn("checkpoints that were kept cannot be read: {}", e.getMessage());
            }
        }
        remembered = List.copyOf(all);
    }

    /** Everything that shall be there is there, or will not come soon. */
    void started() {
        started.complete(null);
    }

    @Override
    public boolean isOn(Stage stage, Task task) {
        if (calls.isLegacy()) {
            return false;
        }
        if (!started.isDone()) {
            return !mandatory.isEmpty()
                    || remembered.stream().anyMatch(point -> point.stage() == stage && point.isFor(task.spec()));
        }
        for (Checkpoint checkpoint : calls.checkpoints()) {
            if (isMeant(checkpoint, stage, task)) {
                return true;
            }
        }
        return !mandatory.isEmpty() && missing(task) != null;
    }

    private boolean isMeant(Checkpoint checkpoint, Stage stage, Task task) {
        return checkpoint.stage() == stage
                && checkpoint.isFor(task.spec())
                && calls.isOffered(request(checkpoint.capability(), checkpoint.operation(), task, ""));
    }

    private @Nullable String missing(Task task) {
        return mandatory.stream()
                .filter(capability -> !calls.isOffered(request(capability, null, task, "")))
                .sorted()
                .findFirst()
                .orElse(null);
    }

    @Override
    public CompletionStage<Verdict> check(Stage stage, Task task) {
        return started.thenComposeAsync(ready -> ask(stage, task), askers)
                .exceptionally(failure -> new Pending("it could not be checked: " + failure.getMessage(), LOOK));
    }

    private CompletionStage<Verdict> ask(Stage stage, Task task) {
        String absent = calls.isLegacy() ? null : missing(task);
        if (absent != null) {
            return CompletableFuture.completedFuture(
                    new Pending("capability " + absent + " is mandatory, and nobody offers it", LOOK));
        }
        List<Target> targets = calls.checkpoints().stream()
                .filter(checkpoint -> isMeant(checkpoint, stage, task))
                .map(checkpoint -> new Target(checkpoint.capability(), checkpoint.operation()))
                .distinct()
                .toList();
        CompletionStage<Verdict> verdict =
                CompletableFuture.completedFuture(targets.isEmpty() ? unasked(stage, task) : Passed.UNASKED);
        for (Target target : targets) {
            verdict = verdict.thenCompose(sofar -> sofar instanceof Passed passed
                    ? ask(target, stage, task, tries).thenApply(next -> both(passed, next))
                    : CompletableFuture.completedFuture(sofar));
        }
        return verdict;
    }

    /** Nobody is to be asked; who was, before the server stopped, has perhaps not come back. */
    private Passed unasked(Stage stage, Task task) {
        return remembered.stream()
                .filter(point -> point.stage() == stage && point.isFor(task.spec()))
                .filter(point -> !calls.isOffered(request(point.capability(), point.operation(), task, "")))
                .findFirst()
                .map(point -> new Passed(
                        true, Map.of(), List.of("unchecked, since " + point.capability() + " did not come back")))
                .orElse(Passed.UNASKED);
    }

    private static Verdict both(Passed before, Verdict next) {
        if (!(next instanceof Passed passed)) {
            return next;
        }
        Map<String, String> attachments = new HashMap<>(before.attachments());
        attachments.putAll(passed.attachments());
        List<String> remarks = new ArrayList<>(before.remarks());
        remarks.addAll(passed.remarks());
        if (attachments.values().stream().mapToInt(String::length).sum() > Review.MAX_CHARS) {
            remarks.add("what was to be attached is longer than " + Review.MAX_CHARS + " characters and left out");
            attachments = before.attachments();
        }
        return new Passed(before.asked() || passed.asked(), attachments, remarks);
    }

    /** Who is late may be so for a moment only, and what passes unchecked cannot be called back. */
    private CompletionStage<Verdict> ask(Target target, Stage stage, Task task, int left) {
        return calls.call(request(target.capability(), target.operation(), task, CheckpointCodec.question(stage, task)))
                .thenComposeAsync(
                        response -> response instanceof IntegrationResponse.TimedOut && left > 1
                                ? ask(target, stage, task, left - 1)
                                : CompletableFuture.completedFuture(verdict(target, response)),
                        askers);
    }

    private static IntegrationRequest request(String capability, @Nullable String operation, Task task, String data) {
        return new IntegrationRequest(
                capability, operation, null, task.id(), task.spec().tenant(), data);
    }

    private Verdict verdict(Target target, IntegrationResponse response) {
        return response.fold(
                answered -> read(target, answered.data()),
                declined -> silent(target, "declined: " + declined.reason()),
                failed -> silent(target, "failed: " + failed.cause()),
                timedOut -> silent(target, "gave no answer within " + timedOut.after()),
                gone -> silent(target, "is not to be had: " + gone.reason()));
    }

    private Verdict read(Target target, String data) {
        try {
            CheckpointCodec.Answer answer = CheckpointCodec.answer(data);
            return switch (answer.verdict()) {
                case NONE -> Passed.UNASKED;
                case PASS -> new Passed(true, answer.attachments(), List.of());
                case FAIL -> new Failed(answer.feedback(), answer.again());
                case PENDING -> new Pending(answer.reason(), answer.retryAfter());
            };
        } catch (IOException e) {
            return silent(target, "gave an answer that cannot be read: " + e.getMessage());
        }
    }

    private Verdict silent(Target target, String what) {
        return mandatory.contains(target.capability())
                ? new Pending("capability " + target.capability() + " is mandatory and " + what, LOOK)
                : new Passed(true, Map.of(), List.of("unchecked, since " + target.capability() + ' ' + what));
    }
}
