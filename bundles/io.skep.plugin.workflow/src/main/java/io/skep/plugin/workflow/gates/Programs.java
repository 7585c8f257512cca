// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs programs of the configured directory, never through a shell: what is judged is their standard input, exit status 0
 * passes. Each has so long, its output is read and only the end of it kept, and whatever happens, nothing of its tree is
 * left. Thread-safe.
 */
final class Programs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final int KEPT = 1800;
    private static final long LOOK_MILLIS = 20;
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final Supplier<Settings> settings;
    private final ThreadPoolExecutor pool;
    private volatile boolean closed;

    Programs(Supplier<Settings> settings) {
        this.settings = settings;
        this.pool = Workers.pool("skep-workflow-program", settings.get().parallelPrograms());
    }

    /**
     * The file of a program.
     *
     * @throws Declination if there is none, or none may be run
     */
    Path find(String name) {
        Path directory = settings.get().programs();
        if (directory == null) {
            throw new Declination("gates may run no programs: no directory is configured for them");
        }
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new Declination(
                    "there is no program " + name + " in the directory for gates, or it is not executable");
        }
        return file;
    }

    /**
     * Runs a check, when there is room.
     *
     * @param run names this run of it: what an earlier server has left of the same run is ended first
     * @return ends exceptionally only when closed, and then nothing was judged
     */
    CompletableFuture<Outcome> run(CheckSpec spec, String run, Subject subject) {
        resize(settings.get().parallelPrograms());
        try {
            return CompletableFuture.supplyAsync(() -> judge(spec, run, subject), pool);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.completedFuture(Outcome.errored("too many programs wait already"));
        }
    }

    private synchronized void resize(int threads) {
        if (threads > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(threads);
            pool.setCorePoolSize(threads);
        } else if (threads < pool.getMaximumPoolSize()) {
            pool.setCorePoolSize(threads);
            pool.setMaximumPoolSize(threads);
        }
    }

    private Outcome judge(CheckSpec spec, String run, Subject subject) {
        Path input = null;
        try {
            Path program = find(Objects.requireNonNull(spec.program()));
            ProcessTrees.endMarked(run);
            input = Files.createTempFile("skep-gate-", ".json");
            Files.writeString(input, subject.text());
            return watch(start(spec, program, run, input), spec, run);
        } catch (Declination notThere) {
            return Outcome.errored(String.valueOf(notThere.getMessage()));
        } catch (IOException failed) {
            return Outcome.errored("the program cannot be run: " + failed.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the program was stopped with the plugin", stopped);
        } finally {
            delete(input);
        }
    }

    private static Process start(CheckSpec spec, Path program, String run, Path input) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            // Executes the program in the same process, as the leader of a session that can be found again.
            command.add(SETSID.toString());
        }
        command.add(program.toString());
        command.addAll(Objects.requireNonNullElse(spec.args(), List.of()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Objects.requireNonNull(program.toAbsolutePath().getParent())
                        .toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().put(ProcessTrees.MARK, run);
        return builder.start();
    }

    private Outcome watch(Process process, CheckSpec spec, String run) throws IOException, InterruptedException {
        StringBuilder kept = new StringBuilder();
        long until = System.nanoTime() + Duration.ofSeconds(spec.seconds()).toNanos();
        boolean late = false;
        try (InputStream output = process.getInputStream()) {
            boolean over = false;
            while (!over && !late) {
                over = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                drain(output, kept);
                late = System.nanoTime() - until > 0;
                if (closed) {
                    throw new InterruptedException("closed");
                }
            }
            if (!over) {
                return Outcome.errored("the program had not ended after " + spec.seconds() + " s and was ended");
            }
        } finally {
            ProcessTrees.end(process, run);
        }
        int status = process.exitValue();
        String end = kept.toString().strip();
        return status == 0
                ? Outcome.passed(end.isEmpty() ? "exit status 0" : end)
                : Outcome.failed("exit status " + status + (end.isEmpty() ? "" : ": " + end));
    }

    /** Reads what is there without waiting: a process that was left behind may hold the pipe open. */
    private static void drain(InputStream output, StringBuilder kept) throws IOException {
        byte[] buffer = new byte[8192];
        // A program that never stops writing must not keep this from looking at the time.
        for (int rounds = 0; rounds < 64 && output.available() > 0; rounds++) {
            int read = output.read(buffer, 0, Math.min(buffer.length, output.available()));
            kept.append(new String(buffer, 0, Math.max(read, 0), StandardCharsets.UTF_8));
            if (kept.length() > KEPT) {
                kept.delete(0, kept.length() - KEPT);
            }
        }
    }

    private static void delete(@Nullable Path input) {
        try {
            if (input != null) {
                Files.deleteIfExists(input);
            }
        } catch (IOException leftBehind) {
            LOG.warn("{} could not be deleted", input, leftBehind);
        }
    }

    /** Ends what runs; those checks are run again by the next generation. */
    @Override
    public void close() {
        closed = true;
        pool.shutdownNow();
    }
}
