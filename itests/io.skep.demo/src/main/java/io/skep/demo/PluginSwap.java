// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Canary;
import io.skep.client.PluginJars;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import io.skep.itests.sampleplugin.SamplePlugin;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Upgrades a plugin while it is called all the time, and looks what its callers notice. */
final class PluginSwap {
    static final String PLUGIN = "sample";

    private static final String FROM = "1.0.0";
    private static final String TO = "1.1.0";
    private static final Canary CANARY = new Canary(50, 200, Duration.ofSeconds(10));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WARM_UP = 500;
    private static final Duration BEFORE = Duration.ofMillis(700);
    private static final Duration AFTER = Duration.ofMillis(500);

    private final SkepClient client;
    private final SteadyCalls.Callers callers;
    private final Path directory;
    private final Board board;
    private final Thread thread = new Thread(this::run, "demo-swap");
    private volatile Result result = new Result(FROM, TO, 0, 0, 0, "it has not ended");

    /**
     * What came of it.
     *
     * @param from the version before
     * @param to the version after
     * @param calls how many were made meanwhile
     * @param failed how many of them were not answered by the plugin
     * @param longestMillis the longest that one took, from when it was due
     * @param last the version that answered the last call, or what went wrong
     */
    record Result(String from, String to, long calls, long failed, long longestMillis, String last) implements Part {
        @Override
        public List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (failed > 0 || calls == 0) {
                problems.add(failed + " of " + calls + " calls failed while the plugin was swapped");
            }
            if (!last.equals(to)) {
                problems.add("after the swap to " + to + " the last answer is: " + last);
            }
            return problems;
        }

        @Override
        public String line() {
            return "swap " + brief(from) + " -> " + brief(to) + ": " + calls + " calls, " + failed
                    + " failed, longest wait " + longestMillis + " ms";
        }

        private static String brief(String version) {
            return version.endsWith(".0") ? version.substring(0, version.length() - 2) : version;
        }
    }

    /**
     * @param token the administrator's
     * @param directory where the versions of the plugin are put
     */
    PluginSwap(SkepClient client, String token, Path directory, Board board) {
        this.client = client;
        this.callers = () -> new SampleCaller(client.base(), token);
        this.directory = directory;
        this.board = board;
        thread.setDaemon(true);
    }

    /** Brings the first version in, in place of what an earlier demo left. */
    void prepare() throws IOException, InterruptedException {
        if (client.plugins().stream()
                .anyMatch(plugin -> plugin.path("name").asText().equals(PLUGIN))) {
            client.operator().end(client.operator().remove(PLUGIN), PATIENCE);
        }
        JsonNode job = bringIn(FROM, 1, Canary.NONE);
        if (!isPromoted(job)) {
            throw new IOException("The plugin " + PLUGIN + " does not come up: " + reason(job));
        }
        // A server that has just been started runs everything for the first time; that is not what is to be seen.
        SteadyCalls.Caller caller = callers.open();
        for (int i = 0; i < WARM_UP; i++) {
            caller.call(i);
        }
        board.say("plugin " + PLUGIN + " " + FROM + " serves");
    }

    /** Begins to call it, and upgrades it in the midst of that. */
    void begin() {
        thread.start();
    }

    /** Whether it is over. */
    boolean isOver() {
        return !thread.isAlive();
    }

    /** What came of it; calls that are none while it goes on. */
    Result result() {
        return result;
    }

    private void run() {
        SteadyCalls calls = new SteadyCalls(callers);
        String problem = "";
        calls.begin();
        try {
            Poll.pause(BEFORE);
            JsonNode job = bringIn(TO, 2, CANARY);
            problem = isPromoted(job) ? "" : reason(job);
            Poll.pause(AFTER);
        } catch (IOException | ProblemException e) {
            problem = String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = "interrupted";
        }
        SteadyCalls.Counted counted = calls.end(PATIENCE);
        Result ended = new Result(
                FROM,
                TO,
                counted.calls(),
                counted.failed(),
                counted.longestMillis(),
                problem.isEmpty() ? counted.last() : problem);
        result = ended;
        board.say(ended.line());
    }

    private JsonNode bringIn(String version, int schema, Canary canary) throws IOException, InterruptedException {
        Path jar = PluginJars.variant(
                built(),
                directory.resolve(PLUGIN + "-" + version + ".jar"),
                Map.of("Bundle-Version", version, "Skep-Sample-Schema", Integer.toString(schema)));
        return client.operator().upgradeAndWait(PLUGIN, jar, canary, PATIENCE);
    }

    private static boolean isPromoted(JsonNode job) {
        return job.path("outcome").asText().equals("promoted");
    }

    private static String reason(JsonNode job) {
        return job.path("outcome").asText() + ": " + job.path("reason").asText();
    }

    private static Path built() throws IOException {
        try {
            return Path.of(SamplePlugin.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("The sample plugin's jar has no path", e);
        }
    }
}
