// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.LocalProgram;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what an earlier server left running, before anything is given out again: it was killed, its programs were not.
 * Thread-safe.
 */
final class Survivors {
    private static final Logger LOG = LoggerFactory.getLogger(Survivors.class);
    private static final Duration GRACE = Duration.ofMillis(AgentConfig.KILL_GRACE_MILLIS);

    private final Tools tools;

    Survivors(Tools tools) {
        this.tools = tools;
    }

    /**
     * Ends every process that carries the mark of this instance, also those of attempts that core holds no more, for
     * instance one that was canceled in the server's last moment. Only where marks are seen.
     */
    CompletableFuture<Void> endAll() {
        ProcessTree everything = new ProcessTree(null, 0, 0, Environment.serverMark(tools.instance()));
        return tools.killer().end(everything, GRACE);
    }

    /**
     * Ends the programs of attempts that core still holds for an agent, and then says that they were interrupted.
     *
     * @return completes when nothing of them lives and core knows it
     */
    CompletableFuture<Void> end(String agent, Collection<Task> held) {
        return CompletableFuture.allOf(
                held.stream().map(task -> end(agent, task)).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> end(String agent, Task task) {
        AttemptRef attempt = new AttemptRef(task.id(), task.token(), agent);
        LocalProgram program = task.currentAttempt().map(Attempt::program).orElse(null);
        LOG.info("agent {}: the server stopped while it worked on {}, attempt {}", agent, task.id(), task.token());
        return tools.killer()
                .end(tools.table().treeOf(program, Environment.attemptMark(attempt)), GRACE)
                .thenCompose(
                        ended -> tools.outcomes().fail(attempt, AttemptEnd.INTERRUPTED, "the server stopped", true))
                .exceptionally(failure -> {
                    LOG.warn("the interruption of {} was not taken", attempt, Retries.cause(failure));
                    return task;
                });
    }
}
