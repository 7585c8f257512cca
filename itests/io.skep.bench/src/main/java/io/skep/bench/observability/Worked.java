// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.time.Duration;

/** A server that is worked on: tasks in batches from submission to result, and calls of a plugin. For one thread. */
final class Worked {
    private static final int BATCH = 100;
    private static final int CALLS = 50;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final String SKILL = "observed";
    private static final String ECHO = "sample_echo";

    private final SkepServer server;
    private final SkepClient admin;
    private final SkepClient agent;

    Worked(SkepServer server) throws IOException, InterruptedException {
        this.server = server;
        admin = server.client();
        agent = admin.as(admin.register(SKILL, BATCH, SKILL).path("secret").asText());
    }

    SkepServer server() {
        return server;
    }

    /** Has tasks done for so long; how many a second, where the time is that of whole batches. */
    double tasksPerSecond(Duration window) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        long done = 0;
        while (System.nanoTime() - begun < window.toNanos()) {
            done += batch();
        }
        return done * 1e9 / (System.nanoTime() - begun);
    }

    private int batch() throws IOException, InterruptedException {
        ArrayNode tasks = SkepClient.array();
        for (int i = 0; i < BATCH; i++) {
            tasks.addObject().put("description", "observed").withArray("skills").add(SKILL);
        }
        admin.submitAll(tasks, null);
        int ended = 0;
        while (ended < BATCH) {
            ArrayNode completions = SkepClient.array();
            for (JsonNode task : agent.claim(SKILL, BATCH, WAIT)) {
                completions
                        .addObject()
                        .put("task", task.path("id").asText())
                        .put("token", task.path("token").asLong())
                        .put("result", 1);
            }
            ended += agent.complete(completions).size();
        }
        return ended;
    }

    /** Calls a plugin that only answers, one call after the other; microseconds in core, the median of all so far. */
    double callMicros(Duration window) throws IOException, InterruptedException {
        CapabilityCall call = CapabilityCall.of(ECHO, SkepClient.object().put("text", "x"));
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < window.toNanos()) {
            for (int i = 0; i < CALLS; i++) {
                CapabilityAnswer answer = admin.call(call);
                if (!answer.isAnswered()) {
                    throw new IOException("the sample plugin does not answer: " + answer);
                }
            }
        }
        for (JsonNode plugin : admin.plugins()) {
            if (plugin.toString().contains(ECHO)) {
                return plugin.at("/load/p50Micros").asDouble();
            }
        }
        throw new IOException("there is no sample plugin");
    }

    /** The answer to a call without a side effect. */
    JsonNode ask(String capability, String operation) throws IOException, InterruptedException {
        return call(capability, operation, SkepClient.object());
    }

    JsonNode call(String capability, String operation, JsonNode data) throws IOException, InterruptedException {
        CapabilityAnswer answer = admin.call(CapabilityCall.of(capability, data).operation(operation));
        if (!answer.isAnswered()) {
            throw new IOException(capability + " " + operation + ": " + answer);
        }
        return answer.body().path("data");
    }
}
