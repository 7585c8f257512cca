// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import io.skep.api.Page;
import io.skep.api.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What submitters do with tasks. Thread-safe. No method blocks; a stage completes when what it says is durable, and ends
 * with a {@link Refusal} when the request is refused. Stages complete on a thread of core that must not be blocked.
 */
@ProviderType
public interface TaskService {
    /**
     * Creates tasks, all or none.
     *
     * @param specs 1 to 1,000; names in {@code dependsOn} may point to each other in any order, but not in a circle
     * @return one answer for each, in order
     */
    CompletionStage<List<Submitted>> submit(List<TaskSpec> specs);

    /** The task as it stands now, terminal ones included; empty if there is none of that id. */
    CompletionStage<Optional<Task>> find(String id);

    /** A page of the projection, which follows the log within moments. */
    CompletionStage<Page<Task>> list(TaskQuery query);

    /**
     * Waits for a task to end.
     *
     * @param atMost how long, at most five minutes
     * @return the task when it ended, or as it stands after that time
     */
    CompletionStage<Task> awaitEnd(String id, Duration atMost);

    /** Where tasks wait or came and went in the last minute, by skills and tenant: the 1,000 deepest queues. */
    CompletionStage<List<QueueStatus>> queues();

    /**
     * Says which agent a waiting task is for, whatever was said before; refused as a conflict if the task is not queued or
     * the agent lacks one of its skills.
     */
    CompletionStage<Task> route(String id, String agent);

    /**
     * Sends a waiting task that routing has found an agent for to another one. Refused as a conflict if it does not wait for
     * {@code from} any more, if a person said that it is for that one or it was delegated, and if the other is not active
     * or lacks one of its skills.
     *
     * @param from the id of the agent that it waits for
     * @param to the id of the other
     * @param reason in words, at most {@value Selection#MAX_REASON} characters
     */
    CompletionStage<Task> move(String id, String from, String to, String reason);

    /** Why the task waits, or why it has this agent. */
    CompletionStage<Why> why(String id);

    /**
     * Ends a task and all its descendants as canceled. An agent that works on one is told, and its late words are
     * refused. A task that has ended stays as it is.
     *
     * @param reason in words
     */
    CompletionStage<Task> cancel(String id, @Nullable String reason);

    /**
     * Queues an ended task again, with all its attempts before it; refused as a conflict while it has not ended, and if
     * it is {@linkplain Task#isQuarantined() quarantined}.
     */
    CompletionStage<Task> retry(String id);

    /** Queues a quarantined task again, with as many attempts as at first; refused as a conflict if it is none. */
    CompletionStage<Task> release(String id);

    /**
     * Begins to do something with many tasks, in small steps between which everything else goes on. Tasks that were
     * submitted within the last moments may be missed, see {@link #list}.
     *
     * @return the job as it begins; ends as {@link Refusal.Reason#BUSY} if too many are under way
     */
    CompletionStage<BulkJob> bulk(BulkRequest request);

    /**
     * Waits for a job to end. It is found while it is under way, and among the last hundred that have ended.
     *
     * @param atMost how long, at most five minutes; zero to look once
     * @return the job when it ended, or as it stands after that time
     */
    CompletionStage<BulkJob> awaitBulk(String id, Duration atMost);

    /** Lets a job end after its present step; nothing happens if it has ended or is unknown. */
    void stopBulk(String id);

    /**
     * Answers the prompt of a task in {@link TaskState#INPUT_REQUIRED}, which goes on working.
     *
     * @param answer JSON text
     */
    CompletionStage<Task> answer(String id, String answer);
}
