// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.skep.bench.inprocess.Payload;
import io.skep.bench.load.Claimed;
import io.skep.client.Connection;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A submitter and an agent that share a connection, with calls that are cheap for the client: bodies are put together
 * once, and of an answer only what the next call needs is read. For one thread.
 */
final class Caller implements Closeable {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NOTHING = {};

    private final Connection connection;
    private final String adminToken;
    private final String agentToken;
    private final String claims;

    /**
     * Connects.
     *
     * @param agent a registered agent
     * @param agentToken its secret
     */
    Caller(URI server, String adminToken, String agent, String agentToken) throws IOException {
        this.connection = new Connection(server);
        this.adminToken = adminToken;
        this.agentToken = agentToken;
        this.claims = "/api/v1/agents/" + agent + "/claims?wait=30s&max=";
    }

    /** The JSON of a task for agents with a skill; the name may be empty. */
    static String task(String skill, String name) {
        return task(Payload.DESCRIPTION, skill, name);
    }

    /** The same with another description, in which nothing needs to be escaped. */
    static String task(String description, String skill, String name) {
        return "{\"description\":\"" + description + "\",\"skills\":[\"" + skill + "\"]"
                + (name.isEmpty() ? "" : ",\"name\":\"" + name + "\"") + ",\"input\":" + Payload.INPUT + "}";
    }

    /** Submits a task, or an array of them. */
    void submit(byte[] tasks) throws IOException {
        connection.post("/api/v1/tasks", adminToken, tasks);
    }

    /** Takes tasks, waiting up to 30 s for the first. */
    List<Claimed> claim(int max) throws IOException {
        return Claimed.read(connection.post(claims + max, agentToken, NOTHING));
    }

    /** Ends one attempt by the call for one, more than one by the call for many. */
    void complete(List<Claimed> tasks) throws IOException {
        if (tasks.size() == 1) {
            Claimed task = tasks.get(0);
            String body = "{\"token\":" + task.token() + ",\"result\":" + Payload.RESULT + "}";
            connection.post("/api/v1/tasks/" + task.id() + "/complete", agentToken, bytes(body));
        } else {
            String body = tasks.stream()
                    .map(task -> "{\"task\":\"" + task.id() + "\",\"token\":" + task.token() + ",\"result\":"
                            + Payload.RESULT + "}")
                    .collect(Collectors.joining(",", "[", "]"));
            byte[] answer = connection.post("/api/v1/completions", agentToken, bytes(body));
            requireAll(answer, tasks.size());
        }
    }

    private static void requireAll(byte[] answer, int count) throws IOException {
        int good = 0;
        try (JsonParser json = JSON.createParser(answer)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_INT
                        && json.currentName().equals("status")
                        && json.getIntValue() == 200) {
                    good++;
                }
            }
        }
        if (good != count) {
            throw new IOException(good + " of " + count + " completions were accepted");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
