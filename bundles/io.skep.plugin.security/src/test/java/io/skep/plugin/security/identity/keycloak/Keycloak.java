// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.keycloak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real Keycloak in a process of its own on this machine, with the realm of {@code realm.json}. It can be stopped and
 * started again, on the same ports and with the same keys.
 */
final class Keycloak implements AutoCloseable {
    static final String ADMIN = "operator";
    static final String ADMIN_SECRET = "secret-of-the-operator";

    /** Says where it was unpacked to. */
    private static final String HOME = "skep.keycloak";

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path home = Path.of(Objects.requireNonNull(System.getProperty(HOME), HOME));
    private final Path log = home.resolve("skep.log");
    private final int port = freePort();
    private final int health = freePort();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread onExit = new Thread(this::kill);
    private @Nullable Process process;

    /** Builds it, if that was not done, and gives it a new realm. */
    Keycloak() throws IOException {
        Files.deleteIfExists(log);
        Path built = home.resolve("skep.built");
        if (!Files.exists(built) || !Files.readString(built).equals(built())) {
            Process build = run("build", "--db=dev-file", "--health-enabled=true");
            if (!ended(build, PATIENCE) || build.exitValue() != 0) {
                build.destroyForcibly();
                throw new AssertionError("it cannot be built, see " + log);
            }
            Files.writeString(built, built());
        }
        empty(home.resolve("data"));
        Path imports = Files.createDirectories(home.resolve("data/import"));
        try (InputStream realm = Objects.requireNonNull(Keycloak.class.getResourceAsStream("realm.json"))) {
            Files.copy(realm, imports.resolve("realm.json"));
        }
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** When the build was made: it is another one when the archive has been unpacked again. */
    private String built() throws IOException {
        return Files.getLastModifiedTime(home.resolve("lib/quarkus/quarkus-application.dat"))
                .toString();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Starts it, and waits until it says that it is ready. Does nothing when it runs. */
    void start() throws IOException {
        if (process != null) {
            return;
        }
        Process started = run(
                "start",
                "--optimized",
                "--import-realm",
                "--cache=local",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--http-management-scheme=http",
                "--http-management-port=" + health,
                "--hostname=" + url());
        process = started;
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            if (!started.isAlive()) {
                throw new AssertionError("it has ended, see " + log);
            }
            return isReady();
        });
    }

    private boolean isReady() throws InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + health + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Stops it as an operator does, so that it keeps its realm. Does nothing when it does not run. */
    void stop() {
        Process running = process;
        process = null;
        if (running != null) {
            List<ProcessHandle> tree = new ArrayList<>(running.descendants().toList());
            running.destroy();
            if (!ended(running, Duration.ofSeconds(30))) {
                running.destroyForcibly();
            }
            tree.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void kill() {
        Process running = process;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(onExit);
    }

    private Process run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "bin/kc.sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms128m -Xmx512m");
        builder.environment().put("KC_BOOTSTRAP_ADMIN_CLIENT_ID", ADMIN);
        builder.environment().put("KC_BOOTSTRAP_ADMIN_CLIENT_SECRET", ADMIN_SECRET);
        return builder.start();
    }

    private static boolean ended(Process process, Duration within) {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
