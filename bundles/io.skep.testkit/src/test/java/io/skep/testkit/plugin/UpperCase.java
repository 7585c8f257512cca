// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A plugin as it should be: on a thread of its own, with a document of its own schema. */
class UpperCase implements OrchestrationPlugin, AutoCloseable {
    /** What is to be said loudly. */
    record Text(String text) {}

    static final String KEY = "last";

    static final Capability CAPABILITY = new Capability(
            "upper_case",
            List.of(Operation.named("shout")
                    .summary("Says it loudly")
                    .input(Text.class)
                    .output(Text.class)
                    .idempotent()
                    .examples("{\"text\":\"hello\"}")
                    .build()));

    private final ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final ExecutorService threads = Executors.newSingleThreadExecutor(task -> new Thread(task, "upper-case"));
    private final int schema;
    private volatile PluginState state;

    UpperCase(int schema) {
        this.schema = schema;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        state = orchestrator.state();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return List.of(CAPABILITY);
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        if (threads.isShutdown()) {
            return CompletableFuture.completedFuture(new IntegrationResponse.Gone("closed"));
        }
        return CompletableFuture.supplyAsync(() -> answer(request), threads);
    }

    private IntegrationResponse answer(IntegrationRequest request) {
        boolean known = request.capability().equals(CAPABILITY.id())
                && CAPABILITY.operation(request.operation()).isPresent();
        if (!known) {
            return new IntegrationResponse.Declined("there is no such operation");
        }
        try {
            JsonNode input = json.readTree(request.data());
            if (input.size() != 1 || !input.path("text").isTextual()) {
                return new IntegrationResponse.Declined("a text is wanted and nothing else");
            }
            return shouted(input.path("text").asText().toUpperCase(Locale.ROOT));
        } catch (JsonProcessingException e) {
            return new IntegrationResponse.Declined("that is not JSON");
        }
    }

    private IntegrationResponse shouted(String text) {
        String answer = json.createObjectNode().put("text", text).toString();
        boolean mine = state.get(KEY).map(PluginState.Document::schema).orElse(0) <= schema;
        if (mine) {
            state.put(KEY, new PluginState.Document(schema, answer));
        }
        return new IntegrationResponse.Answered(answer);
    }

    @Override
    public CompletionStage<Health> health() {
        return CompletableFuture.completedFuture(Health.OK);
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
