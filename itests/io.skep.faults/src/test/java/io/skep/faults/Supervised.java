// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import io.skep.client.Poll;
import io.skep.client.SkepServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server under {@code ./skep run}. */
final class Supervised implements AutoCloseable {
    private final Instance instance;
    private final Map<String, String> environment;
    private final Process run;

    /** Begins it, with more of an environment. */
    Supervised(Instance instance, Map<String, String> more) throws IOException {
        SkepServer server = instance.server();
        this.instance = instance;
        this.environment = new HashMap<>(more);
        environment.put("SKEP_HOME", server.home().toString());
        environment.put("SKEP_HTTP_PORT", Integer.toString(server.uri().getPort()));
        environment.put("SKEP_SSH_PORT", Integer.toString(server.sshPort()));
        environment.put("SKEP_ARCHIVE", System.getProperty("skep.archive"));
        Files.createDirectories(server.home());
        run = skep("run", log());
    }

    private Path log() {
        return instance.server().home().resolve("run.log");
    }

    private Process skep(String command, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(System.getProperty("skep.run"), command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SKEP_") || name.startsWith("KARAF_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Runs another command of the launcher; answers its exit status. */
    int command(String name) throws IOException, InterruptedException {
        Process process = skep(name, instance.server().home().resolve(name + ".log"));
        if (!process.waitFor(Instance.START.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("./skep " + name + " does not end");
        }
        return process.exitValue();
    }

    /** What it said so far. */
    List<String> said() throws IOException {
        return Files.readAllLines(log(), StandardCharsets.UTF_8);
    }

    /** The server's process, as the launcher has noted it. */
    long pid() throws IOException {
        Path file = instance.server().home().resolve("server.pid");
        return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    }

    /** Waits until the server is ready, in another process than this one. */
    void awaitReady(long otherThan) throws IOException, InterruptedException {
        boolean ready = Poll.until(
                () -> !run.isAlive() || (pid() != otherThan && instance.server().isReady()),
                Instance.START,
                Instance.OFTEN);
        if (!ready || !run.isAlive()) {
            throw new AssertionError("it is not ready: " + said());
        }
    }

    boolean isAlive() {
        return run.isAlive();
    }

    /** Its exit status; waits for it. */
    int end() throws InterruptedException, IOException {
        if (!run.waitFor(Instance.START.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("./skep run does not end: " + said());
        }
        return run.exitValue();
    }

    @Override
    public void close() throws IOException {
        run.destroy();
        try {
            run.waitFor(Instance.START.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        instance.close();
    }
}
