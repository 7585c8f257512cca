// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.plugin.IntegrationRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call that changes nothing, made again and again. Immutable.
 *
 * @param plugin who has to answer
 * @param capability its id
 * @param operation the operation's name
 * @param data JSON text of the input
 */
public record Ask(String plugin, String capability, String operation, String data) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Ask {
        Objects.requireNonNull(plugin);
        Objects.requireNonNull(capability);
        Objects.requireNonNull(operation);
        Objects.requireNonNull(data);
    }

    IntegrationRequest request() {
        return new IntegrationRequest(capability, operation, null, data);
    }

    /**
     * What is wrong with an answer, or null. An answer that names a version itself must name that of the generation that
     * core says it is from: so the bundle that is there is the one that answered.
     */
    public @Nullable String problem(String answer, String by, String version) {
        if (!by.equals(plugin)) {
            return "answered by " + by + " instead of " + plugin;
        }
        try {
            JsonNode data = JSON.readTree(answer);
            String said = data.path("version").asText(version);
            return said.equals(version) ? null : "version " + version + " answers as " + said;
        } catch (JsonProcessingException e) {
            return "the answer is no JSON: " + e.getOriginalMessage();
        }
    }
}
