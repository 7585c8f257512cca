// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.client.Connection;
import io.skep.client.Poll;
import io.skep.client.Shell;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Updates the bundle that understands what tasks mean while agents are sought for tasks, each with words of its own. */
final class EncoderSwap {
    static final String BUNDLE = "io.skep.embedding";

    private static final String LEXICAL = "lexical";
    private static final int RATE = 50;
    private static final int THREADS = 8;
    private static final Duration BEFORE = Duration.ofMillis(500);
    private static final Duration AFTER = Duration.ofMillis(300);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SkepServer server;
    private final Board board;
    private final AtomicInteger byMeaning = new AtomicInteger();
    private final AtomicInteger byWords = new AtomicInteger();
    /** The number of the last search that only looks whether the encoder is there. */
    private int probe;

    /**
     * What came of it.
     *
     * @param asked how many agents were sought
     * @param byMeaning answers with the encoder
     * @param byWords answers without it
     * @param failed what was not answered with an agent, or not at all
     * @param longestMillis the longest that one took, from when it was due
     * @param millis how long the update took
     * @param problem what went wrong besides, or empty
     */
    record Result(long asked, int byMeaning, int byWords, long failed, long longestMillis, long millis, String problem)
            implements Part {
        @Override
        public List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (failed > 0) {
                problems.add(
                        failed + " of " + asked + " searches for an agent failed while " + BUNDLE + " was updated");
            }
            if (!problem.isEmpty()) {
                problems.add("the update of " + BUNDLE + ": " + problem);
            }
            return problems;
        }

        @Override
        public String line() {
            return asked == 0
                    ? "no update of " + BUNDLE + ": nobody understands what tasks mean on this machine, and they are"
                            + " routed by words alone"
                    : "update of " + BUNDLE + " (" + millis + " ms): an agent sought for " + asked
                            + " tasks meanwhile, "
                            + failed + " failed or lost; " + byMeaning + " found by meaning, " + byWords
                            + " by words alone, longest wait " + longestMillis + " ms";
        }
    }

    EncoderSwap(SkepServer server, Board board) {
        this.server = server;
        this.board = board;
    }

    /**
     * Waits until the model is loaded: a task that comes before is routed by its words alone.
     *
     * @return whether tasks are routed by meaning now
     */
    boolean await() throws IOException, InterruptedException {
        String token = server.token();
        return isByMeaning(() -> new Searcher(server.uri(), token));
    }

    Result run() throws IOException, InterruptedException {
        String token = server.token();
        SteadyCalls.Callers callers = () -> new Searcher(server.uri(), token);
        String problem = "";
        long millis = 0;
        SteadyCalls calls = new SteadyCalls(callers, RATE, THREADS);
        if (!isByMeaning(callers)) {
            return new Result(0, 0, 0, 0, 0, 0, "");
        }
        byMeaning.set(0);
        byWords.set(0);
        calls.begin();
        try {
            Poll.pause(BEFORE);
            long begun = System.nanoTime();
            new Shell(server).run("bundle:update " + BUNDLE);
            millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            Poll.pause(AFTER);
        } catch (IOException refused) {
            problem = String.valueOf(refused.getMessage());
        }
        SteadyCalls.Counted counted = calls.end(PATIENCE);
        int meaning = byMeaning.get();
        int words = byWords.get();
        if (problem.isEmpty() && !isByMeaning(callers)) {
            problem = "afterwards tasks are not routed by meaning";
        }
        Result result =
                new Result(counted.calls(), meaning, words, counted.failed(), counted.longestMillis(), millis, problem);
        board.say(result.line());
        return result;
    }

    /** Whether tasks are routed by meaning, at once or in a while; says what failed on the way. */
    private boolean isByMeaning(SteadyCalls.Callers callers) throws IOException, InterruptedException {
        SteadyCalls.Caller caller = callers.open();
        return Poll.until(
                () -> {
                    try {
                        return !caller.call(--probe).equals(LEXICAL);
                    } catch (IOException failed) {
                        board.say("a search for an agent failed: " + failed.getMessage());
                        return false;
                    }
                },
                PATIENCE,
                LOOK);
    }

    /** Seeks agents over a connection of its own. For one thread. */
    private final class Searcher implements SteadyCalls.Caller {
        private static final ObjectMapper JSON = new ObjectMapper();

        private final URI uri;
        private final String token;
        private @Nullable Connection connection;

        Searcher(URI uri, String token) {
            this.uri = uri;
            this.token = token;
        }

        @Override
        public String call(int number) throws IOException {
            Connection open = connection == null ? new Connection(uri) : connection;
            connection = null;
            // No two are the same, so that no vector is at hand.
            String body = "{\"operation\":\"route_preview\",\"data\":{\"description\":\"Say how many lines the files of"
                    + " part " + number + " have\"}}";
            JsonNode answer = JSON.readTree(
                    open.post("/api/v1/capabilities/semantic_routing", token, body.getBytes(StandardCharsets.UTF_8)));
            connection = open;
            JsonNode decision = answer.path("data");
            if (!decision.hasNonNull("agent")) {
                throw new IOException("nobody was found: " + answer);
            }
            String encoder = decision.path("encoder").asText(LEXICAL);
            (encoder.equals(LEXICAL) ? byWords : byMeaning).incrementAndGet();
            return encoder;
        }
    }
}
