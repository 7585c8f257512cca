// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.task.BulkJob;
import io.skep.api.task.BulkRequest;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskService;
import io.skep.http.json.BulkJson;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is done with many tasks at once. Thread-safe. */
final class BulkResource {
    CompletionStage<Answer> begin(Call call) {
        return tasks(call)
                .bulk(within(whole(call).tenant(), call.body(BulkJson::read)))
                .thenApply(job -> answer(202, job).header("Location", "/api/v1/tasks/bulk/" + job.id()));
    }

    /** The same for the only tenant that its caller may reach, if there is but one. */
    private static BulkRequest within(@Nullable String tenant, BulkRequest asked) {
        if (tenant == null) {
            return asked;
        }
        TaskQuery query = asked.query();
        if (query.tenant() != null && !query.tenant().equals(tenant)) {
            throw Refusal.of(
                    Refusal.Reason.FORBIDDEN, "query.tenant", "this caller may change tasks of its own tenant only");
        }
        TaskQuery its = new TaskQuery(
                query.states(),
                query.agent(),
                tenant,
                query.text(),
                query.submittedFrom(),
                query.submittedTo(),
                query.limit(),
                query.cursor());
        return new BulkRequest(asked.action(), its, asked.priority(), asked.reason(), asked.dryRun());
    }

    CompletionStage<Answer> get(Call call) {
        Duration wait = call.query().wait("wait", TasksResource.MAX_WAIT);
        return reached(call)
                .thenCompose(job -> tasks(call).awaitBulk(call.id(), wait))
                .thenApply(job -> answer(200, job));
    }

    CompletionStage<Answer> stop(Call call) {
        return reached(call)
                .thenCompose(job -> {
                    tasks(call).stopBulk(call.id());
                    return tasks(call).awaitBulk(call.id(), Duration.ZERO);
                })
                .thenApply(job -> answer(200, job));
    }

    /** The job, if all its tasks are of a tenant that the caller may reach; else it is as if there were none. */
    private static CompletionStage<BulkJob> reached(Call call) {
        Caller caller = whole(call);
        return tasks(call).awaitBulk(call.id(), Duration.ZERO).thenApply(job -> {
            String tenant = job.request().query().tenant();
            if (caller.tenant() != null && !caller.tenant().equals(tenant)) {
                throw Refusal.of(Refusal.Reason.NOT_FOUND, "there is no bulk job " + call.id());
            }
            return job;
        });
    }

    /** Who calls, if they may reach more than what is their own, as a query cannot ask for that. */
    private static Caller whole(Call call) {
        if (call.caller().isOwnOnly()) {
            throw Refusal.of(
                    Refusal.Reason.FORBIDDEN, "this caller may change only its own tasks, which goes one by one");
        }
        return call.caller();
    }

    private static Answer answer(int status, BulkJob job) {
        return Answer.json(status, json -> BulkJson.write(json, job));
    }

    private static TaskService tasks(Call call) {
        return call.orchestrator().tasks();
    }
}
