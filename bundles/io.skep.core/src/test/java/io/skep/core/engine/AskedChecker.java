// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.plugin.Stage;
import io.skep.api.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Checks nothing by itself: a test answers its questions. */
final class AskedChecker implements Checker {
    static final Passed PASSED = new Passed(true, Map.of(), List.of());

    final List<Question> questions = new ArrayList<>();
    final Set<Stage> on = EnumSet.allOf(Stage.class);

    record Question(Stage stage, Task task, CompletableFuture<Verdict> answer) {}

    @Override
    public boolean isOn(Stage stage, Task task) {
        return on.contains(stage);
    }

    @Override
    public CompletionStage<Verdict> check(Stage stage, Task task) {
        Question question = new Question(stage, task, new CompletableFuture<>());
        questions.add(question);
        return question.answer();
    }

    static Failed failed(boolean again, String... feedback) {
        return new Failed(List.of(feedback), again);
    }

    static Pending pending(long seconds) {
        return new Pending("a person is to decide", Duration.ofSeconds(seconds));
    }
}
