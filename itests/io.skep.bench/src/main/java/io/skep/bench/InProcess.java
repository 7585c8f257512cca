// SPDX-License-Identifier: Apache-2.0
package io.skep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.bench.inprocess.BenchPlugin;
import io.skep.bench.inprocess.CallLoad;
import io.skep.bench.inprocess.Job;
import io.skep.bench.inprocess.Outcome;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** Has the server measure itself, by the plugin of {@link BenchPlugin}. */
public final class InProcess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration INSTALL = Duration.ofSeconds(60);
    private static final Duration JOB = Duration.ofMinutes(15);
    private static final Duration CALLS = Duration.ofSeconds(30);

    private final SkepClient admin;

    private InProcess(SkepClient admin) {
        this.admin = admin;
    }

    /** Drops the plugin into the server's {@code deploy/} and waits until it serves. */
    public static InProcess install(SkepServer server) throws IOException, InterruptedException {
        Path target = server.karaf().resolve("deploy/io.skep.bench.inprocess.jar");
        // File Install takes what it finds: the file has to be there whole.
        Path part = Files.createTempFile(server.home(), "inprocess", ".part");
        Files.copy(Jars.of(BenchPlugin.class), part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        SkepClient admin = server.client();
        boolean there = Poll.until(
                () -> admin.capabilities().stream()
                        .anyMatch(c -> c.path("id").asText().equals(BenchPlugin.CAPABILITY)),
                INSTALL,
                Duration.ofMillis(50));
        if (!there) {
            throw new IOException("The plugin " + target + " does not serve; see the server's log");
        }
        return new InProcess(admin);
    }

    /** Runs a job to its end. */
    public Outcome run(Job job) throws IOException, InterruptedException {
        call("run", JSON.valueToTree(job));
        Outcome[] last = new Outcome[1];
        boolean ended = Poll.until(
                () -> {
                    last[0] = JSON.treeToValue(call("outcome", SkepClient.object()), Outcome.class);
                    return last[0].ended();
                },
                JOB,
                Duration.ofMillis(100));
        if (!ended) {
            throw new IOException(job + " does not end");
        }
        if (last[0].failure() != null) {
            throw new IOException(job + " failed: " + last[0].failure());
        }
        return last[0];
    }

    private JsonNode call(String operation, JsonNode data) throws IOException, InterruptedException {
        return call(BenchPlugin.CAPABILITY, operation, data);
    }

    /** Has capabilities called from within the server until {@link #endCalls}. */
    public void beginCalls(CallLoad.Plan plan) throws IOException, InterruptedException {
        call(BenchPlugin.CALLS, "begin", JSON.valueToTree(plan));
    }

    /** Calls that are begun from now on count for this phase. */
    public void phase(String phase) throws IOException, InterruptedException {
        call(BenchPlugin.CALLS, "phase", JSON.valueToTree(new BenchPlugin.Phase(phase)));
    }

    /** Begins no more calls; what came of them, when all have ended or after half a minute. */
    public CallLoad.State endCalls() throws IOException, InterruptedException {
        call(BenchPlugin.CALLS, "end", SkepClient.object());
        CallLoad.State[] last = new CallLoad.State[1];
        Poll.until(
                () -> {
                    last[0] = JSON.treeToValue(
                            call(BenchPlugin.CALLS, "state", SkepClient.object()), CallLoad.State.class);
                    return last[0].inFlight() == 0;
                },
                CALLS,
                Duration.ofMillis(100));
        return last[0];
    }

    private JsonNode call(String capability, String operation, JsonNode data) throws IOException, InterruptedException {
        return admin.call(
                        capability,
                        SkepClient.object().put("operation", operation).set("data", data))
                .path("data");
    }
}
