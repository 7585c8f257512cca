// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.SkepServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Requests as no proper client would send them: any path, any bytes. */
final class RawHttp {
    /** Fails when something follows the one value. */
    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final SkepServer server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();

    RawHttp(SkepServer server) {
        this.server = server;
    }

    /** What to send after the head of a request. */
    record Body(byte[] bytes, boolean chunked) {
        private BodyPublisher publisher() {
            if (bytes.length == 0) {
                return BodyPublishers.noBody();
            }
            return chunked
                    ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                    : BodyPublishers.ofByteArray(bytes);
        }
    }

    /** Sends a request of the administrator; the path goes out as it stands here. */
    HttpResponse<byte[]> send(String method, String path, Body body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.uri() + path))
                .header("Authorization", "Bearer " + server.token())
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .method(method, body.publisher())
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    /** A GET without a token. */
    HttpResponse<byte[]> open(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.uri() + path))
                .timeout(Duration.ofSeconds(60))
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    /** The one JSON value of an answer. */
    static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        return STRICT.readTree(response.body());
    }
}
