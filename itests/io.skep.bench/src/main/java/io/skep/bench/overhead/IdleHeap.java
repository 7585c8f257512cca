// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.overhead;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Jcmd;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The live heap of a server with agents, with the plugins that the distribution brings and after they were taken away. */
final class IdleHeap {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration JOB = Duration.ofSeconds(60);
    private static final int SAMPLES = 3;

    private final Path home;
    private final int agents;

    /**
     * Live bytes.
     *
     * @param plugins how many plugins were taken away in between
     * @param with them
     * @param without them
     */
    record Heap(int plugins, long with, long without) {
        /** What the plugins add, in percent of the rest. */
        double percent() {
            return 100.0 * (with - without) / without;
        }
    }

    IdleHeap(Path home, int agents) {
        this.home = home;
        this.agents = agents;
    }

    Heap measure() throws IOException, InterruptedException {
        try (SkepServer server = SkepServer.of(home, SkepServer.freePort(), SkepServer.freePort())) {
            server.start(START);
            SkepClient admin = server.client();
            for (int i = 0; i < agents; i++) {
                admin.register("idle-" + i, 1, "idle", "skill-" + i % 10);
            }
            List<String> plugins = admin.plugins().stream()
                    .map(plugin -> plugin.path("name").asText())
                    .distinct()
                    .toList();
            if (plugins.isEmpty()) {
                throw new IOException("The distribution brings no plugin: there is nothing to measure");
            }
            Jcmd jcmd = Jcmd.of(server);
            long with = live(jcmd);
            for (String plugin : plugins) {
                remove(admin, plugin);
            }
            long without = live(jcmd);
            System.out.printf("live heap with %d agents: %,d bytes, with %s %,d%n", agents, without, plugins, with);
            return new Heap(plugins.size(), with, without);
        }
    }

    private static void remove(SkepClient admin, String plugin) throws IOException, InterruptedException {
        JsonNode job = admin.operator().end(admin.operator().remove(plugin), JOB);
        if (!job.path("outcome").asText().equals("promoted")) {
            throw new IOException("Plugin " + plugin + " could not be taken away: " + job);
        }
    }

    /** The least of several, since what just happened to be in use is no cost of what is idle. */
    private static long live(Jcmd jcmd) throws IOException, InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            least = Math.min(least, jcmd.liveBytes());
        }
        return least;
    }
}
