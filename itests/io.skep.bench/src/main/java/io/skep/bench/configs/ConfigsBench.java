// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.configs;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Findings;
import io.skep.bench.Homes;
import io.skep.bench.Result;
import io.skep.bench.Settings;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Looks for configuration files that are emptied or taken half written. First the server starts again and again while
 * two threads keep the processors busy, every second time without its {@code data/}, as a first start. Then the file of
 * an agent is replaced all the time while the server is killed at random moments. Options: {@code --starts} (100),
 * {@code --kills} (50), {@code --seed} (1).
 */
public final class ConfigsBench {
    private static final Duration START_DEADLINE = Duration.ofMinutes(3);
    private static final Duration CONVERGED = Duration.ofSeconds(15);
    private static final int BUSY_THREADS = 2;

    private final Settings settings;
    private final int starts;
    private final int kills;
    private final Random random;
    private final List<String> violations = new ArrayList<>();
    private int emptyFiles;
    private int changedFiles;
    private int halfTaken;
    private int lostEdits;
    private long looks;

    /** A run with these settings; the home directory is cleared. */
    public ConfigsBench(Settings settings) {
        this.settings = settings;
        this.starts = settings.count("starts", 100);
        this.kills = settings.count("kills", 50);
        this.random = new Random(settings.count("seed", 1));
    }

    /** Runs both parts. */
    public Findings run() throws IOException, InterruptedException {
        Homes.clear(settings.home());
        try (SkepServer server = SkepServer.of(settings.home(), SkepServer.freePort(), SkepServer.freePort())) {
            EtcFiles files = new EtcFiles(etc(server));
            startUnderLoad(server, files);
            long replaced = killWhileWriting(server, files);
            return findings(files.count(), replaced);
        }
    }

    private void startUnderLoad(SkepServer server, EtcFiles files) throws IOException, InterruptedException {
        server.start(START_DEADLINE);
        awaitLogin(etc(server));
        files.remember();
        CpuLoad load = CpuLoad.start(BUSY_THREADS);
        try {
            for (int start = 1; start <= starts; start++) {
                server.stop();
                boolean first = start % 2 == 0;
                if (first) {
                    Homes.clear(server.karaf().resolve("data"));
                }
                Duration ready = server.start(START_DEADLINE);
                check("start " + start, files);
                System.out.println("start " + start + " of " + starts + (first ? ", as a first one" : "")
                        + ": ready after " + ready.toMillis() + " ms");
            }
        } finally {
            load.close();
        }
    }

    /** The one file that the server adds to: the first start makes a login, perhaps a moment after it is ready. */
    private static void awaitLogin(Path etc) throws IOException, InterruptedException {
        Path keys = etc.resolve("keys.properties");
        boolean made = Poll.until(
                () -> Files.readAllLines(keys).stream().anyMatch(line -> line.startsWith("skep")),
                CONVERGED,
                Duration.ofMillis(50));
        if (!made) {
            throw new IOException("The first start made no login in " + keys);
        }
    }

    private void check(String when, EtcFiles files) throws IOException {
        List<String> empty = files.empty();
        List<String> changed = files.changed();
        emptyFiles += empty.size();
        changedFiles += changed.size();
        empty.forEach(file -> violations.add(when + ": " + file + " is empty"));
        changed.forEach(file -> violations.add(when + ": " + file + " is not what it was"));
    }

    private long killWhileWriting(SkepServer server, EtcFiles files) throws IOException, InterruptedException {
        try (AgentFile agent = new AgentFile(etc(server), new Random(random.nextLong()))) {
            agent.start();
            for (int kill = 1; kill <= kills; kill++) {
                String when = "kill " + kill;
                watch(server, when, Duration.ofMillis(200 + random.nextInt(2_500)));
                server.kill9();
                if (random.nextInt(5) == 0) {
                    server.begin();
                    Poll.until(() -> server.pid().isPresent(), START_DEADLINE, Duration.ofMillis(10));
                    Poll.pause(Duration.ofMillis(random.nextInt(4_000)));
                    server.kill9();
                }
                check(when, files);
                Duration ready = server.start(START_DEADLINE);
                watch(server, when, Duration.ofMillis(500));
                converge(server, agent, when);
                check(when, files);
                System.out.println(when + " of " + kills + ": ready after " + ready.toMillis() + " ms");
            }
            return agent.replaced();
        }
    }

    /** Looks at the agent again and again; it is always one of the two versions. */
    private void watch(SkepServer server, String when, Duration time) throws IOException, InterruptedException {
        SkepClient admin = server.client();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Optional<JsonNode> agent = agent(admin);
            if (agent.isPresent() && !AgentFile.isWhole(agent.get())) {
                halfTaken++;
                violations.add(when + ": the agent is " + agent.get());
            }
            looks++;
            Poll.pause(Duration.ofMillis(10));
        }
    }

    /** When nobody writes any more, what was written last is in the file and serves. */
    private void converge(SkepServer server, AgentFile file, String when) throws IOException, InterruptedException {
        SkepClient admin = server.client();
        file.pause();
        boolean serves = Poll.until(
                () -> agent(admin)
                        .filter(agent -> agent.path("connected").asBoolean() && file.isCurrent(agent))
                        .isPresent(),
                CONVERGED,
                Duration.ofMillis(20));
        if (!serves || !file.isIntact()) {
            lostEdits++;
            violations.add(when + ": the last version of the file "
                    + (file.isIntact() ? "does not serve, but " + agent(admin) : "was overwritten"));
        }
        file.resume();
    }

    private static Optional<JsonNode> agent(SkepClient admin) throws IOException, InterruptedException {
        return admin.agents().stream()
                .filter(agent -> agent.path("id").asText().equals(AgentFile.ID))
                .findFirst();
    }

    private static Path etc(SkepServer server) {
        return server.karaf().resolve("etc");
    }

    private Findings findings(int files, long replaced) {
        return new Findings(
                "configuration files are written by their users and never by the server",
                List.of(
                        Result.of("starts", starts, ""),
                        Result.of("kills", kills, ""),
                        Result.of("empty.files", emptyFiles, ""),
                        Result.of("half.taken", halfTaken, ""),
                        Result.of("changed.files", changedFiles, ""),
                        Result.of("lost.edits", lostEdits, ""),
                        Result.of("files.watched", files, ""),
                        Result.of("file.replacements", (double) replaced, ""),
                        Result.of("agent.looks", (double) looks, "")),
                violations);
    }
}
