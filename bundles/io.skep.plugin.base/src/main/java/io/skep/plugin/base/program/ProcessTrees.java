// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ends everything that a program has started: its descendants, and on Linux also what is in its session or carries its mark,
 * {@code NAME=value}, in the environment, so that a process does not get away by leaving its parent. Thread-safe.
 */
public final class ProcessTrees {
    private static final Path PROC = Path.of("/proc");
    private static final int SESSION = 3;
    private static final int MAX_ENVIRONMENT = 1 << 20;
    /** A process may start another while it is looked for. */
    private static final int ROUNDS = 20;

    private ProcessTrees() {}

    /** Ends the tree of a process. */
    public static void end(Process root, String mark) throws InterruptedException {
        Set<ProcessHandle> known = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            root.descendants().forEach(known::add);
            known.addAll(marked(mark, root.pid()));
            known.add(root.toHandle());
            if (!kill(known)) {
                return;
            }
            root.waitFor(1L << Math.min(round, 5), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends what an earlier server has left of a run. */
    public static void endMarked(String mark) {
        for (int round = 0; round < ROUNDS && kill(marked(mark, 0)); round++) {
            Thread.onSpinWait();
        }
    }

    private static boolean kill(Set<ProcessHandle> processes) {
        boolean any = false;
        for (ProcessHandle process : processes) {
            boolean alive = process.isAlive() && !isZombie(process.pid());
            any |= alive;
            if (alive) {
                Stream.concat(process.descendants(), Stream.of(process)).forEach(ProcessHandle::destroyForcibly);
            }
        }
        return any;
    }

    private static boolean isZombie(long pid) {
        String[] stat = stat(pid);
        return stat != null && "ZX".contains(stat[0]);
    }

    private static Set<ProcessHandle> marked(String mark, long session) {
        Set<ProcessHandle> found = new HashSet<>();
        if (!Files.isReadable(PROC.resolve("self/stat"))) {
            return found;
        }
        long own = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != own && (isIn(pid, session) || hasMark(process, mark))) {
                    ProcessHandle.of(pid).ifPresent(found::add);
                }
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            return found;
        }
        return found;
    }

    private static boolean isIn(long pid, long session) {
        String[] stat = session == 0 ? null : stat(pid);
        return stat != null && stat[SESSION].equals(Long.toString(session));
    }

    /** What follows the name of a process in its line of state, or null if it is gone. */
    private static String @Nullable [] stat(long pid) {
        try {
            String line = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (IOException gone) {
            return null;
        }
    }

    private static boolean hasMark(Path process, String mark) {
        try (InputStream in = Files.newInputStream(process.resolve("environ"))) {
            String entries = '\0' + new String(in.readNBytes(MAX_ENVIRONMENT), StandardCharsets.UTF_8) + '\0';
            return entries.contains('\0' + mark + '\0');
        } catch (IOException goneOrForeign) {
            return false;
        }
    }
}
