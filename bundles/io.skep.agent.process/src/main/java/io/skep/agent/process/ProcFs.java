// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Linux tells of processes in {@code /proc} and {@link ProcessHandle} does not: sessions, and the environment with
 * which each began. Processes come and go during a look; whatever cannot be read is taken as gone. Thread-safe.
 */
final class ProcFs {
    private static final int MAX_ENVIRONMENT_BYTES = 4 * 1024 * 1024;
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int START = 19;

    private final Path root;

    /** @param root where the file system is mounted */
    ProcFs(Path root) {
        this.root = root;
    }

    /**
     * One process.
     *
     * @param pid its id
     * @param parent its parent's id
     * @param session the id of its session
     * @param startTicks when it started, in the kernel's clock ticks since boot
     */
    record Entry(long pid, long parent, long session, long startTicks) {}

    /** Whether it is there. */
    boolean isAvailable() {
        return Files.isReadable(root.resolve("self/stat"));
    }

    /** A process that has not ended; one that only waits to be reaped has. */
    Optional<Entry> find(long pid) {
        try {
            String stat =
                    Files.readString(root.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
            // The second field is the program's name in brackets, which may itself contain anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean ended = "ZX".contains(fields[STATE]);
            return ended
                    ? Optional.empty()
                    : Optional.of(new Entry(
                            pid,
                            Long.parseLong(fields[PARENT]),
                            Long.parseLong(fields[SESSION]),
                            Long.parseLong(fields[START])));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /**
     * Every process that has not ended.
     *
     * @throws IllegalStateException if the list cannot be read, for instance for want of file descriptors
     */
    List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(root, "[0-9]*")) {
            processes.forEach(process ->
                    find(Long.parseLong(process.getFileName().toString())).ifPresent(entries::add));
        } catch (IOException | DirectoryIteratorException e) {
            throw new IllegalStateException("cannot read " + root, e);
        }
        return entries;
    }

    /** Whether a process of ours began with this entry, {@code NAME=value}, in its environment. */
    boolean hasMark(long pid, String mark) {
        Path file = root.resolve(Long.toString(pid)).resolve("environ");
        try (InputStream in = Files.newInputStream(file)) {
            String entries = "\0" + new String(in.readNBytes(MAX_ENVIRONMENT_BYTES), StandardCharsets.UTF_8) + "\0";
            return entries.contains("\0" + mark + "\0");
        } catch (IOException goneOrForeign) {
            return false;
        }
    }
}
