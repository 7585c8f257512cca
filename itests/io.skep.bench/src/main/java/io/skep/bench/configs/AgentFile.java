// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.configs;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A file of an agent that is replaced again and again by one of two versions, as the documentation says: written under
 * another name, then renamed. Everything that a version says differs from the other.
 */
final class AgentFile implements AutoCloseable {
    static final String ID = "bench-configs";

    private static final List<String> VERSIONS = List.of(content("one", 3), content("two", 5));

    private final Path file;
    private final Random random;
    private final Thread thread = new Thread(this::rewrite, "bench-writer");
    private int current;
    private boolean paused;
    private volatile boolean stopped;
    private volatile long replaced;

    AgentFile(Path etc, Random random) {
        this.file = etc.resolve("io.skep.agent.process-" + ID + ".cfg");
        this.random = random;
        thread.setDaemon(true);
    }

    private static String content(String word, int slots) {
        // Padded beyond a block of the file system, so that half of it is possible.
        return String.join(
                "\n",
                "name = " + word,
                "command = cat",
                "slots = " + slots,
                "skills = bench." + word,
                "env.PADDING = " + word.repeat(3_000),
                "version = " + word,
                "description = " + word,
                "");
    }

    void start() throws IOException {
        replace();
        thread.start();
    }

    /** Holds the writer after the replacement that is going on. */
    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** How often the file was replaced. */
    long replaced() {
        return replaced;
    }

    /** Whether the file is, byte for byte, what was written last. */
    synchronized boolean isIntact() throws IOException {
        return Files.readString(file).equals(VERSIONS.get(current));
    }

    /** Whether an agent is wholly one of the versions. */
    static boolean isWhole(JsonNode agent) {
        return is(agent, 0) || is(agent, 1);
    }

    /** Whether an agent is what was written last. */
    synchronized boolean isCurrent(JsonNode agent) {
        return is(agent, current);
    }

    private static boolean is(JsonNode agent, int version) {
        String word = version == 0 ? "one" : "two";
        return agent.path("name").asText().equals(word)
                && agent.path("description").asText().equals(word)
                && agent.path("version").asText().equals(word)
                && agent.path("slots").asInt() == (version == 0 ? 3 : 5)
                && agent.path("skills").size() == 1
                && agent.path("skills").path(0).path("id").asText().equals("bench." + word);
    }

    private synchronized void replace() throws IOException {
        current = 1 - current;
        Path part = file.resolveSibling("." + ID + ".part");
        Files.writeString(part, VERSIONS.get(current));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        replaced++;
    }

    private void rewrite() {
        try {
            while (!stopped) {
                Poll.pause(Duration.ofMillis(random.nextInt(900)));
                awaitResumed();
                replace();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitResumed() throws InterruptedException {
        while (paused) {
            wait();
        }
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
