// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Requests and answers in JSON. Thread-safe; connections are kept alive and shared. */
final class Transport {
    static final ObjectMapper JSON = new ObjectMapper();

    /** A request without a wait of its own that takes longer has failed. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI base;
    private final String token;
    private final HttpClient http;

    Transport(URI base, String token, HttpClient http) {
        this.base = base;
        this.token = token;
        this.http = http;
    }

    static HttpClient newHttp() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    URI base() {
        return base;
    }

    HttpClient http() {
        return http;
    }

    JsonNode get(String path, Duration wait) throws IOException, InterruptedException {
        return call("GET", path, null, Map.of(), wait);
    }

    JsonNode post(String path, @Nullable JsonNode body) throws IOException, InterruptedException {
        return call("POST", path, body, Map.of(), Duration.ZERO);
    }

    /** One call; answers a missing node for an empty body. */
    JsonNode call(String method, String path, @Nullable JsonNode body, Map<String, String> headers, Duration wait)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).timeout(PATIENCE.plus(wait));
        headers.forEach(request::header);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        }
        return accepted(http.send(request.build(), BodyHandlers.ofByteArray()));
    }

    /** Sends a file as it is. */
    JsonNode upload(String path, Path file, String type) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .timeout(PATIENCE)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofFile(file))
                .build();
        return accepted(http.send(request, BodyHandlers.ofByteArray()));
    }

    /** Calls a capability; every ending of a call is an answer. */
    CapabilityAnswer ask(String path, JsonNode body) throws IOException, InterruptedException {
        return answer(http.send(question(path, body), BodyHandlers.ofByteArray()));
    }

    /** Like {@link #ask}, without waiting. */
    CompletableFuture<CapabilityAnswer> askAsync(String path, JsonNode body) {
        return http.sendAsync(question(path, body), BodyHandlers.ofByteArray()).thenApply(Transport::answer);
    }

    private HttpRequest question(String path, JsonNode body) {
        return request(path)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
    }

    private static CapabilityAnswer answer(HttpResponse<byte[]> response) {
        if (!CapabilityAnswer.isEnding(response.statusCode())) {
            throw problem(response.statusCode(), response.headers(), response.body());
        }
        return new CapabilityAnswer(response.statusCode(), read(response.body()), retryAfter(response.headers()));
    }

    private static JsonNode accepted(HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() >= 400) {
            throw problem(response.statusCode(), response.headers(), response.body());
        }
        return response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body());
    }

    /** Opens an answer that is read as it comes. */
    HttpResponse<InputStream> open(String path, Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        headers.forEach(request::header);
        HttpResponse<InputStream> response = http.send(request.GET().build(), BodyHandlers.ofInputStream());
        if (response.statusCode() >= 400) {
            try (InputStream body = response.body()) {
                throw problem(response.statusCode(), response.headers(), body.readAllBytes());
            }
        }
        return response;
    }

    String text(String path) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(request(path).timeout(PATIENCE).build(), BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            throw problem(
                    response.statusCode(), response.headers(), response.body().getBytes(StandardCharsets.UTF_8));
        }
        return response.body();
    }

    /** The status of an answer without its body. */
    int status(String path, Duration patience) throws IOException, InterruptedException {
        return http.send(request(path).timeout(patience).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static ProblemException problem(int status, HttpHeaders headers, byte[] body) {
        return new ProblemException(status, read(body), retryAfter(headers));
    }

    /** The JSON of a body; what is none becomes the detail of a problem. */
    private static JsonNode read(byte[] body) {
        try {
            return body.length == 0 ? JSON.missingNode() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode().put("detail", new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError("reading an array cannot fail", e);
        }
    }

    private static @Nullable Duration retryAfter(HttpHeaders headers) {
        return headers.firstValue("Retry-After")
                .filter(s -> s.chars().allMatch(Character::isDigit))
                .map(s -> Duration.ofSeconds(Long.parseLong(s)))
                .orElse(null);
    }
}
