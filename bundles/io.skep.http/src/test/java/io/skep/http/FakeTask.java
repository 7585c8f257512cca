// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.LocalProgram;
import io.skep.api.task.Attempt;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.Review;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.api.task.TreeUsage;
import io.skep.api.task.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A task of {@link FakeCore}; guarded by its lock. */
final class FakeTask {
    final String id;
    final TaskSpec spec;
    final Instant submittedAt;
    final List<Attempt> attempts = new ArrayList<>();
    TaskState state = TaskState.QUEUED;
    String cause = "submitted";
    Instant since;
    String progress;
    String prompt;
    String answer;
    String result;
    String error;
    TreeUsage spent;
    Selection selection;
    Review review;

    FakeTask(String id, TaskSpec spec, Instant now) {
        this.id = id;
        this.spec = spec;
        this.submittedAt = now;
        this.since = now;
    }

    Task snapshot() {
        return new Task(
                id,
                spec,
                state,
                cause,
                submittedAt,
                since,
                Set.of(),
                null,
                attempts,
                progress,
                prompt,
                answer,
                result,
                error,
                submittedAt,
                0,
                spent,
                selection,
                review);
    }

    void use(long token, Usage total) {
        attempts.replaceAll(a -> a.token() != token
                ? a
                : new Attempt(
                        a.token(),
                        a.agent(),
                        a.assignedAt(),
                        a.startedAt(),
                        a.endedAt(),
                        a.end(),
                        a.cause(),
                        a.program(),
                        total));
        spent = new TreeUsage(attempts.size(), 0, total, since);
    }

    void to(TaskState next, String why, Instant now) {
        state = next;
        cause = why;
        since = now;
    }

    void begin(String agent, Instant now) {
        attempts.add(new Attempt(
                attempts.size() + 1L, agent, now, now, null, null, null, new LocalProgram(4711, now), Usage.NONE));
        to(TaskState.WORKING, "claimed by " + agent, now);
    }

    void endAttempt(AttemptEnd end, String why, Instant now) {
        Attempt a = attempts.remove(attempts.size() - 1);
        attempts.add(new Attempt(
                a.token(), a.agent(), a.assignedAt(), a.startedAt(), now, end, why, a.program(), a.usage()));
    }

    Attempt newest() {
        return attempts.get(attempts.size() - 1);
    }
}
