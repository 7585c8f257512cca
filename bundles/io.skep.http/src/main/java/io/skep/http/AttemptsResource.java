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
import io.skep.http.json.AttemptJson;
import io.skep.http.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What agents say about their attempts. Thread-safe. */
final class AttemptsResource {
    private static final int MAX_BATCH = 1000;
    private static final Set<String> OF_ONE = Set.of("result");
    private static final Set<String> OF_MANY = Set.of("task", "result");
    private static final Set<String> OF_FAILURE = Set.of("error", "retryable");

    CompletionStage<Answer> heartbeat(Call call) {
        AttemptJson word = call.body(in -> AttemptJson.read(in, Set.of("progress")));
        return ref(call, call.id(), word)
                .thenCompose(ref -> attempts(call).heartbeat(ref, word.progress()))
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
                        .get(0))
                .thenApply(TasksResource::task);
    }

    CompletionStage<Answer> fail(Call call) {
        AttemptJson word = call.body(in -> AttemptJson.read(in, OF_FAILURE));
        return ref(call, call.id(), word)
                .thenCompose(ref -> attempts(call).fail(ref, AttemptEnd.FAILED, word.requiredError(), word.retryable()))
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
            all.add(failure == null ? stages.get(next++) : CompletableFuture.failedFuture(failure));
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
