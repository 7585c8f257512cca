// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a server's HTTP interface, in JSON as it is on the wire. Each ends with {@link ProblemException} when the
 * server refuses, and with {@link IOException} when the outcome is unknown. Blocking, thread-safe.
 */
public final class SkepClient {
    static final String API = "/api/v1/";

    private final Transport transport;

    private SkepClient(Transport transport) {
        this.transport = transport;
    }

    /** A client with connections of its own; an empty token sends none. */
    public static SkepClient of(URI base, String token) {
        return new SkepClient(new Transport(base, token, Transport.newHttp()));
    }

    /** A client over a given HTTP client, for instance with limits on connections. */
    public static SkepClient of(URI base, String token, HttpClient http) {
        return new SkepClient(new Transport(base, token, http));
    }

    /** The same connections with another token. */
    public SkepClient as(String token) {
        return new SkepClient(new Transport(transport.base(), token, transport.http()));
    }

    /** Where the server is. */
    public URI base() {
        return transport.base();
    }

    /** The calls of operators over the same connections. */
    public OperatorClient operator() {
        return new OperatorClient(transport);
    }

    /** An empty JSON object to fill. */
    public static ObjectNode object() {
        return Transport.JSON.createObjectNode();
    }

    /** An empty JSON array to fill. */
    public static ArrayNode array() {
        return Transport.JSON.createArrayNode();
    }

    /** Registers a pull agent; the answer has its {@code secret}. */
    public JsonNode register(JsonNode agent) throws IOException, InterruptedException {
        return transport.post(API + "agents", agent);
    }

    /** Registers a pull agent that has {@code slots} and these skills. */
    public JsonNode register(String id, int slots, String... skills) throws IOException, InterruptedException {
        ObjectNode agent = object().put("id", id).put("slots", slots);
        for (String skill : skills) {
            agent.withArray("skills").add(skill);
        }
        return register(agent);
    }

    /** Creates or replaces an agent; the answer has its new {@code secret}. */
    public JsonNode putAgent(String id, JsonNode agent) throws IOException, InterruptedException {
        return transport.call("PUT", agentPath(id, ""), agent, Map.of(), Duration.ZERO);
    }

    /** Every agent. */
    public List<JsonNode> agents() throws IOException, InterruptedException {
        return items(transport.get(API + "agents", Duration.ZERO));
    }

    /** One agent. */
    public JsonNode agent(String id) throws IOException, InterruptedException {
        return transport.get(agentPath(id, ""), Duration.ZERO);
    }

    /** Removes an agent. */
    public JsonNode removeAgent(String id, String reason) throws IOException, InterruptedException {
        return transport.call("DELETE", agentPath(id, query(Map.of("reason", reason))), null, Map.of(), Duration.ZERO);
    }

    /** Lets an agent end what it has. */
    public JsonNode drain(String id) throws IOException, InterruptedException {
        return transport.post(agentPath(id, "/drain"), null);
    }

    /** Renews an agent's lease; answers its commands. */
    public JsonNode heartbeat(String agent) throws IOException, InterruptedException {
        return transport.post(agentPath(agent, "/heartbeat"), null);
    }

    /** Takes tasks for an agent, waiting for the first. */
    public List<JsonNode> claim(String agent, int max, Duration wait) throws IOException, InterruptedException {
        String path = agentPath(agent, "/claims?max=" + max + "&wait=" + wait.toMillis());
        return list(transport.call("POST", path, null, Map.of(), wait));
    }

    /** Submits one task. */
    public JsonNode submit(JsonNode task) throws IOException, InterruptedException {
        return transport.post(API + "tasks", task);
    }

    /** Submits one task, once however often this is called with the key. */
    public JsonNode submit(JsonNode task, String idempotencyKey) throws IOException, InterruptedException {
        return transport.call("POST", API + "tasks", task, Map.of("Idempotency-Key", idempotencyKey), Duration.ZERO);
    }

    /** Submits tasks that may name each other. A null key gives no guarantee. */
    public List<JsonNode> submitAll(ArrayNode tasks, @Nullable String idempotencyKey)
            throws IOException, InterruptedException {
        Map<String, String> headers = idempotencyKey == null ? Map.of() : Map.of("Idempotency-Key", idempotencyKey);
        return list(transport.call("POST", API + "tasks", tasks, headers, Duration.ZERO));
    }

    /** One task as it stands. */
    public JsonNode task(String id) throws IOException, InterruptedException {
        return transport.get(taskPath(id, ""), Duration.ZERO);
    }

    /** One task when it has ended, or as it stands after the wait. */
    public JsonNode task(String id, Duration wait) throws IOException, InterruptedException {
        return transport.get(taskPath(id, "?wait=" + wait.toMillis()), wait);
    }

    /** One page of tasks: {@code items} and perhaps {@code next}. The keys are those of the interface, such as state. */
    public JsonNode tasks(Map<String, String> query) throws IOException, InterruptedException {
        return transport.get(API + "tasks" + query(query), Duration.ZERO);
    }

    /** Every task that matches, page by page. */
    public List<JsonNode> allTasks(Map<String, String> query) throws IOException, InterruptedException {
        Map<String, String> next = new TreeMap<>(query);
        List<JsonNode> all = new ArrayList<>();
        while (true) {
            JsonNode page = tasks(next);
            all.addAll(items(page));
            if (!page.hasNonNull("next")) {
                return all;
            }
            next.put("cursor", page.get("next").asText());
        }
    }

    /** Why a task waits, or why it has its agent. */
    public JsonNode why(String id) throws IOException, InterruptedException {
        return transport.get(taskPath(id, "/why"), Duration.ZERO);
    }

    /** Renews the lease of an attempt. */
    public JsonNode heartbeat(String task, long token, @Nullable String progress)
            throws IOException, InterruptedException {
        ObjectNode body = object().put("token", token);
        if (progress != null) {
            body.put("progress", progress);
        }
        return transport.post(taskPath(task, "/heartbeat"), body);
    }

    /** Renews the lease of an attempt, and says how many tokens it has used so far. */
    public JsonNode use(String task, long token, long tokens) throws IOException, InterruptedException {
        ObjectNode body = object().put("token", token);
        body.putObject("usage").put("tokens", tokens);
        return transport.post(taskPath(task, "/heartbeat"), body);
    }

    /** Ends an attempt with a result. */
    public JsonNode complete(String task, long token, JsonNode result) throws IOException, InterruptedException {
        return transport.post(
                taskPath(task, "/complete"), object().put("token", token).set("result", result));
    }

    /** Ends attempts with results: an array of {@code task, token, result}. */
    public List<JsonNode> complete(ArrayNode completions) throws IOException, InterruptedException {
        return list(transport.post(API + "completions", completions));
    }

    /** Ends an attempt without a result. */
    public JsonNode fail(String task, long token, String error, boolean retryable)
            throws IOException, InterruptedException {
        return transport.post(
                taskPath(task, "/fail"),
                object().put("token", token).put("error", error).put("retryable", retryable));
    }

    /** Asks the submitter something. */
    public JsonNode requireInput(String task, long token, String prompt) throws IOException, InterruptedException {
        return transport.post(
                taskPath(task, "/input-required"), object().put("token", token).put("prompt", prompt));
    }

    /** Answers what an agent asked. */
    public JsonNode answer(String task, JsonNode answer) throws IOException, InterruptedException {
        return transport.post(taskPath(task, "/answer"), object().set("answer", answer));
    }

    /** Cancels a task. */
    public JsonNode cancel(String task, String reason) throws IOException, InterruptedException {
        return transport.post(taskPath(task, "/cancel"), object().put("reason", reason));
    }

    /** Gives a task that failed another chance. */
    public JsonNode retry(String task) throws IOException, InterruptedException {
        return transport.post(taskPath(task, "/retry"), null);
    }

    /** Every capability. */
    public List<JsonNode> capabilities() throws IOException, InterruptedException {
        return items(transport.get(API + "capabilities", Duration.ZERO));
    }

    /** Calls a capability. */
    public JsonNode call(String capability, JsonNode request) throws IOException, InterruptedException {
        return transport.post(API + "capabilities/" + encode(capability), request);
    }

    /**
     * Calls a capability, however that ends.
     *
     * @throws ProblemException if the server refuses the request itself, for instance for lack of a token
     */
    public CapabilityAnswer call(CapabilityCall call) throws IOException, InterruptedException {
        return transport.ask(API + "capabilities/" + encode(call.capability()), call.body());
    }

    /** Like {@link #call(CapabilityCall)} without waiting; ends exceptionally where that would throw. */
    public CompletableFuture<CapabilityAnswer> callAsync(CapabilityCall call) {
        return transport.askAsync(API + "capabilities/" + encode(call.capability()), call.body());
    }

    /** Every plugin. */
    public List<JsonNode> plugins() throws IOException, InterruptedException {
        return operator().plugins();
    }

    /**
     * Opens the stream of events.
     *
     * @param from a cursor, {@code start}, or null for the end
     */
    public EventReader events(@Nullable String from) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                transport.open(API + "events" + (from == null ? "" : query(Map.of("from", from))), Map.of());
        return new EventReader(answer.body());
    }

    /** The metrics as text. */
    public String metrics() throws IOException, InterruptedException {
        return transport.text("/metrics");
    }

    /** Whether the server says that it is ready; false also when it does not answer. */
    public boolean isReady() throws InterruptedException {
        try {
            return transport.status("/health/ready", Duration.ofSeconds(2)) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    static List<JsonNode> items(JsonNode page) {
        return list(page.path("items"));
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> list = new ArrayList<>(array.size());
        array.forEach(list::add);
        return list;
    }

    private static String agentPath(String id, String rest) {
        return API + "agents/" + encode(id) + rest;
    }

    private static String taskPath(String id, String rest) {
        return API + "tasks/" + encode(id) + rest;
    }

    static String query(Map<String, String> query) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(query)
                .forEach((key, value) -> text.append(text.length() == 0 ? '?' : '&')
                        .append(encode(key))
                        .append('=')
                        .append(encode(value)));
        return text.toString();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
