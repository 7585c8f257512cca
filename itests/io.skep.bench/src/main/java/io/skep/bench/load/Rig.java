// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import io.skep.client.SkepServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A server with connections to it, and the tracks of the tasks that go through it. Closing it stops the server. Opened and
 * closed by one thread; the rest may be called by any.
 */
public final class Rig implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    /** Calls under way at once, besides claims: what is beyond waits here, and its time counts. */
    private static final int CALLS = 512;

    /** Completions under way at once. */
    private static final int COMPLETIONS = 128;

    private final SkepServer server;
    private final String token;
    private final AsyncHttp http;
    private final Wires wires;
    private final Wires completions;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "bench-work");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Track> tracks = new ConcurrentHashMap<>();

    private Rig(SkepServer server, String token, int agents) {
        this.server = server;
        this.token = token;
        this.http = new AsyncHttp(server.uri(), agents + CALLS + COMPLETIONS);
        this.wires = new Wires(http, CALLS);
        this.completions = new Wires(http, COMPLETIONS);
    }

    /**
     * Starts a server.
     *
     * @param home its instance directory
     * @param agents how many will be connected at once
     * @param core lines for its {@code io.skep.core.cfg}
     */
    public static Rig start(Path home, int agents, List<String> core) throws IOException, InterruptedException {
        return start(home, agents, core.isEmpty() ? Map.of() : Map.of("io.skep.core.cfg", core));
    }

    /**
     * Starts a server.
     *
     * @param home its instance directory
     * @param agents how many will be connected at once
     * @param more lines for files of its {@code etc}, by their names
     */
    public static Rig start(Path home, int agents, Map<String, List<String>> more)
            throws IOException, InterruptedException {
        SkepServer server = SkepServer.of(home, SkepServer.freePort(), SkepServer.freePort());
        try {
            server.start(START);
            if (!more.isEmpty()) {
                // The first start unpacks; the second one reads.
                server.stop();
                for (Map.Entry<String, List<String>> lines : more.entrySet()) {
                    Path file = server.karaf().resolve("etc").resolve(lines.getKey());
                    Files.write(file, lines.getValue(), StandardOpenOption.APPEND);
                }
                server.start(START);
            }
            return new Rig(server, server.token(), agents);
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    /** The server. */
    public SkepServer server() {
        return server;
    }

    /** Where it listens. */
    public URI uri() {
        return server.uri();
    }

    /** The administrator's token. */
    public String token() {
        return token;
    }

    /** The connections that submit and register. */
    public Wires wires() {
        return wires;
    }

    /** The connections that complete: apart, or an agent would lose its lease while its word waits behind submitters. */
    Wires completions() {
        return completions;
    }

    /** The track of the tasks that are called {@code NAME-NUMBER}, with numbers below {@code most}. */
    public Track track(String name, int most) {
        Track track = new Track(most);
        if (tracks.putIfAbsent(name, track) != null) {
            throw new IllegalArgumentException("there is a track of " + name + " already");
        }
        return track;
    }

    AsyncHttp http() {
        return http;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** An agent has the task of that name. */
    void started(String task) {
        int hyphen = task.indexOf('-');
        Track track = hyphen < 0 ? null : tracks.get(task.substring(0, hyphen));
        if (track != null) {
            track.started(number(task, hyphen));
        }
    }

    /** The server said that the task of that name has ended. */
    void ended(String task) {
        int hyphen = task.indexOf('-');
        Track track = hyphen < 0 ? null : tracks.get(task.substring(0, hyphen));
        if (track != null) {
            track.ended(number(task, hyphen));
        }
    }

    private static int number(String task, int hyphen) {
        return Integer.parseInt(task.substring(hyphen + 1));
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        http.close();
        server.close();
    }
}
