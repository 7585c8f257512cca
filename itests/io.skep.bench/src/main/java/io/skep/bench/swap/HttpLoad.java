// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.bench.inprocess.Ask;
import io.skep.bench.inprocess.Phases;
import io.skep.bench.inprocess.Tally;
import io.skep.client.Connection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls capabilities over HTTP at a fixed rate: whichever connection is free makes the next call when it is due, and the
 * time of each counts from when it was due. Calls that wait hold up none of the others while connections are left. Begun
 * and ended by one thread; {@link #phase} may be called by any.
 */
public final class HttpLoad {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final String token;
    private final List<Request> requests;
    private final long intervalNanos;
    private final Phases phases;
    private final AtomicLong next = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
    private volatile boolean stopped;

    /** A call as it goes over the wire. */
    private record Request(Ask ask, String path, byte[] body) {
        static Request of(Ask ask) {
            String body = "{\"operation\":\"" + ask.operation() + "\",\"data\":" + ask.data() + "}";
            return new Request(ask, "/api/v1/capabilities/" + ask.capability(), body.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * A load that has not begun.
     *
     * @param token of the administrator
     * @param perSecond how many calls; 0 for as many as the connections make
     * @param phase the first phase
     */
    public HttpLoad(URI server, String token, List<Ask> asks, int perSecond, String phase) {
        this.server = server;
        this.token = token;
        this.requests = asks.stream().map(Request::of).toList();
        this.intervalNanos = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.phases = new Phases(phase);
    }

    /** Begins, on so many threads with a connection each. */
    public void begin(int connections) {
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(this::run, "bench-http-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Calls that are begun from now on count for this phase. */
    public void phase(String phase) {
        phases.enter(phase);
    }

    /** How long ago the next call was due; zero while connections are left. */
    Duration behind() {
        long nanos = intervalNanos == 0 ? 0 : System.nanoTime() - begin - next.get() * intervalNanos;
        return Duration.ofNanos(Math.max(0, nanos));
    }

    /** Begins no more calls and waits for those that are made. */
    public Map<String, Tally.Report> end(Duration patience) throws InterruptedException {
        stopped = true;
        long end = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
        }
        return phases.reports();
    }

    private void run() {
        Connection connection = null;
        while (!stopped) {
            long number = next.getAndIncrement();
            long due = intervalNanos == 0 ? System.nanoTime() : begin + number * intervalNanos;
            for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (!stopped) {
                connection = call(connection, requests.get((int) (number % requests.size())), due);
            }
        }
        close(connection);
    }

    /** Makes a call; returns the connection to go on with, or null for a new one. */
    private @Nullable Connection call(@Nullable Connection open, Request request, long due) {
        Tally tally = phases.now();
        long begunMillis = System.currentTimeMillis();
        Connection connection = open;
        try {
            if (connection == null) {
                connection = new Connection(server);
            }
            Connection.Answer answer = connection.ask(request.path(), token, request.body());
            record(tally, request.ask(), answer, System.nanoTime() - due, begunMillis);
            return connection;
        } catch (IOException e) {
            tally.failed(System.nanoTime() - due, request.ask().capability() + ": " + e);
            close(connection);
            return null;
        }
    }

    private static void record(Tally tally, Ask ask, Connection.Answer answer, long late, long begunMillis)
            throws IOException {
        if (answer.status() == 503) {
            tally.fellBack(late, ask.capability() + ": " + answer.text());
            return;
        } else if (answer.status() != 200) {
            tally.failed(late, ask.capability() + ": " + answer.status() + " " + answer.text());
            return;
        }
        JsonNode body = JSON.readTree(answer.body());
        String plugin = body.path("plugin").asText();
        String version = body.path("version").asText();
        String problem = ask.problem(body.path("data").toString(), plugin, version);
        if (problem == null) {
            long generation = body.path("generation").asLong();
            tally.answered(late, new Tally.Seen(plugin, version, generation, 1, begunMillis));
        } else {
            tally.failed(late, ask.capability() + ": " + problem);
        }
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                System.err.println("a connection could not be closed: " + e.getMessage());
            }
        }
    }
}
