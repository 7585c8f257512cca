// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.sampleplugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.PluginState.Document;
import io.skep.testkit.plugin.FakeOrchestrator;
import io.skep.testkit.plugin.InMemoryPluginState;
import io.skep.testkit.plugin.OrchestrationPluginContract;
import org.junit.jupiter.api.Test;

class SamplePluginTest extends OrchestrationPluginContract {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    protected OrchestrationPlugin create() {
        return new SamplePlugin("1.0.0", 1);
    }

    @Override
    protected OrchestrationPlugin createNext() {
        return new SamplePlugin("1.1.0", 2);
    }

    /** Full batches only. */
    @Override
    protected int rounds() {
        return EchoCount.BATCH;
    }

    @Override
    protected Object view(OrchestrationPlugin plugin) throws Exception {
        return ask(plugin, "count", "{}").path("echoes").asLong();
    }

    private static JsonNode ask(OrchestrationPlugin plugin, String operation, String data) throws Exception {
        return JSON.readTree(((IntegrationResponse.Answered)
                        plugin.process(new IntegrationRequest("sample_echo", operation, null, data))
                                .toCompletableFuture()
                                .join())
                .data());
    }

    private static SamplePlugin serving(String version, int schema, InMemoryPluginState state) {
        SamplePlugin plugin = new SamplePlugin(version, schema);
        plugin.initialize(new FakeOrchestrator(state));
        return plugin;
    }

    @Test
    void echo_saysWhoAnswered() throws Exception {
        assertThat(ask(new SamplePlugin("1.2.3", 4), "echo", "{\"text\":\"hi\"}"))
                .isEqualTo(JSON.readTree("{\"text\":\"hi\",\"length\":2,\"version\":\"1.2.3\",\"schema\":4}"));
    }

    @Test
    void echoes_areCounted_inBatches() throws Exception {
        InMemoryPluginState state = new InMemoryPluginState();
        SamplePlugin plugin = serving("1.0.0", 1, state);
        for (int i = 1; i < EchoCount.BATCH; i++) {
            ask(plugin, "echo", "{\"text\":\"ab\"}");
        }
        assertThat(state.documents()).isEmpty();
        assertThat(ask(plugin, "count", "{}").path("echoes").asInt()).isEqualTo(99);
        ask(plugin, "echo", "{\"text\":\"ab\"}");
        assertThat(state.documents()).containsEntry(EchoCount.KEY, new Document(1, "{\"echoes\":100}"));
    }

    @Test
    void newerSchema_addsAField_andGoesOnFromTheOldDocument() throws Exception {
        InMemoryPluginState state = new InMemoryPluginState();
        state.put(EchoCount.KEY, new Document(1, "{\"echoes\":100}"));
        SamplePlugin plugin = serving("1.1.0", 2, state);
        for (int i = 0; i < EchoCount.BATCH; i++) {
            ask(plugin, "echo", "{\"text\":\"ab\"}");
        }
        assertThat(state.documents())
                .containsEntry(EchoCount.KEY, new Document(2, "{\"echoes\":200,\"characters\":200}"));
        JsonNode count = ask(serving("1.0.0", 1, state), "count", "{}");
        assertThat(count.path("echoes").asInt()).isEqualTo(200);
        assertThat(count.path("characters").isNull()).isTrue();
    }

    @Test
    void countThatCannotBeKept_isNotLost() throws Exception {
        InMemoryPluginState state = new InMemoryPluginState();
        SamplePlugin plugin = serving("1.0.0", 1, state);
        state.retire();
        for (int i = 0; i < EchoCount.BATCH; i++) {
            ask(plugin, "echo", "{\"text\":\"ab\"}");
        }
        assertThat(ask(plugin, "count", "{}").path("echoes").asInt()).isEqualTo(100);
    }
}
