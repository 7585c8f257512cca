// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import io.skep.client.Poll;
import io.skep.client.Processes;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;

/** A server from the built archive, with its files. The machine may be slow: deadlines are generous. */
final class Instance implements AutoCloseable {
    static final Duration START = Duration.ofMinutes(3);
    static final Duration SOON = Duration.ofSeconds(60);
    static final Duration OFTEN = Duration.ofMillis(20);

    private final SkepServer server;

    private Instance(SkepServer server) {
        this.server = server;
    }

    /** An instance in a directory of this name under {@code target/}, new and not yet started. */
    static Instance fresh(String name) throws IOException, InterruptedException {
        Instance instance = empty(name);
        instance.server.unpack();
        return instance;
    }

    /** The same without the distribution, which somebody else unpacks. */
    static Instance empty(String name) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("skep.instances")).resolve(name);
        endLeftOver(home);
        SmallDisk.release(home);
        clear(home);
        return new Instance(SkepServer.of(home, SkepServer.freePort(), SkepServer.freePort()));
    }

    SkepServer server() {
        return server;
    }

    /** Replaces a configuration file as the documentation says: written under another name, then renamed. */
    void configure(String file, String... lines) throws IOException {
        Path target = server.karaf().resolve("etc").resolve(file);
        Path part = target.resolveSibling("." + file + ".part");
        Files.writeString(part, String.join("\n", lines) + "\n");
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The lines of the log so far. */
    List<String> log() throws IOException {
        Path log = server.karaf().resolve("data/log/skep.log");
        return Files.exists(log) ? Files.readAllLines(log, StandardCharsets.UTF_8) : List.of();
    }

    /** Waits until the log has, after its first {@code from} lines, one with all of these words; returns it. */
    String awaitLog(int from, String... words) throws IOException, InterruptedException {
        String[] found = new String[1];
        boolean there = Poll.until(
                () -> {
                    List<String> log = log();
                    found[0] = log.subList(Math.min(from, log.size()), log.size()).stream()
                            .filter(line -> List.of(words).stream().allMatch(line::contains))
                            .findFirst()
                            .orElse(null);
                    return found[0] != null;
                },
                START,
                OFTEN);
        if (!there) {
            List<String> log = log();
            throw new AssertionError("No line with " + List.of(words) + " in the log, which ends with\n"
                    + String.join("\n", log.subList(Math.max(from, log.size() - 30), log.size())));
        }
        return found[0];
    }

    /** Runs one command line in the shell, with the login that the first start made; answers what it said. */
    String shell(String line) throws IOException, InterruptedException {
        List<String> command = List.of(
                "ssh",
                "-n",
                "-o",
                "BatchMode=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "-i",
                server.karaf().resolve("etc/skep_login_key").toString(),
                "-p",
                Integer.toString(server.sshPort()),
                "skep@127.0.0.1",
                line);
        String[] said = new String[1];
        // The shell comes up beside HTTP, perhaps a moment later.
        boolean done = Poll.until(
                () -> {
                    Process ssh = new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .start();
                    said[0] = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    return ssh.waitFor() == 0;
                },
                SOON,
                Duration.ofMillis(500));
        if (!done) {
            throw new AssertionError("\"" + line + "\" in the shell: " + said[0]);
        }
        return said[0];
    }

    /** Waits for something that must come soon. */
    static void await(String what, Poll.Condition condition) throws IOException, InterruptedException {
        if (!Poll.until(condition, SOON, OFTEN)) {
            throw new AssertionError("In " + SOON.toSeconds() + " s it did not come that " + what);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** A run that was cut off may have left its server. */
    private static void endLeftOver(Path home) throws IOException, InterruptedException {
        Processes.find("-Dkaraf.base=" + home.resolve("karaf") + " ", "org.apache.karaf.main.Main")
                .ifPresent(Processes::kill9);
    }

    static void clear(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                Files.delete(emptied);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
