// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.api.Refusal;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.program.BoundedProgram;
import io.skep.plugin.base.program.ProcessTrees;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
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
    /** The name of the mark in the environment; its value is the run. */
    static final String MARK = "SKEP_GATE_RUN";

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
     * @return ends exceptionally if nothing was judged: when closed, and as a {@link Refusal} that may be tried again
     *     when there is no room
     */
    CompletableFuture<Outcome> run(CheckSpec spec, String run, Subject subject) {
        resize(settings.get().parallelPrograms());
        try {
            return CompletableFuture.supplyAsync(() -> judge(spec, run, subject), pool);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.BUSY, "too many programs wait already"));
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
            ProcessTrees.endMarked(MARK + '=' + run);
            input = Files.createTempFile("skep-gate-", ".json");
            Files.writeString(input, subject.text());
            return outcome(spec, program, run, input);
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

    private Outcome outcome(CheckSpec spec, Path program, String run, Path input)
            throws IOException, InterruptedException {
        BoundedProgram.Ending ending = BoundedProgram.run(
                new BoundedProgram.Order(
                        program,
                        Objects.requireNonNullElse(spec.args(), List.of()),
                        Map.of(MARK, run),
                        MARK,
                        input,
                        Duration.ofSeconds(spec.seconds()),
                        KEPT),
                () -> closed);
        if (ending.isLate()) {
            return Outcome.errored("the program had not ended after " + spec.seconds() + " s and was ended");
        }
        int status = ending.status();
        String end = ending.output().strip();
        return status == 0
                ? Outcome.passed(end.isEmpty() ? "exit status 0" : end)
                : Outcome.failed("exit status " + status + (end.isEmpty() ? "" : ": " + end));
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
