// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.task.BulkJob;
import io.skep.api.task.TaskService;
import io.skep.http.json.BulkJson;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What is done with many tasks at once. Thread-safe. */
final class BulkResource {
    CompletionStage<Answer> begin(Call call) {
        return tasks(call)
                .bulk(call.body(BulkJson::read))
                .thenApply(job -> answer(202, job).header("Location", "/api/v1/tasks/bulk/" + job.id()));
    }

    CompletionStage<Answer> get(Call call) {
        return tasks(call)
                .awaitBulk(call.id(), call.query().wait("wait", TasksResource.MAX_WAIT))
                .thenApply(job -> answer(200, job));
    }

    CompletionStage<Answer> stop(Call call) {
        tasks(call).stopBulk(call.id());
        return tasks(call).awaitBulk(call.id(), Duration.ZERO).thenApply(job -> answer(200, job));
    }

    private static Answer answer(int status, BulkJob job) {
        return Answer.json(status, json -> BulkJson.write(json, job));
    }

    private static TaskService tasks(Call call) {
        return call.orchestrator().tasks();
    }
}
