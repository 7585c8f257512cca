// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import io.skep.api.LocalProgram;
import io.skep.api.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What agents, and connectors for them, do with the tasks they were given. Thread-safe. No method blocks; a stage
 * completes when what it says is durable. An attempt that is over (its lease ran out, the task ended, another agent has
 * it) is refused as {@link Refusal.Reason#FENCED} and changes nothing. Saying the same word about the same attempt twice
 * is answered like the first time.
 */
@ProviderType
public interface AttemptService {
    /**
     * Takes tasks, waiting for them if there are none. A waiting claim also renews the agent's lease.
     *
     * @param agent a registered pull agent
     * @param max how many at most, 1 to 1,000; never more than the agent's free slots
     * @param wait how long to wait for the first, at most one minute; zero to look once
     * @return what was assigned; empty after the wait. The tasks are {@link TaskState#WORKING}
     */
    CompletionStage<List<Assignment>> claim(String agent, int max, Duration wait);

    /**
     * Says that a connected agent begins, and in which process. When the stage completes, the record is durable and the
     * program may run.
     */
    CompletionStage<Task> start(AttemptRef attempt, @Nullable LocalProgram program);

    /**
     * Renews the lease of an attempt.
     *
     * @param progress a line about how it goes, at most 4,096 characters, or null
     * @return until when the lease now lasts
     */
    CompletionStage<Instant> heartbeat(AttemptRef attempt, @Nullable String progress);

    /**
     * Ends attempts with a result. Each is judged alone: one that is fenced does not hinder the others.
     *
     * @return one stage for each, in order
     */
    List<CompletionStage<Task>> complete(List<Completion> completions);

    /**
     * Ends an attempt without a result.
     *
     * @param end {@link AttemptEnd#FAILED}, {@link AttemptEnd#TIMED_OUT}, or, from connectors only, {@link
     *     AttemptEnd#INTERRUPTED} and {@link AttemptEnd#LOST}
     * @param error why, in words, at most 16,384 characters
     * @param retryable false ends the task as failed at once
     */
    CompletionStage<Task> fail(AttemptRef attempt, AttemptEnd end, String error, boolean retryable);

    /**
     * Takes an attempt back that was assigned and has not begun, so that the task can go to another agent at once. The
     * attempt ends as {@link AttemptEnd#INTERRUPTED} and does not count as a try; if its agent begins all the same, that
     * is refused as fenced.
     *
     * @param reason in words
     * @return the task, queued again; ends as a {@link Refusal.Reason#CONFLICT} if the attempt has begun
     */
    CompletionStage<Task> takeBack(AttemptRef attempt, String reason);

    /**
     * Says what an attempt has used so far, for the {@link Budget} of the trees that it belongs to. May come after the
     * end of the attempt.
     *
     * @param total since the attempt began; less than was said before is no news
     * @return the task, which a budget may have ended
     */
    CompletionStage<Task> use(AttemptRef attempt, Usage total);

    /**
     * Asks the submitter something. The agent keeps its slot; the lease rests until the answer comes, which the agent
     * learns by its heartbeat.
     */
    CompletionStage<Task> requireInput(AttemptRef attempt, String prompt);
}
