// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.payload.PayloadService;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Submits a task. */
@Service
@Command(scope = "task", name = "submit", description = "Submits a task and prints its id", detailedDescription = """
        Examples:
          task:submit --skill lines 'Count the lines of this repository'
          task:submit --depends-on 0a1b --priority 9 --wait 60 'Review it'
          task:submit --skill index --input-file /tmp/corpus.tar 'Index this'
        """)
public final class TaskSubmit implements Action {
    private static final int LONGEST_WAIT_SECONDS = 300;

    @Argument(name = "description", required = true, description = "What is to be done, in words")
    String description;

    @Option(name = "--name", description = "A label")
    @Nullable
    String name;

    @Option(name = "--input", description = "JSON for the agent")
    @Nullable
    String input;

    @Option(
            name = "--input-file",
            description = "A file of the server's machine, which becomes a payload; instead of --input")
    @Nullable
    String inputFile;

    @Option(name = "--skill", multiValued = true, description = "A skill that its agent must have; may be repeated")
    List<String> skills = List.of();

    @Option(name = "--priority", description = "0 (last) to 9 (first)")
    int priority = TaskSpec.DEFAULT_PRIORITY;

    @Option(name = "--tenant", description = "On whose behalf")
    String tenant = TaskSpec.DEFAULT_TENANT;

    @Option(name = "--depends-on", multiValued = true, description = "A task that must complete first; may be repeated")
    @Completion(TaskIds.class)
    List<String> dependsOn = List.of();

    @Option(name = "--key", description = "Idempotency key: the same key again submits nothing")
    @Nullable
    String key;

    @Option(
            name = "--wait",
            description =
                    "Waits so many seconds for its end, at most " + LONGEST_WAIT_SECONDS + ", and prints the result")
    int waitSeconds;

    @Reference
    Orchestrator orchestrator;

    @Reference
    PayloadService payloads;

    @Reference
    Session session;

    @Override
    public @Nullable Object execute() throws CommandFailed, InterruptedException {
        if (waitSeconds < 0 || waitSeconds > LONGEST_WAIT_SECONDS) {
            throw new CommandFailed("wait: 0 to " + LONGEST_WAIT_SECONDS + " seconds, not " + waitSeconds);
        }
        if (input != null && inputFile != null) {
            throw new CommandFailed("either --input or --input-file");
        }
        TaskSpec spec = TaskSpec.of(description)
                .name(name)
                .input(inputFile == null ? input : PayloadFile.store(payloads, inputFile))
                .skills(Set.copyOf(skills))
                .priority(priority)
                .tenant(tenant)
                .dependsOn(dependsOn)
                .idempotencyKey(key)
                .build();
        Task task = Answer.of(orchestrator.tasks().submit(List.of(spec))).get(0).task();
        session.getConsole().println(task.id());
        if (waitSeconds > 0) {
            Duration wait = Duration.ofSeconds(waitSeconds);
            Ending.print(
                    session,
                    Answer.within(
                            wait.plus(Answer.PROMPTLY), orchestrator.tasks().awaitEnd(task.id(), wait)));
        }
        return null;
    }
}
