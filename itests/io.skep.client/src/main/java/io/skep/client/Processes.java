// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes of this machine, as its operating system shows them. */
public final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** Whether a process runs. One that has ended and was not yet waited for does not. */
    public static boolean isRunning(long pid) {
        Path stat = PROC.resolve(pid + "/stat");
        if (Files.isDirectory(PROC.resolve("self"))) {
            try {
                String text = new String(Files.readAllBytes(stat), StandardCharsets.ISO_8859_1);
                char state = text.charAt(text.lastIndexOf(')') + 2);
                return state != 'Z' && state != 'X';
            } catch (IOException e) {
                return false;
            }
        }
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Sends SIGKILL; false if there is no such process. */
    public static boolean kill9(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
    }

    /** The running process whose command line has all of these words in it, if there is one. */
    public static OptionalLong find(String... words) throws IOException, InterruptedException {
        List<String> lines = Files.isDirectory(PROC.resolve("self")) ? fromProc() : fromPs();
        return lines.stream()
                .filter(line -> Stream.of(words).allMatch(line::contains))
                .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
                .filter(Processes::isRunning)
                .findFirst();
    }

    /** The ids of the processes in whose environment this entry is; empty where the system does not show it. */
    public static List<Long> withEnvironment(String entry) throws IOException {
        String needle = "\0" + entry;
        return pids().filter(pid -> ("\0" + read(pid, "environ")).contains(needle))
                .filter(Processes::isRunning)
                .collect(Collectors.toList());
    }

    private static List<String> fromProc() throws IOException {
        return pids().map(pid -> pid + " " + read(pid, "cmdline").replace('\0', ' '))
                .collect(Collectors.toList());
    }

    private static Stream<Long> pids() throws IOException {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .collect(Collectors.toList())
                    .stream();
        }
    }

    private static String read(long pid, String file) {
        try {
            byte[] bytes = Files.readAllBytes(PROC.resolve(pid + "/" + file));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            // It has ended meanwhile, or is another user's.
            return "";
        }
    }

    private static List<String> fromPs() throws IOException, InterruptedException {
        Process ps = new ProcessBuilder("ps", "-A", "-ww", "-o", "pid=,args=").start();
        String out = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        ps.waitFor();
        return out.lines().map(String::strip).filter(line -> line.contains(" ")).collect(Collectors.toList());
    }
}
