// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.LocalProgram;
import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadLostException;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One program at work on one attempt: recorded, let through the gate, fed, watched, and cleaned up after. The first
 * reason to end is the one that counts. Thread-safe.
 */
final class ProgramRun {
    private static final Logger LOG = LoggerFactory.getLogger(ProgramRun.class);
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
    /** How long the streams may stay open once everything that can be found has ended. */
    private static final Duration STREAMS_END = Duration.ofSeconds(3);

    private static final Duration LAST_PROGRESS = Duration.ofSeconds(5);
    /** While the server stops there is no more time than this. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(1);

    private final Tools tools;
    private final Settings settings;
    private final Task task;
    private final AttemptRef attempt;
    private final Output output;
    private final ErrorLines errors;
    private final Progress progress;
    private final CompletableFuture<Optional<ProcessTree>> begun = new CompletableFuture<>();
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile @Nullable Path inputFile;
    private volatile CompletableFuture<Void> streams = CompletableFuture.completedFuture(null);

    ProgramRun(Tools tools, Settings settings, Task task, AttemptRef attempt) {
        this.tools = tools;
        this.settings = settings;
        this.task = task;
        this.attempt = attempt;
        this.output = new Output(settings.outputLimit(), tools.payloads());
        this.progress = new Progress(tools, attempt, () -> drop("the attempt is over"));
        this.errors = new ErrorLines(line -> {
            LOG.debug("{}: {}", attempt, line);
            UsageLine.parse(line).ifPresentOrElse(progress::used, () -> progress.line(line));
        });
        begun.thenAcceptBothAsync(ending, this::finish, tools.workers())
                .whenComplete((finishing, failure) -> LOG.debug("{} ends", attempt, failure));
    }

    /** Starts the program. Blocks for as long as the operating system takes to start a process. */
    void begin() {
        ProcessTree tree = null;
        try {
            tree = ending.isDone() || !hasInput() ? null : start();
        } finally {
            begun.complete(Optional.ofNullable(tree));
        }
    }

    /** Ends the program because core says that the attempt is over. */
    void drop(String cause) {
        ending.complete(new Ending.Dropped(cause));
    }

    /** Ends the program, so that the task is tried elsewhere or later. */
    void interrupt(String cause) {
        ending.complete(new Ending.Failed(AttemptEnd.INTERRUPTED, cause, true));
    }

    /** Completes when nothing of the program lives and core knows the outcome. */
    CompletableFuture<Void> done() {
        return done;
    }

    /** Whether the input is what it was; if not, trying again would find the same. */
    private boolean hasInput() {
        Optional<Payload> payload = Payload.referred(task.spec().input());
        try {
            inputFile = payload.isPresent() ? tools.payloads().verify(payload.get()) : null;
            return true;
        } catch (PayloadLostException e) {
            fail(AttemptEnd.FAILED, String.valueOf(e.getMessage()), false);
            return false;
        }
    }

    private @Nullable ProcessTree start() {
        String name = settings.program();
        Map<String, String> environment =
                Environment.of(settings, tools.environment(), tools.instance(), attempt, task);
        if (inputFile != null) {
            environment.put("SKEP_INPUT_FILE", inputFile.toString());
        }
        Path directory = settings.directory();
        Optional<Path> program = Gate.find(name, environment.getOrDefault("PATH", DEFAULT_PATH), directory);
        if (!Files.isDirectory(directory)) {
            fail(AttemptEnd.FAILED, "the working directory " + directory + " does not exist", false);
        } else if (program.isEmpty()) {
            fail(AttemptEnd.FAILED, "there is no program " + name + ", or it is not executable", false);
        } else {
            try {
                List<String> arguments =
                        settings.command().subList(1, settings.command().size());
                return watch(tools.gate().start(program.get(), arguments, directory, environment));
            } catch (IOException e) {
                fail(AttemptEnd.FAILED, "cannot start " + name + ": " + e.getMessage(), true);
            }
        }
        return null;
    }

    /** Records the process behind the gate, and opens the gate when the record is durable. */
    private ProcessTree watch(Process process) {
        process.onExit().whenComplete((exited, failure) -> ending.complete(new Ending.Exited(process.exitValue())));
        Instant startedAt = process.info().startInstant().orElseGet(Instant::now);
        LocalProgram program = new LocalProgram(process.pid(), startedAt);
        tools.retries()
                .call(ending::isDone, () -> tools.attempts().start(attempt, program))
                .whenComplete((started, failure) -> tools.workers().execute(() -> recorded(process, failure)));
        return tools.table().treeOf(process.toHandle(), tools.gate().makesSessions(), Environment.attemptMark(attempt));
    }

    private void recorded(Process process, @Nullable Throwable failure) {
        if (failure == null) {
            open(process);
        } else if (Retries.isRefused(failure, Refusal.Reason.FENCED)) {
            drop("the attempt is over");
        } else {
            interrupt("the start could not be recorded: " + failure.getMessage());
        }
    }

    private void open(Process process) {
        if (ending.isDone()) {
            return;
        }
        Duration limit = limit();
        CompletableFuture<Void> timer = tools.workers()
                .later(limit, () -> fail(AttemptEnd.TIMED_OUT, "took longer than " + limit.toMillis() + " ms", true));
        ending.whenComplete((how, never) -> timer.cancel(false));
        streams = CompletableFuture.allOf(
                CompletableFuture.runAsync(
                        () -> output.readFrom(process.getInputStream(), this::uselessOutput), tools.workers()),
                CompletableFuture.runAsync(() -> errors.readFrom(process.getErrorStream()), tools.workers()));
        try (OutputStream in = process.getOutputStream()) {
            in.write('\n');
            in.flush();
            in.write(TaskJson.of(task, attempt, inputFile));
        } catch (IOException e) {
            // A program need not read what it is given.
            LOG.debug("{} did not read its task", attempt, e);
        }
    }

    private Duration limit() {
        Duration own = task.spec().attemptTimeout();
        return own != null && own.compareTo(settings.timeout()) < 0 ? own : settings.timeout();
    }

    private void uselessOutput() {
        Ending.Failed trouble = output.trouble();
        if (trouble != null) {
            ending.complete(trouble);
        }
    }

    private void fail(AttemptEnd end, String error, boolean retryable) {
        ending.complete(new Ending.Failed(end, error, retryable));
    }

    private void finish(Optional<ProcessTree> tree, Ending how) {
        boolean stopping = how instanceof Ending.Failed failed && failed.end() == AttemptEnd.INTERRUPTED;
        Duration grace = stopping && settings.killGrace().compareTo(STOP_GRACE) > 0 ? STOP_GRACE : settings.killGrace();
        CompletableFuture<?> reported = tree.map(t -> tools.killer().end(t, grace))
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenCompose(ended -> tools.workers().within(STREAMS_END, streams))
                .thenCompose(read -> tools.workers().within(LAST_PROGRESS, progress.finish()))
                .thenCompose(told -> report(how));
        reported.whenComplete((answer, failure) -> {
            if (failure != null && !Retries.isRefused(failure, Refusal.Reason.FENCED)) {
                LOG.warn("the outcome of {} was not taken", attempt, Retries.cause(failure));
            }
            output.close();
            done.complete(null);
        });
    }

    private CompletableFuture<?> report(Ending how) {
        if (how instanceof Ending.Failed failed) {
            return tellFailed(failed.end(), failed.error(), failed.retryable());
        }
        if (how instanceof Ending.Exited exited) {
            return report(exited.status());
        }
        LOG.debug("{} was dropped: {}", attempt, how);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<?> report(int status) {
        Ending.Failed trouble = output.trouble();
        if (trouble != null) {
            return tellFailed(trouble.end(), trouble.error(), trouble.retryable());
        }
        if (status == 0) {
            return complete();
        }
        String tail = errors.tail();
        String error = ExitCodes.describe(status) + (tail.isEmpty() ? "" : "\n" + tail);
        return tellFailed(AttemptEnd.FAILED, error, settings.exitCodes().isRetryable(status));
    }

    private CompletableFuture<?> complete() {
        return CompletableFuture.completedFuture(output)
                .thenCompose(Output::result)
                .handle((result, failure) -> failure == null
                        ? tools.outcomes().complete(attempt, result)
                        : tellFailed(
                                AttemptEnd.FAILED,
                                "its standard output cannot be kept: "
                                        + Retries.cause(failure).getMessage(),
                                Retries.mayPass(failure)))
                .thenCompose(told -> told);
    }

    private CompletableFuture<?> tellFailed(AttemptEnd end, String error, boolean retryable) {
        return tools.outcomes().fail(attempt, end, error, retryable);
    }
}
