// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.sampleplugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.GapPolicy;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/** Says again what it is told. */
@Component(property = OrchestrationPlugin.NAME + "=sample")
public final class SamplePlugin implements OrchestrationPlugin {
    /** What is said. */
    public record Text(@Nullable String text) {}

    /** What is said again, and how long it is in characters. */
    public record Echo(String text, int length) {}

    private static final Operation ECHO = new Operation(
            "echo",
            "Says again what it is told",
            Text.class,
            Echo.class,
            true,
            true,
            Duration.ofSeconds(1),
            GapPolicy.REJECT,
            null,
            List.of("{\"text\":\"hello\"}"));

    private final ObjectMapper json = new ObjectMapper();

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return List.of(new Capability("sample_echo", List.of(ECHO)));
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        return CompletableFuture.completedFuture(echo(request.data()));
    }

    @Override
    public CompletionStage<Health> health() {
        return CompletableFuture.completedFuture(Health.OK);
    }

    private IntegrationResponse echo(String data) {
        try {
            String text = json.readValue(data, Text.class).text();
            return text == null
                    ? new IntegrationResponse.Declined("text is missing")
                    : new IntegrationResponse.Answered(json.writeValueAsString(new Echo(text, text.length())));
        } catch (JsonProcessingException e) {
            return new IntegrationResponse.Declined("not the JSON of a text: " + e.getOriginalMessage());
        }
    }
}
