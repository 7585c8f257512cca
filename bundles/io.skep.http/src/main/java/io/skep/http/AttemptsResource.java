// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.Refusal;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.AttemptService;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.Usage;
import io.skep.http.json.AttemptJson;
import io.skep.http.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What agents say about their attempts. Thread-safe. */
final class AttemptsResource {
    private static final int MAX_BATCH = 1000;
    private static final Set<String> OF_HEARTBEAT = Set.of("progress", "usage");
    private static final Set<String> OF_ONE = Set.of("result", "usage");
    private static final Set<String> OF_MANY = Set.of("task", "result", "usage");
    private static final Set<String> OF_FAILURE = Set.of("error", "retryable", "usage");

    CompletionStage<Answer> heartbeat(Call call) {
        AttemptJson word = call.body(in -> AttemptJson.read(in, OF_HEARTBEAT));
        return ref(call, call.id(), word)
                .thenCompose(ref ->
                        used(call, ref, word.usage(), () -> attempts(call).heartbeat(ref, word.progress())))
                .thenApply(until -> Answer.json(200, json -> {
                    json.writeStartObject();
                    json.writeStringField("leaseUntil", Json.text(until));
                    json.writeEndObject();
                }));
    }

    CompletionStage<Answer> complete(Call call) {
        AttemptJson word = call.body(in -> AttemptJson.read(in, OF_ONE));
        return ref(call, call.id(), word)
                .thenCompose(ref -> attempts(call)
                        .complete(List.of(new Completion(ref, word.result())))
                        .get(0)
                        .thenCompose(task -> use(call, ref, word.usage(), task)))
                .thenApply(TasksResource::task);
    }

    CompletionStage<Answer> fail(Call call) {
        AttemptJson word = call.body(in -> AttemptJson.read(in, OF_FAILURE));
        return ref(call, call.id(), word)
                .thenCompose(ref -> used(
                        call,
                        ref,
                        word.usage(),
                        () -> attempts(call).fail(ref, AttemptEnd.FAILED, word.requiredError(), word.retryable())))
                .thenApply(TasksResource::task);
    }

    CompletionStage<Answer> requireInput(Call call) {
        AttemptJson word = call.body(in -> AttemptJson.read(in, Set.of("prompt")));
        return ref(call, call.id(), word)
                .thenCompose(ref -> attempts(call).requireInput(ref, word.requiredPrompt()))
                .thenApply(TasksResource::task);
    }

    CompletionStage<Answer> completeAll(Call call) {
        List<AttemptJson> words = call.body(in -> in.array(MAX_BATCH, entry -> AttemptJson.read(entry, OF_MANY)));
        if (words.isEmpty()) {
            throw Refusal.of(Refusal.Reason.INVALID, "an array of completions must not be empty");
        }
        List<CompletionStage<AttemptRef>> refs = new ArrayList<>(words.size());
        for (AttemptJson word : words) {
            refs.add(ref(call, word.requiredTask(), word));
        }
        return Gather.all(refs)
                .thenCompose(outcomes -> Gather.all(complete(call, words, outcomes)))
                .thenApply(outcomes -> Answer.json(200, json -> outcomes(json, words, outcomes)));
    }

    /** What was used counts before the attempt goes on or back, so that nothing begins that nothing is left for. */
    private static <T> CompletionStage<T> used(
            Call call, AttemptRef ref, @Nullable Usage usage, Supplier<CompletionStage<T>> then) {
        return usage == null ? then.get() : attempts(call).use(ref, usage).thenCompose(task -> then.get());
    }

    /** What was used counts after a result, which is not to be lost for it. */
    private static CompletionStage<Task> use(Call call, AttemptRef ref, @Nullable Usage usage, Task task) {
        return usage == null
                ? CompletableFuture.completedFuture(task)
                : attempts(call).use(ref, usage);
    }

    /** Those whose attempt could be told go to core in one call; the others keep their refusal. */
    private static List<CompletionStage<Task>> complete(
            Call call, List<AttemptJson> words, List<Gather.Outcome<AttemptRef>> refs) {
        List<Completion> completions = new ArrayList<>(words.size());
        for (int i = 0; i < words.size(); i++) {
            AttemptRef ref = refs.get(i).value();
            if (ref != null) {
                completions.add(new Completion(ref, words.get(i).result()));
            }
        }
        List<CompletionStage<Task>> stages =
                completions.isEmpty() ? List.of() : attempts(call).complete(completions);
        List<CompletionStage<Task>> all = new ArrayList<>(words.size());
        int next = 0;
        for (Gather.Outcome<AttemptRef> ref : refs) {
            Throwable failure = ref.failure();
            AttemptJson word = words.get(all.size());
            all.add(
                    failure == null
                            ? stages.get(next++)
                                    .thenCompose(
                                            task -> use(call, Objects.requireNonNull(ref.value()), word.usage(), task))
                            : CompletableFuture.failedFuture(failure));
        }
        return all;
    }

    private static void outcomes(JsonGenerator json, List<AttemptJson> words, List<Gather.Outcome<Task>> outcomes)
            throws IOException {
        json.writeStartArray();
        for (int i = 0; i < words.size(); i++) {
            json.writeStartObject();
            json.writeStringField("task", words.get(i).requiredTask());
            Throwable failure = outcomes.get(i).failure();
            if (failure == null) {
                json.writeNumberField("status", 200);
            } else {
                Problem.of(failure).members(json);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Which attempt is meant. The administrator may leave the agent out and means the newest attempt's then. */
    private static CompletionStage<AttemptRef> ref(Call call, String task, AttemptJson word) {
        String agent = Rules.speaker(call.caller(), word.agent());
        if (agent != null) {
            return CompletableFuture.completedFuture(new AttemptRef(task, word.token(), agent));
        }
        return TasksResource.find(call.orchestrator().tasks(), task).thenApply(found -> {
            List<Attempt> attempts = found.attempts();
            if (attempts.isEmpty()) {
                throw Refusal.of(Refusal.Reason.FENCED, "task " + task + " has no attempt");
            }
            return new AttemptRef(
                    task, word.token(), attempts.get(attempts.size() - 1).agent());
        });
    }

    private static AttemptService attempts(Call call) {
        return call.orchestrator().attempts();
    }
}
