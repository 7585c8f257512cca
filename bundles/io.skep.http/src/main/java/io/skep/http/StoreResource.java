// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import io.skep.http.json.StoreJson;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The store, and what is done with it while it works. Thread-safe. */
final class StoreResource {
    CompletionStage<Answer> get(Call call) {
        StoreAdmin store = store(call);
        return store.status()
                .thenApply(status -> Answer.json(200, json -> StoreJson.write(json, status, store.jobs())));
    }

    CompletionStage<Answer> backup(Call call) {
        return begin(call, StoreJob.Kind.BACKUP, call.query().text("name"));
    }

    CompletionStage<Answer> compact(Call call) {
        return begin(call, StoreJob.Kind.COMPACT, null);
    }

    CompletionStage<Answer> rebuild(Call call) {
        return begin(call, StoreJob.Kind.REBUILD, null);
    }

    CompletionStage<Answer> export(Call call) {
        return begin(call, StoreJob.Kind.EXPORT, call.query().text("name"));
    }

    CompletionStage<Answer> takeOver(Call call) {
        return begin(call, StoreJob.Kind.IMPORT, call.query().text("directory"));
    }

    CompletionStage<Answer> job(Call call) {
        return store(call)
                .awaitEnd(call.id(), call.query().wait("wait", TasksResource.MAX_WAIT))
                .thenApply(job -> answer(200, job));
    }

    CompletionStage<Answer> stop(Call call) {
        return store(call).stop(call.id()).thenApply(job -> answer(200, job));
    }

    private static CompletionStage<Answer> begin(Call call, StoreJob.Kind kind, @Nullable String name) {
        return store(call)
                .begin(kind, name, call.actor())
                .thenApply(job -> answer(202, job).header("Location", "/api/v1/store/jobs/" + job.id()));
    }

    private static Answer answer(int status, StoreJob job) {
        return Answer.json(status, json -> StoreJson.write(json, job));
    }

    private static StoreAdmin store(Call call) {
        return call.services().store();
    }
}
