// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.slash.Builtin.Caller;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Makes tasks of prompts. Thread-safe. */
final class Prompts {
    private static final int MAX_DESCRIPTION = 16_384;

    private final TaskService tasks;
    private final Codec codec;
    private final Clock clock;

    /** The input of the task: what its agent may want to know besides the prompt. */
    record Input(String command, List<String> arguments, Map<String, String> flags, List<String> allowedTools) {}

    Prompts(TaskService tasks, Codec codec, Clock clock) {
        this.tasks = tasks;
        this.codec = codec;
        this.clock = clock;
    }

    /** Submits what {@link #spec} says. */
    CompletionStage<Said> submit(
            Entry entry, Prompt prompt, Arguments arguments, Caller caller, @Nullable String idempotencyKey) {
        TaskSpec spec = spec(entry, prompt, arguments, caller)
                .idempotencyKey(idempotencyKey)
                .build();
        return tasks.submit(List.of(spec)).thenApply(answers -> {
            Task task = answers.get(0).task();
            String text = "task " + task.id() + " is " + task.state().wire()
                    + (answers.get(0).duplicate() ? "; it was there already" : "");
            return new Said(text, TaskCommands.Row.of(task), task.id());
        });
    }

    /** The task that a prompt becomes. */
    TaskSpecBuilder spec(Entry entry, Prompt prompt, Arguments arguments, Caller caller) {
        Prompt.Work work = prompt.work();
        if (work.tenant() != null && caller.tenant() != null && !work.tenant().equals(caller.tenant())) {
            throw new Declination("/" + entry.name() + " is for tenant " + work.tenant() + ", not " + caller.tenant());
        }
        Input input = new Input(entry.name(), arguments.words(), arguments.flags(), prompt.tools());
        TaskSpecBuilder spec = TaskSpec.of(Template.fill(prompt.body(), arguments, MAX_DESCRIPTION))
                .input(codec.write(input))
                .skills(work.skills())
                .priority(work.priority() == null ? TaskSpec.DEFAULT_PRIORITY : work.priority());
        Optional.ofNullable(work.tenant() == null ? caller.tenant() : work.tenant())
                .ifPresent(spec::tenant);
        spec.owner(caller.reach().caller());
        if (work.deadlineSeconds() != null) {
            spec.deadline(clock.instant().plusSeconds(work.deadlineSeconds()));
        }
        if (work.timeoutSeconds() != null) {
            spec.attemptTimeout(Duration.ofSeconds(work.timeoutSeconds()));
        }
        if (work.maxAttempts() != null) {
            spec.retry(new RetryPolicy(
                    work.maxAttempts(), RetryPolicy.DEFAULT.initialDelay(), RetryPolicy.DEFAULT.maxDelay()));
        }
        return spec;
    }
}
