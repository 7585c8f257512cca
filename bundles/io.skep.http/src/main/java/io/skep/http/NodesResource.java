// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.ClusterNode;
import io.skep.http.json.Json;
import io.skep.http.json.NodeJson;
import java.util.concurrent.CompletionStage;

/** The servers of the store. Thread-safe. */
final class NodesResource {
    CompletionStage<Answer> list(Call call) {
        return Answer.json(200, Json.items(call.services().cluster().nodes(), NodeJson::write))
                .now();
    }

    CompletionStage<Answer> drain(Call call) {
        return call.services().cluster().drain(call.id()).thenApply(NodesResource::answer);
    }

    CompletionStage<Answer> resume(Call call) {
        return call.services().cluster().resume(call.id()).thenApply(NodesResource::answer);
    }

    private static Answer answer(ClusterNode node) {
        return Answer.json(200, json -> NodeJson.write(json, node));
    }
}
