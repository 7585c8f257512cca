// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import io.skep.client.Poll;
import io.skep.client.Processes;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Process agents whose program notices when a second one works on the same task. */
final class Programs {
    private static final List<String> AGENTS = List.of("bench-a", "bench-b");

    private final Path karaf;
    private final String mark;

    Programs(SkepServer server) {
        this.karaf = server.karaf();
        this.mark = "SKEP_BENCH=" + server.home();
    }

    /** Puts the program and its agents where the server finds them. */
    void install() throws IOException {
        Path directory = Files.createDirectories(karaf.resolve("work/bench"));
        Files.createDirectories(directory.resolve("locks"));
        try (InputStream in = Programs.class.getResourceAsStream("program.sh")) {
            if (in == null) {
                throw new IOException("program.sh is not in the jar");
            }
            Files.copy(in, directory.resolve("program.sh"), StandardCopyOption.REPLACE_EXISTING);
        }
        for (String agent : AGENTS) {
            Path file = karaf.resolve("etc/io.skep.agent.process-" + agent + ".cfg");
            Path part = file.resolveSibling("." + agent + ".part");
            Files.writeString(
                    part,
                    String.join(
                            System.lineSeparator(),
                            "command = sh program.sh",
                            "directory = work/bench",
                            "skills = " + RecoveryBench.PROGRAM_SKILL,
                            "slots = 4",
                            "timeout.millis = 60000",
                            "env." + mark.replaceFirst("=", " = "),
                            ""));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    static List<String> agents() {
        return AGENTS;
    }

    /** The processes of programs that live now; empty where the system does not tell. */
    List<Long> alive() throws IOException {
        return Processes.withEnvironment(mark);
    }

    /** How many of these still live, after a moment for their end. */
    int stillAlive(List<Long> pids) throws IOException, InterruptedException {
        Poll.until(() -> pids.stream().noneMatch(Processes::isRunning), Duration.ofSeconds(2), Duration.ofMillis(10));
        return (int) pids.stream().filter(Processes::isRunning).count();
    }

    /** What the programs noticed: one line for each time that two worked on one task. */
    List<String> overlaps() throws IOException {
        return lines("violations");
    }

    /** How many programs were started. */
    int started() throws IOException {
        return lines("ledger").size();
    }

    private List<String> lines(String name) throws IOException {
        Path file = karaf.resolve("work/bench").resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : new ArrayList<>();
    }
}
