// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import io.skep.client.Poll;
import io.skep.client.SkepServer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL of our own, on a free port of 127.0.0.1, in a directory that goes when it is closed. PostgreSQL does not
 * run as root: started by root it runs as the user {@code postgres}.
 */
final class Postgres implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Duration START = Duration.ofSeconds(60);
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
    private final String password = UUID.randomUUID().toString();
    private final Thread hook;
    private final boolean root = "root".equals(System.getProperty("user.name"));

    /** Where the programs of the newest PostgreSQL are, if there is one. */
    static Optional<Path> programs() throws IOException {
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
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("pg_ctl")))
                .findFirst();
    }

    /**
     * Makes a cluster and starts it.
     *
     * @param programs from {@link #programs()}
     * @param beside the directory on whose disk the data shall be
     */
    Postgres(Path programs, Path beside) throws IOException, InterruptedException {
        this.programs = programs;
        this.directory = directory(beside);
        this.port = SkepServer.freePort();
        Path file = Files.writeString(directory.resolve("password"), password);
        own(file);
        run(
                "initdb",
                "--pgdata=" + data(),
                "--username=" + USER,
                "--pwfile=" + file,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C");
        Files.delete(file);
        this.hook = new Thread(this::stop, "bench-postgres-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        String options = "-p " + port + SETTINGS.stream().map(s -> " -c " + s).reduce("", String::concat);
        run("pg_ctl", "start", "-w", "-t", "60", "-D", data(), "-l", directory.resolve("log") + "", "-o", options);
        if (!Poll.until(this::answers, START, Duration.ofMillis(50))) {
            throw new IOException("PostgreSQL does not answer on port " + port);
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    /** On the disk of the server's store where the other user gets there, else where temporary files are. */
    private Path directory(Path beside) throws IOException, InterruptedException {
        Path near = Files.createTempDirectory(beside, "postgres");
        own(near);
        if (!root || start(List.of("test", "-w", near.toString()), true).waitFor() == 0) {
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

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    String user() {
        return USER;
    }

    String password() {
        return password;
    }

    /** Its version and what it says of its durability. */
    String describe() throws IOException {
        try (Connection connection = DriverManager.getConnection(url(), USER, password);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version'),"
                        + " current_setting('fsync'), current_setting('synchronous_commit')")) {
            row.next();
            return "PostgreSQL " + row.getString(1) + ", fsync=" + row.getString(2) + ", synchronous_commit="
                    + row.getString(3);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL does not answer", e);
        }
    }

    private boolean answers() {
        try (Connection connection = DriverManager.getConnection(url(), USER, password)) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(List.of(arguments));
        Process process = start(command, false);
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroy();
            throw new IOException(program + " failed: "
                    + Files.readString(output(), StandardCharsets.UTF_8).strip());
        }
    }

    private Process start(List<String> words, boolean quiet) throws IOException {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(new File("/"));
        builder.redirectOutput(quiet ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(output().toFile()));
        return builder.start();
    }

    private Path output() {
        return directory.resolve("output");
    }

    private void stop() {
        try {
            run("pg_ctl", "stop", "-w", "-m", "fast", "-D", data());
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
        stop();
        Directories.delete(directory);
    }
}
