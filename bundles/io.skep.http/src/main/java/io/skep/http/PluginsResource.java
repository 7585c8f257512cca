// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.admin.CanaryRule;
import io.skep.api.admin.PluginDetail;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapRequest;
import io.skep.http.json.Json;
import io.skep.http.json.PluginJson;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** The plugins, and the jobs that change them while they serve. Thread-safe. */
final class PluginsResource {
    private static final Duration MAX_CANARY = Duration.ofHours(1);

    CompletionStage<Answer> list(Call call) {
        return Answer.json(200, Json.<PluginStatus>items(plugins(call).list(), PluginJson::write))
                .now();
    }

    CompletionStage<Answer> get(Call call) {
        PluginDetail plugin = plugins(call)
                .find(call.id())
                .orElseThrow(() -> Refusal.of(Refusal.Reason.NOT_FOUND, "there is no plugin " + call.id()));
        return Answer.json(200, json -> PluginJson.write(json, plugin)).now();
    }

    CompletionStage<Answer> upgrade(Call call) {
        boolean dryRun = call.query().flag("dryRun");
        SwapRequest request = new SwapRequest(call.id(), call.file(), canary(call.query()), dryRun, call.actor());
        return plugins(call).upgrade(request).thenApply(job -> dryRun ? JobsResource.job(200, job) : begun(job));
    }

    private static CanaryRule canary(Query query) {
        CanaryRule usual = CanaryRule.DEFAULT;
        int percent = query.integer("canaryPercent", usual.sharePercent(), 1, 100);
        int calls = query.integer("canaryCalls", usual.calls(), 1, 1_000_000);
        boolean timed = query.text("canaryTime") != null;
        return new CanaryRule(percent, calls, timed ? query.wait("canaryTime", MAX_CANARY) : usual.atMost());
    }

    CompletionStage<Answer> rollback(Call call) {
        return plugins(call).rollback(call.id(), call.actor()).thenApply(PluginsResource::begun);
    }

    CompletionStage<Answer> remove(Call call) {
        return plugins(call).remove(call.id(), call.actor()).thenApply(PluginsResource::begun);
    }

    private static Answer begun(SwapJob job) {
        return JobsResource.job(202, job).header("Location", "/api/v1/jobs/" + job.id());
    }

    private static Plugins plugins(Call call) {
        return call.services().plugins();
    }
}
