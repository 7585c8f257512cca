// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs a program, never through a shell: it has so long, its output is read and only the end of it kept, and whatever
 * happens, nothing of its tree is left. Holds the calling thread while it runs. Thread-safe.
 */
public final class BoundedProgram {
    private static final long LOOK_MILLIS = 20;
    private static final long FIRST_LOOK_MILLIS = 1;
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /**
     * What is to be run.
     *
     * @param program its file; it runs in that directory
     * @param arguments of it
     * @param environment everything that it finds there, besides {@code PATH} and {@code LANG}
     * @param mark the name in the environment by whose value what it has started is found
     * @param input the file that is its standard input
     * @param most how long it may run
     * @param kept characters of its output, standard error included, that are kept at most
     */
    public record Order(
            Path program,
            List<String> arguments,
            Map<String, String> environment,
            String mark,
            Path input,
            Duration most,
            int kept) {
        public Order {
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
            if (!environment.containsKey(mark)) {
                throw new IllegalArgumentException("the environment does not have the mark " + mark);
            }
        }
    }

    /**
     * How it ended.
     *
     * @param isLate whether it had not ended in time, and was ended
     * @param status its exit status; 0 if it was late
     * @param output the end of its output
     */
    public record Ending(boolean isLate, int status, String output) {}

    private BoundedProgram() {}

    /**
     * Runs it to its end.
     *
     * @param stop asked now and then whether it is to be ended
     * @throws InterruptedException if it was ended because of {@code stop} or an interrupt
     */
    public static Ending run(Order order, BooleanSupplier stop) throws IOException, InterruptedException {
        Process process = start(order);
        String mark = order.mark() + '=' + order.environment().get(order.mark());
        StringBuilder kept = new StringBuilder();
        long until = System.nanoTime() + order.most().toNanos();
        try (InputStream output = process.getInputStream()) {
            boolean over = false;
            boolean late = false;
            long look = FIRST_LOOK_MILLIS;
            while (!over && !late) {
                over = process.waitFor(look, TimeUnit.MILLISECONDS);
                look = Math.min(LOOK_MILLIS, look + 1);
                drain(output, kept, order.kept());
                late = System.nanoTime() - until > 0;
                if (stop.getAsBoolean()) {
                    throw new InterruptedException("stopped");
                }
            }
            return new Ending(!over, over ? process.exitValue() : 0, kept.toString());
        } finally {
            ProcessTrees.end(process, mark);
        }
    }

    private static Process start(Order order) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            // Executes the program in the same process, as the leader of a session that can be found again.
            command.add(SETSID.toString());
        }
        command.add(order.program().toString());
        command.addAll(order.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(
                        Objects.requireNonNull(order.program().toAbsolutePath().getParent())
                                .toFile())
                .redirectInput(order.input().toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().putAll(order.environment());
        return builder.start();
    }

    /** Reads what is there without waiting: a process that was left behind may hold the pipe open. */
    private static void drain(InputStream output, StringBuilder kept, int most) throws IOException {
        byte[] buffer = new byte[8192];
        // A program that never stops writing must not keep this from looking at the time.
        for (int rounds = 0; rounds < 64 && output.available() > 0; rounds++) {
            int read = output.read(buffer, 0, Math.min(buffer.length, output.available()));
            kept.append(new String(buffer, 0, Math.max(read, 0), StandardCharsets.UTF_8));
            if (kept.length() > most) {
                kept.delete(0, kept.length() - most);
            }
        }
    }
}
