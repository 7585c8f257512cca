// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Ranks nothing by itself: a test answers its questions. */
final class AskedRouter implements Router {
    final List<Question> questions = new ArrayList<>();
    boolean on = true;

    record Question(Task task, @Nullable List<String> candidates, CompletableFuture<Verdict> answer) {}

    @Override
    public boolean isOn(Task task) {
        return on;
    }

    @Override
    public CompletionStage<Verdict> rank(Task task, @Nullable List<String> candidates) {
        Question question = new Question(task, candidates, new CompletableFuture<>());
        questions.add(question);
        return question.answer();
    }

    static Router.NobodyFits nobody(Router.Policy policy) {
        List<Selection.Choice> choices = List.of(new Selection.Choice("a", 0.1), new Selection.Choice("b", 0.05));
        return new Router.NobodyFits("d-2", policy, choices, List.of("nothing like it was ever done"));
    }
}
