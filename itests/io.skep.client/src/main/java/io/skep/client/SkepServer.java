// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server of our own: an instance directory with its own ports, started by the launcher or straight from the
 * distribution's archive, and killed and started again at will. For one thread.
 */
public final class SkepServer implements AutoCloseable {
    private static final int FIRST_PORT = 15_000;
    private static final int LAST_PORT = 30_000;
    private static final int MAX_TRIES = 100;

    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final int MAX_ERRORS = 10;
    /** More options for the server's JVM, for instance in tests. */
    private static final String OPTIONS = System.getProperty("skep.server.options", "");

    private final Path home;
    private final int httpPort;
    private final int sshPort;
    private final Source source;
    private final SkepClient probe;
    private final Map<String, String> environment = new TreeMap<>();
    private @Nullable Process launching;

    /** Where a server comes from. */
    private sealed interface Source {
        /** Has the distribution in the instance directory. */
        void unpack(SkepServer server) throws IOException, InterruptedException;

        /** Starts the process; returns when it was, not when the server is ready. */
        void start(SkepServer server) throws IOException, InterruptedException;
    }

    private record Launcher(Path script, String archive) implements Source {
        @Override
        public void unpack(SkepServer server) throws IOException, InterruptedException {
            server.end(server.launch(this, "unpack"), script + " unpack");
        }

        @Override
        public void start(SkepServer server) throws IOException {
            server.launching = server.launch(this, "start");
        }
    }

    private record Archive(Path file) implements Source {
        @Override
        public void unpack(SkepServer server) throws IOException, InterruptedException {
            server.unpack(file);
        }

        @Override
        public void start(SkepServer server) throws IOException, InterruptedException {
            server.exec();
        }
    }

    private SkepServer(Path home, int httpPort, int sshPort, Source source) {
        this.home = home;
        this.httpPort = httpPort;
        this.sshPort = sshPort;
        this.source = source;
        this.probe = SkepClient.of(uri(), "");
    }

    /**
     * A server as the system properties say: {@code skep.launcher}, the {@code ./skep} script, or else {@code
     * skep.archive}, the distribution's {@code .tar.gz}. If both are set, the launcher takes that archive and builds none.
     *
     * @param home the instance directory, made when missing
     * @throws IllegalStateException if neither is set
     */
    public static SkepServer of(Path home, int httpPort, int sshPort) {
        String archive = System.getProperty("skep.archive", "");
        String launcher = System.getProperty("skep.launcher", "");
        if (!launcher.isEmpty()) {
            return fromLauncher(Path.of(launcher), archive, home, httpPort, sshPort);
        }
        if (!archive.isEmpty()) {
            return fromArchive(Path.of(archive), home, httpPort, sshPort);
        }
        throw new IllegalStateException(
                "Set -Dskep.launcher (the script ./skep) or -Dskep.archive (the distribution).");
    }

    /** A server started as {@code LAUNCHER start}; with an empty archive the launcher builds what is missing. */
    public static SkepServer fromLauncher(Path launcher, String archive, Path home, int httpPort, int sshPort) {
        return new SkepServer(
                home.toAbsolutePath().normalize(), httpPort, sshPort, new Launcher(launcher.toAbsolutePath(), archive));
    }

    /** A server of an archive, unpacked once into the instance directory. */
    public static SkepServer fromArchive(Path archive, Path home, int httpPort, int sshPort) {
        return new SkepServer(
                home.toAbsolutePath().normalize(), httpPort, sshPort, new Archive(archive.toAbsolutePath()));
    }

    /**
     * A port that nobody listens on at the moment: below those that a machine gives to its clients, one of which could take
     * it while the server is down.
     */
    public static int freePort() throws IOException {
        for (int tries = 0; ; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                if (tries == MAX_TRIES) {
                    throw taken;
                }
            }
        }
    }

    /** Sets a variable of the environment in which it is started, such as {@code SKEP_HEAP}. */
    public SkepServer with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** The instance directory. */
    public Path home() {
        return home;
    }

    /** The directory in which the server lives: {@code etc/}, {@code work/}, {@code data/}. */
    public Path karaf() {
        return home.resolve("karaf");
    }

    /** The base of the HTTP interface. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    /** What to put before the launcher's name in a shell, so that it means this server. */
    public String launcherEnvironment() {
        return "SKEP_HOME='" + home + "' SKEP_HTTP_PORT=" + httpPort + " SKEP_SSH_PORT=" + sshPort;
    }

    /** The port of the shell. */
    public int sshPort() {
        return sshPort;
    }

    /**
     * Starts the server and waits until it is ready.
     *
     * @return how long that took
     * @throws IOException if it is not ready in time; the message says where to look
     */
    public Duration start(Duration deadline) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        begin();
        awaitReady(deadline);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Unpacks the distribution if it is not there yet, so that its files can be changed before the first start. */
    public void unpack() throws IOException, InterruptedException {
        Files.createDirectories(home);
        source.unpack(this);
    }

    private void unpack(Path archive) throws IOException, InterruptedException {
        if (home.toString().chars().anyMatch(Character::isWhitespace)) {
            throw new IOException("A server from an archive needs a directory without spaces, not " + home);
        }
        if (!Files.exists(karaf().resolve("bin/karaf"))) {
            Path part = Files.createDirectories(home.resolve("karaf.part"));
            Process tar = run(
                    List.of("tar", "-xzf", archive.toString(), "-C", part.toString(), "--strip-components=1"),
                    Map.of(),
                    null);
            end(tar, "unpacking " + archive);
            Files.move(part, karaf());
        }
    }

    private void end(Process process, String what) throws IOException, InterruptedException {
        if (process.waitFor() != 0) {
            throw new IOException("Failed: " + what + "; see " + log());
        }
    }

    /** Starts the server's process and does not wait until it is ready. */
    public void begin() throws IOException, InterruptedException {
        Files.createDirectories(home);
        source.start(this);
    }

    /**
     * Waits until the server is ready.
     *
     * @throws IOException if it is not ready in time; the message holds what it logged as errors, and where to look
     */
    public void awaitReady(Duration deadline) throws IOException, InterruptedException {
        boolean ready = Poll.until(() -> hasFailed() || probe.isReady(), deadline, INTERVAL);
        if (hasFailed()) {
            throw new IOException("The launcher could not start the server; see " + log());
        }
        if (!ready) {
            String said =
                    errors().stream().map(line -> System.lineSeparator() + line).collect(Collectors.joining());
            throw new IOException("The server in " + home + " was not ready within " + deadline.toSeconds() + " s; see "
                    + karaf().resolve("data/log") + " and " + log() + said);
        }
    }

    /** The newest lines of the server's log that tell of an error, at most ten. */
    public List<String> errors() throws IOException {
        Path file = karaf().resolve("data/log/skep.log");
        if (!Files.exists(file)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            List<String> errors = lines.filter(line -> line.contains(" ERROR ")).toList();
            return errors.subList(Math.max(0, errors.size() - MAX_ERRORS), errors.size());
        }
    }

    /** Whether it answers that it is ready. */
    public boolean isReady() throws InterruptedException {
        return probe.isReady();
    }

    /** The id of the server's process, if it runs. */
    public OptionalLong pid() throws IOException, InterruptedException {
        return Processes.find("-Dkaraf.base=" + karaf().toRealPath() + " ", "org.apache.karaf.main.Main");
    }

    /** The local administrator's token, from the store directory. */
    public String token() throws IOException {
        return Files.readString(home.resolve("store/admin.token")).strip();
    }

    /** A client of the administrator. */
    public SkepClient client() throws IOException {
        return SkepClient.of(uri(), token());
    }

    /** Kills the server with SIGKILL and waits until it is gone; what it started lives on. */
    public void kill9() throws IOException, InterruptedException {
        OptionalLong pid = pid();
        if (pid.isEmpty()) {
            throw new IOException("No server runs in " + home);
        }
        Processes.kill9(pid.getAsLong());
        awaitEnd(pid.getAsLong(), Duration.ofSeconds(60));
    }

    /** Stops the server by SIGTERM, by SIGKILL when that does not help within 30 s. */
    public void stop() throws IOException, InterruptedException {
        OptionalLong pid = Files.isDirectory(karaf()) ? pid() : OptionalLong.empty();
        if (pid.isEmpty()) {
            return;
        }
        ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroy);
        if (!Poll.until(() -> !Processes.isRunning(pid.getAsLong()), STOP_PATIENCE, INTERVAL)) {
            kill9();
        }
    }

    /** Kills with SIGKILL and starts again; how long it took from the kill until ready. */
    public Duration restart(Duration deadline) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        kill9();
        start(deadline);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** {@link #stop()}. */
    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path log() {
        return home.resolve("start.log");
    }

    private void awaitEnd(long pid, Duration deadline) throws IOException, InterruptedException {
        if (!Poll.until(() -> !Processes.isRunning(pid), deadline, Duration.ofMillis(1))) {
            throw new IOException("Process " + pid + " does not end");
        }
    }

    private String javaOptions() {
        return "-Dskep.http.port=" + httpPort + " -Dskep.ssh.port=" + sshPort + ' ' + OPTIONS;
    }

    private Process launch(Launcher launcher, String command) throws IOException {
        Map<String, String> variables = Map.of(
                "SKEP_HOME", home.toString(),
                "SKEP_HTTP_PORT", Integer.toString(httpPort),
                "SKEP_SSH_PORT", Integer.toString(sshPort),
                "SKEP_JAVA_OPTS", environment.getOrDefault("SKEP_JAVA_OPTS", OPTIONS),
                "SKEP_ARCHIVE", launcher.archive());
        return run(List.of(launcher.script().toString(), command), variables, null);
    }

    /** Whether the launcher, which waits until the server is ready, has given up. */
    private boolean hasFailed() {
        Process process = launching;
        return process != null && !process.isAlive() && process.exitValue() != 0;
    }

    private void exec() throws IOException, InterruptedException {
        unpack();
        // With exec, the process that is started is the server itself.
        run(
                List.of(karaf().resolve("bin/karaf").toString(), "daemon"),
                Map.of(
                        "KARAF_EXEC",
                        "exec",
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "SKEP_JAVA_OPTS",
                        javaOptions() + " -Dskep.store=" + home.resolve("store")),
                karaf().toFile());
    }

    private Process run(List<String> command, Map<String, String> variables, @Nullable File directory)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .directory(directory);
        // Ours is not for the server: JAVA_OPTS may name another heap, SKEP_HOME another instance.
        builder.environment().keySet().removeIf(name -> name.startsWith("SKEP_") || name.startsWith("KARAF_"));
        builder.environment().putAll(this.environment);
        builder.environment().putAll(variables);
        return builder.start();
    }
}
