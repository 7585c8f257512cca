// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.calls;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Core's registry with plugins in it, and requests to call them with. */
final class Registry implements AutoCloseable {
    private static final String DATA = "{\"text\":\"hello\"}";

    private final Core core;
    private final OrchestrationPlugin[] plugins;
    private final IntegrationRequest[] requests;

    /**
     * @param capabilities how many there are, a multiple of four; each of four plugins offers as many
     */
    Registry(int capabilities) {
        List<List<String>> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(new ArrayList<>());
        }
        requests = new IntegrationRequest[capabilities];
        for (int i = 0; i < capabilities; i++) {
            ids.get(i % 4).add("capability_" + i);
            requests[i] = new IntegrationRequest("capability_" + i, null, "agent-7", DATA);
        }
        plugins = new OrchestrationPlugin[] {
            new Targets.First(ids.get(0)),
            new Targets.Second(ids.get(1)),
            new Targets.Third(ids.get(2)),
            new Targets.Fourth(ids.get(3))
        };
        core = new Core();
        for (OrchestrationPlugin plugin : plugins) {
            core.add(plugin);
        }
        requireAnswers();
    }

    /** A refusal is quicker than an answer, and must not be taken for one. */
    private void requireAnswers() {
        for (IntegrationRequest request : requests) {
            IntegrationResponse response = call(request).toCompletableFuture().join();
            if (!(response instanceof IntegrationResponse.Answered)) {
                throw new IllegalStateException(request + " is not answered but ends as " + response);
            }
        }
    }

    /** The plugin that offers the capability of that number. */
    OrchestrationPlugin plugin(int capability) {
        return plugins[capability & 3];
    }

    /** A request for the capability of that number. */
    IntegrationRequest request(int capability) {
        return requests[capability];
    }

    /** How many there are. */
    int capabilities() {
        return requests.length;
    }

    CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        return core.call(request);
    }

    @Override
    public void close() {
        core.close();
    }
}
