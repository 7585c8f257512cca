// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.PluginThreads;
import io.skep.plugin.base.program.BoundedProgram;
import io.skep.plugin.base.program.ProcessTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs programs of the configured directory, never through a shell: what happens is JSON on their standard input. Status 0
 * passes, {@value #VETO} is a veto with what they wrote as its reason, any other is a failure. Written JSON says more, see
 * {@link Outcome#said}. What does not fit into the queue of {@value #MAX_WAITING} fails. Thread-safe.
 */
final class Programs implements Target, AutoCloseable {
    /** The exit status of a veto. */
    static final int VETO = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Programs.class);
    private static final String MARK = "SKEP_HOOK_RUN";
    private static final int KEPT = 16_384;
    private static final int MAX_WAITING = 1_000;
    private static final long IDLE_SECONDS = 5;

    private final @Nullable Path directory;
    private final Codec codec;
    private final ThreadPoolExecutor pool;
    private volatile boolean closed;

    Programs(@Nullable Path directory, int atOnce, Codec codec) {
        this.directory = directory;
        this.codec = codec;
        pool = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                work -> PluginThreads.daemon(work, "skep-hooks-program"));
        pool.allowCoreThreadTimeOut(true);
    }

    /**
     * The file of a program.
     *
     * @throws Declination if there is none, or none may be run
     */
    Path find(String name) {
        if (directory == null) {
            throw new Declination("hooks may run no programs: no directory is configured for them");
        }
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new Declination(
                    "there is no program " + name + " in the directory for hooks, or it is not executable");
        }
        return file;
    }

    @Override
    public CompletableFuture<Outcome> call(HookSpec hook, Happening happening) {
        try {
            return CompletableFuture.supplyAsync(() -> run(hook, happening), pool);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.completedFuture(Outcome.failed("too many programs wait already"));
        }
    }

    private Outcome run(HookSpec hook, Happening happening) {
        String run = hook.called() + '/' + happening.id();
        Path input = null;
        try {
            Path program = find(Objects.requireNonNull(hook.program()));
            // What a server that was killed has left of the same delivery.
            ProcessTrees.endMarked(MARK + '=' + run);
            input = Files.createTempFile("skep-hook-", ".json");
            Files.writeString(input, happening.json(hook.called(), codec).toString());
            BoundedProgram.Ending ending = BoundedProgram.run(
                    new BoundedProgram.Order(
                            program,
                            Objects.requireNonNullElse(hook.args(), List.of()),
                            environment(hook, happening, run),
                            MARK,
                            input,
                            hook.timeout(),
                            KEPT),
                    () -> closed);
            return ending.isLate()
                    ? Outcome.failed(
                            "the program had not ended after " + hook.timeout().toMillis() + " ms and was ended")
                    : judge(ending);
        } catch (Declination notThere) {
            return Outcome.failed(String.valueOf(notThere.getMessage()));
        } catch (IOException failed) {
            return Outcome.failed("the program cannot be run: " + failed.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the program was stopped with the plugin", stopped);
        } finally {
            delete(input);
        }
    }

    private Outcome judge(BoundedProgram.Ending ending) {
        String said = ending.output().strip();
        return switch (ending.status()) {
            case 0 -> said.startsWith("{") ? Outcome.said(said, codec) : Outcome.passed(said);
            case VETO -> {
                Outcome more = said.startsWith("{") ? Outcome.said(said, codec) : Outcome.vetoed(said);
                yield Outcome.vetoed(more.reason());
            }
            default -> Outcome.failed("exit status " + ending.status() + (said.isEmpty() ? "" : ": " + said));
        };
    }

    private static Map<String, String> environment(HookSpec hook, Happening happening, String run) {
        Map<String, String> all = new HashMap<>(hook.environment());
        all.put(MARK, run);
        all.put("SKEP_HOOK", hook.called());
        all.put("SKEP_EVENT_ID", happening.id());
        all.put("SKEP_EVENT_TYPE", happening.type());
        all.put("SKEP_EVENT_TIME", happening.at().toString());
        all.put("SKEP_SUBJECT", happening.subject());
        all.put("SKEP_AGENT", Objects.requireNonNullElse(happening.agent(), ""));
        all.put("SKEP_TASK", happening.task() == null ? "" : happening.task().id());
        all.put(
                "SKEP_TENANT",
                happening.task() == null ? "" : happening.task().spec().tenant());
        return all;
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

    /** Ends what runs; it is delivered again by the next generation. */
    @Override
    public void close() {
        closed = true;
        pool.shutdownNow();
    }
}
