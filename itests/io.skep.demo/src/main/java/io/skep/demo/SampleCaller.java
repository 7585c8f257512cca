// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.Connection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Calls the sample plugin over a connection of its own. For one thread. */
final class SampleCaller implements SteadyCalls.Caller {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final String token;
    private @Nullable Connection connection;

    /** {@code token}: the administrator's. */
    SampleCaller(URI server, String token) {
        this.server = server;
        this.token = token;
    }

    @Override
    public String call(int number) throws IOException {
        Connection open = connection == null ? new Connection(server) : connection;
        connection = null;
        byte[] body = ("{\"data\":{\"text\":\"call " + number + "\"}}").getBytes(StandardCharsets.UTF_8);
        JsonNode answer = JSON.readTree(open.post("/api/v1/capabilities/sample_echo", token, body));
        // After a failure the connection is not used again: what comes on it next may be the answer to something else.
        connection = open;
        String said = answer.path("data").path("version").asText();
        String core = answer.path("version").asText();
        // What the answer says of itself and what core says of it: the same bundle.
        return said.equals(core) ? said : said + " answers for " + core;
    }
}
