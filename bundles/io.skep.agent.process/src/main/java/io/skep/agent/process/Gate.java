// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts programs behind a gate: a shell that waits for one line on standard input and then becomes the program, with
 * the same process id, leaving the rest of standard input to it. So the process id can be recorded before the program
 * runs; and if the server dies before it has opened the gate, standard input ends and nothing runs. Thread-safe.
 */
final class Gate {
    private static final String SHELL = "/bin/sh";
    /** Reading from a pipe, {@code read} takes byte by byte and nothing beyond the line. */
    private static final String SCRIPT = "IFS= read -r go && exec \"$@\"";

    private final @Nullable Path setsid;

    /** @param setsid the program that starts another as the leader of a session of its own, or null */
    Gate(@Nullable Path setsid) {
        this.setsid = setsid;
    }

    /** With {@code setsid} when it is found on {@code path} and sessions can be seen. */
    static Gate of(ProcessTable table, String path) {
        return new Gate(
                table.seesSessions() ? find("setsid", path, Path.of("/")).orElse(null) : null);
    }

    /** Whether programs lead a session of their own. */
    boolean makesSessions() {
        return setsid != null;
    }

    /**
     * Starts the gate.
     *
     * @param program absolute, so that no shell can take it for an option or a command of its own
     */
    Process start(Path program, List<String> arguments, Path directory, Map<String, String> environment)
            throws IOException {
        List<String> words = new ArrayList<>();
        if (setsid != null) {
            words.add(setsid.toString());
        }
        words.addAll(List.of(SHELL, "-c", SCRIPT, "sh", program.toString()));
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Finds a program as a shell would: by its path if the name has a slash, else in the directories of {@code path}. */
    static Optional<Path> find(String name, String path, Path directory) {
        Stream<Path> candidates = name.indexOf('/') >= 0
                ? Stream.of(directory.resolve(name))
                : Arrays.stream(path.split(File.pathSeparator))
                        .map(entry -> directory.resolve(entry).resolve(name));
        return candidates
                .map(Path::normalize)
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
