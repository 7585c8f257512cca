// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of our own, on a free port of 127.0.0.1, in a directory that goes when it is closed. PostgreSQL does not
 * run as root: started by root it runs as the user {@code postgres}. For one thread.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final String USER = "skep";

    /** Durable, as is its default; memory and write-ahead log larger than the defaults, which are for small machines. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "shared_buffers=1GB",
            "max_wal_size=4GB",
            "checkpoint_timeout=15min",
            "max_connections=100");

    private final Path programs;
    private final Path directory;
    private final int port;
    private final String password;
    private final Thread hook = new Thread(this::stopQuietly, "postgres-stop");
    private final boolean root = "root".equals(System.getProperty("user.name"));

    /** Where the programs of the newest PostgreSQL are, if there is one. */
    public static Optional<Path> programs() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String entry : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            found.add(Path.of(entry));
        }
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.sorted(Comparator.comparing(
                                        (Path p) -> p.getFileName().toString().length())
                                .thenComparing(Comparator.naturalOrder())
                                .reversed())
                        .forEach(version -> found.add(version.resolve("bin")));
            }
        }
        return found.stream()
                .filter(bin -> Stream.of("initdb", "pg_ctl", "pg_basebackup")
                        .allMatch(program -> Files.isExecutable(bin.resolve(program))))
                .findFirst();
    }

    /**
     * Makes a cluster and starts it.
     *
     * @param beside the directory on whose disk the data shall be
     * @throws IOException if there is no PostgreSQL on this machine, or it does not start
     */
    public static PostgresServer start(Path beside) throws IOException, InterruptedException {
        Path programs = programs()
                .orElseThrow(() -> new IOException("there is no PostgreSQL (Debian's package is postgresql-15)"));
        PostgresServer server =
                new PostgresServer(programs, beside, UUID.randomUUID().toString());
        Path file = Files.writeString(server.directory.resolve("password"), server.password);
        server.own(file);
        server.run(
                "initdb",
                "--pgdata=" + server.data(),
                "--username=" + USER,
                "--pwfile=" + file,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C");
        Files.delete(file);
        server.begin();
        return server;
    }

    private PostgresServer(Path programs, Path beside, String password) throws IOException, InterruptedException {
        this.programs = programs;
        this.directory = directory(beside);
        this.port = SkepServer.freePort();
        this.password = password;
    }

    private void begin() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(hook);
        start();
    }

    /**
     * A standby of this server, which follows it. From now on a commit here waits until it is there, too.
     *
     * @param beside the directory on whose disk the data shall be
     */
    public PostgresServer standby(Path beside) throws IOException, InterruptedException {
        PostgresServer standby = new PostgresServer(programs, beside, password);
        standby.run(
                Map.of("PGPASSWORD", password),
                "pg_basebackup",
                "--pgdata=" + standby.data(),
                "--dbname=host=127.0.0.1 port=" + port + " user=" + USER + " application_name=standby",
                "--checkpoint=fast",
                "--wal-method=stream",
                "--write-recovery-conf");
        standby.begin();
        append("synchronous_standby_names = 'standby'\n");
        run("pg_ctl", "reload", "-D", data());
        return standby;
    }

    private void append(String setting) throws IOException {
        Files.writeString(Path.of(data(), "postgresql.auto.conf"), setting, StandardOpenOption.APPEND);
    }

    /** Makes a standby take writes. */
    public void promote() throws IOException, InterruptedException {
        run("pg_ctl", "promote", "-w", "-D", data());
    }

    /** Starts it after it was stopped or killed; ready for connections on return. */
    public void start() throws IOException, InterruptedException {
        String options = "-p " + port + SETTINGS.stream().map(s -> " -c " + s).reduce("", String::concat);
        run("pg_ctl", "start", "-w", "-t", "180", "-D", data(), "-l", directory.resolve("log") + "", "-o", options);
    }

    /** Kills it with all its processes, as a crash of the machine would but for what the disk holds. */
    public void kill() throws IOException, InterruptedException {
        signal("-KILL");
        if (!Poll.until(() -> processes().isEmpty(), STOP, Duration.ofMillis(20))) {
            throw new IOException("PostgreSQL on port " + port + " outlives a kill");
        }
        Files.deleteIfExists(Path.of(data(), "postmaster.pid"));
    }

    /** Has all its processes stand still: connections stay open and nothing answers. */
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
        // The main process stands still now. One that it started for a new connection after they were listed does not.
        signal("-STOP");
    }

    /** Lets its processes go on. */
    public void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes().forEach(process -> command.add(Long.toString(process.pid())));
        // One may have ended by itself since.
        start(command, Map.of()).waitFor();
    }

    private List<ProcessHandle> processes() throws IOException {
        Path file = Path.of(data(), "postmaster.pid");
        if (!Files.exists(file)) {
            return List.of();
        }
        long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
        return ProcessHandle.of(pid)
                .map(main -> Stream.concat(Stream.of(main), main.descendants()).toList())
                .orElse(List.of());
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    /** On the disk of the server's store where the other user gets there, else where temporary files are. */
    private Path directory(Path beside) throws IOException, InterruptedException {
        Path near = Files.createTempDirectory(beside.toAbsolutePath(), "postgres");
        own(near);
        if (!root
                || new ProcessBuilder("runuser", "-u", "postgres", "--", "test", "-w", near.toString())
                                .start()
                                .waitFor()
                        == 0) {
            return near;
        }
        Files.delete(near);
        Path far = Files.createTempDirectory("skep-postgres");
        own(far);
        return far;
    }

    private void own(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        if (root) {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        }
    }

    /** Where it is, for JDBC. */
    public String url() {
        return "jdbc:postgresql://" + host() + "/postgres";
    }

    /** Its host and port. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Its administrator. */
    public String user() {
        return USER;
    }

    /** The administrator's password. */
    public String password() {
        return password;
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        run(Map.of(), program, arguments);
    }

    private void run(Map<String, String> environment, String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(List.of(arguments));
        Process process = start(command, environment);
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroy();
            throw new IOException(program + " failed: "
                    + Files.readString(output(), StandardCharsets.UTF_8).strip());
        }
    }

    private Process start(List<String> words, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.directory(new File("/"));
        builder.redirectOutput(ProcessBuilder.Redirect.to(output().toFile()));
        return builder.start();
    }

    private Path output() {
        return directory.resolve("output");
    }

    /** Ends it as an operator would: open transactions are undone. */
    public void stop() throws IOException, InterruptedException {
        run("pg_ctl", "stop", "-w", "-m", "fast", "-D", data());
    }

    private void stopQuietly() {
        try {
            if (!processes().isEmpty()) {
                thaw();
                stop();
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops it and deletes its data. */
    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(hook);
        stopQuietly();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
