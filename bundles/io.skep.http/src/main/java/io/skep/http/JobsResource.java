// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import io.skep.http.json.PluginJson;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What goes on by itself after it was asked for. Thread-safe. */
final class JobsResource {
    CompletionStage<Answer> get(Call call) {
        Plugins plugins = call.services().plugins();
        Duration wait = call.query().wait("wait", TasksResource.MAX_WAIT);
        if (!wait.isZero()) {
            return plugins.awaitEnd(call.id(), wait).thenApply(job -> job(200, job));
        }
        SwapJob job = plugins.job(call.id())
                .orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no job " + call.id()));
        return job(200, job).now();
    }

    static Answer job(int status, SwapJob job) {
        return Answer.json(status, json -> PluginJson.write(json, job));
    }
}
