// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What operators do to plugins, jobs and flags, in JSON as it is on the wire. Ends as the calls of {@link SkepClient} do.
 * Blocking, thread-safe.
 */
public final class OperatorClient {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Transport transport;

    OperatorClient(Transport transport) {
        this.transport = transport;
    }

    /** Every generation of every plugin. */
    public List<JsonNode> plugins() throws IOException, InterruptedException {
        return SkepClient.items(transport.get(SkepClient.API + "plugins", Duration.ZERO));
    }

    /** One plugin with its generations, kept versions, job and history. */
    public JsonNode plugin(String name) throws IOException, InterruptedException {
        return transport.get(plugin(name, ""), Duration.ZERO);
    }

    /**
     * Begins to bring a new version in.
     *
     * @return the job as it begins, or as it would when it is a dry run
     */
    public JsonNode upgrade(String name, Path jar, Canary canary, boolean dryRun)
            throws IOException, InterruptedException {
        Map<String, String> query = new TreeMap<>(Map.of(
                "canaryPercent", Integer.toString(canary.percent()),
                "canaryCalls", Integer.toString(canary.calls()),
                "canaryTime", canary.atMost().toMillis() + "ms"));
        if (dryRun) {
            query.put("dryRun", "true");
        }
        return transport.upload(plugin(name, "/upgrade" + SkepClient.query(query)), jar, "application/java-archive");
    }

    /** Brings a new version in and waits until that ended or {@code patience} is over; answers the job. */
    public JsonNode upgradeAndWait(String name, Path jar, Canary canary, Duration patience)
            throws IOException, InterruptedException {
        return end(upgrade(name, jar, canary, false), patience);
    }

    /** Begins to bring the version before the present one back. */
    public JsonNode rollback(String name) throws IOException, InterruptedException {
        return transport.post(plugin(name, "/rollback"), null);
    }

    /** Begins to take a plugin away. */
    public JsonNode remove(String name) throws IOException, InterruptedException {
        return transport.call("DELETE", plugin(name, ""), null, Map.of(), Duration.ZERO);
    }

    /** A job when it has ended, or as it stands after the wait. */
    public JsonNode job(String id, Duration wait) throws IOException, InterruptedException {
        return transport.get(
                SkepClient.API + "jobs/" + SkepClient.encode(id) + "?wait=" + wait.toMillis() + "ms", wait);
    }

    /** The job as it stands when it has ended or {@code patience} is over. */
    public JsonNode end(JsonNode job, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        JsonNode now = job;
        Duration left = patience;
        while (isRunning(now) && !left.isNegative()) {
            now = job(job.path("id").asText(), left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT);
            left = Duration.ofNanos(end - System.nanoTime());
        }
        return now;
    }

    /** Whether a job has not ended. */
    public static boolean isRunning(JsonNode job) {
        return job.path("outcome").asText().equals("running");
    }

    /**
     * Does something with many tasks, and waits until that ended or {@code patience} is over; answers the job.
     *
     * @param request as it is on the wire: {@code action}, {@code query}, {@code dryRun}
     */
    public JsonNode bulkAndWait(JsonNode request, Duration patience) throws IOException, InterruptedException {
        JsonNode job = transport.post(SkepClient.API + "tasks/bulk", request);
        String id = SkepClient.encode(job.path("id").asText());
        long end = System.nanoTime() + patience.toNanos();
        Duration left = patience;
        while (!job.hasNonNull("endedAt") && !left.isNegative()) {
            Duration wait = left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
            job = transport.get(SkepClient.API + "tasks/bulk/" + id + "?wait=" + wait.toMillis() + "ms", wait);
            left = Duration.ofNanos(end - System.nanoTime());
        }
        return job;
    }

    /** The flags: {@code legacyMode}, and {@code items} with {@code capability, rule, offered}. */
    public JsonNode flags() throws IOException, InterruptedException {
        return transport.get(SkepClient.API + "flags", Duration.ZERO);
    }

    /**
     * Sets a flag, for the next call on.
     *
     * @param capability its id, or {@code legacy.mode}
     * @param rule {@code on}, {@code off}, a percentage, or targets
     */
    public JsonNode setFlag(String capability, String rule) throws IOException, InterruptedException {
        String path = SkepClient.API + "flags/" + SkepClient.encode(capability);
        return transport.call("PUT", path, SkepClient.object().put("rule", rule), Map.of(), Duration.ZERO);
    }

    /** How the files of the store stand, and the most recent {@code jobs}. */
    public JsonNode store() throws IOException, InterruptedException {
        return transport.get(SkepClient.API + "store", Duration.ZERO);
    }

    /** Begins to copy everything durable into the directory {@code name} among the backups; answers the job. */
    public JsonNode backup(String name) throws IOException, InterruptedException {
        return transport.post(SkepClient.API + "store/backup" + SkepClient.query(Map.of("name", name)), null);
    }

    /** Begins to {@code compact} the store, or to {@code rebuild} what is listed; answers the job. */
    public JsonNode maintain(String what) throws IOException, InterruptedException {
        return transport.post(SkepClient.API + "store/" + what, null);
    }

    /** A job of the store as it stands when it has ended or {@code patience} is over. */
    public JsonNode endOfStoreJob(JsonNode job, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String path = SkepClient.API + "store/jobs/"
                + SkepClient.encode(job.path("id").asText());
        JsonNode now = job;
        Duration left = patience;
        while (!now.has("endedAt") && !left.isNegative()) {
            Duration wait = left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT;
            now = transport.get(path + "?wait=" + wait.toMillis() + "ms", wait);
            left = Duration.ofNanos(end - System.nanoTime());
        }
        return now;
    }

    private static String plugin(String name, String rest) {
        return SkepClient.API + "plugins/" + SkepClient.encode(name) + rest;
    }
}
