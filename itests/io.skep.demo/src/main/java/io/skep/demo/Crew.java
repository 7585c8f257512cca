// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import io.skep.client.Poll;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** The agents of the demo: programs, and the configuration files that make agents of them. */
final class Crew {
    /** The agents' ids. The two of one skill are those of which one loses its program. */
    static final List<String> AGENTS =
            List.of("history", "owners", "markers", "lines", "docs", "build", "speed-a", "speed-b", "report");

    /** What the agents' command lines need. */
    static final List<String> PROGRAMS = List.of(
            "lib.sh",
            "json.awk",
            "quote.awk",
            "history.sh",
            "owners.sh",
            "markers.sh",
            "lines.sh",
            "docs.sh",
            "build.sh",
            "speed.sh",
            "report.sh");

    private static final String CORE = "io.skep.core.cfg";
    private static final String ROUTING = "io.skep.plugin.routing.cfg";

    private Crew() {}

    /** Where the programs are, in a server's directory. */
    static Path directory(Path karaf) {
        return karaf.resolve("work").resolve("demo");
    }

    /** Copies the programs, and removes what earlier ones left behind. */
    static void installPrograms(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            clear(directory);
        }
        Files.createDirectories(directory);
        for (String program : PROGRAMS) {
            copy("agents/" + program, directory.resolve(program));
        }
    }

    /** Sets what core reads when it starts. */
    static void configure(Path karaf) throws IOException {
        copy("etc/" + CORE, karaf.resolve("etc").resolve(CORE));
    }

    /** Registers the agents by nothing but their files. */
    static void installAgents(Path karaf) throws IOException {
        for (String agent : AGENTS) {
            String name = "io.skep.agent.process-" + agent + ".cfg";
            copy("etc/" + name, karaf.resolve("etc").resolve(name));
        }
        copy("etc/" + ROUTING, karaf.resolve("etc").resolve(ROUTING));
    }

    /** The agents that have each skill. */
    static Map<String, List<String>> bySkill() throws IOException {
        Map<String, List<String>> agents = new HashMap<>();
        for (String agent : AGENTS) {
            Properties settings = new Properties();
            try (InputStream in = Crew.class.getResourceAsStream("etc/io.skep.agent.process-" + agent + ".cfg")) {
                settings.load(in);
            }
            for (String skill : settings.getProperty("skills").split(", ", -1)) {
                agents.computeIfAbsent(skill, s -> new ArrayList<>()).add(agent);
            }
        }
        return agents;
    }

    /** Waits until every agent is there and active. */
    static void awaitActive(SkepClient client, Duration deadline) throws IOException, InterruptedException {
        Set<String> missing = new HashSet<>();
        boolean all = Poll.until(
                () -> {
                    missing.clear();
                    missing.addAll(AGENTS);
                    client.agents().stream()
                            .filter(agent -> agent.path("state").asText().equals("active"))
                            .forEach(agent -> missing.remove(agent.path("id").asText()));
                    return missing.isEmpty();
                },
                deadline,
                Duration.ofMillis(20));
        if (!all) {
            throw new IOException("Not active within " + deadline.toSeconds() + " s: " + missing);
        }
    }

    /** Whoever looks at the directory sees the old file or the new one, never a part. */
    static void copy(String resource, Path to) throws IOException {
        Path part = to.resolveSibling("." + to.getFileName() + ".part");
        try (InputStream in = Crew.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("Not in the jar: " + resource);
            }
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void clear(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path emptied, IOException failure) throws IOException {
                if (!emptied.equals(directory)) {
                    Files.deleteIfExists(emptied);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
