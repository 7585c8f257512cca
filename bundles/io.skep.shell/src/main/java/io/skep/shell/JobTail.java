// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Plugins;
import io.skep.api.admin.SwapJob;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Prints the phases of one job as it reaches them. Used by one thread. */
final class JobTail {
    /** How long a change may take besides the comparison of a canary. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private static final Duration STEP = Duration.ofMillis(200);

    private final Plugins plugins;
    private final PrintStream out;
    private final LongSupplier nanoTime;
    private int begun;

    JobTail(Plugins plugins, PrintStream out, LongSupplier nanoTime) {
        this.plugins = plugins;
        this.out = out;
        this.nanoTime = nanoTime;
    }

    /** Follows a job to its end, as {@link #follow} does, or only prints its id. */
    static void tell(SwapJob job, Plugins plugins, PrintStream out, boolean onlyId, Duration atMost)
            throws CommandFailed, InterruptedException {
        if (onlyId) {
            out.println(job.id());
        } else {
            new JobTail(plugins, out, System::nanoTime).follow(job, atMost);
        }
    }

    /**
     * Follows a job to its end.
     *
     * @throws CommandFailed when the old version serves as before, or the time is up
     * @throws InterruptedException on Ctrl-C; the job goes on
     */
    void follow(SwapJob first, Duration atMost) throws CommandFailed, InterruptedException {
        long until = nanoTime.getAsLong() + atMost.toNanos();
        SwapJob job = first;
        print(job);
        while (job.outcome() == SwapJob.Outcome.RUNNING) {
            if (until - nanoTime.getAsLong() <= 0) {
                out.println();
                throw new CommandFailed("job " + job.id() + " goes on; see plugin:show " + job.plugin());
            }
            job = Answer.within(STEP.plus(Answer.PROMPTLY), plugins.awaitEnd(job.id(), STEP));
            print(job);
        }
        if (job.outcome() == SwapJob.Outcome.ROLLED_BACK) {
            throw new CommandFailed(line(job));
        }
        out.println(line(job));
    }

    /** A phase's name when it is reached, and how long it took when it is left. */
    private void print(SwapJob job) {
        List<SwapJob.Step> phases = job.phases();
        boolean ended = job.outcome() != SwapJob.Outcome.RUNNING;
        for (int i = Math.max(0, begun - 1); i < phases.size(); i++) {
            if (i >= begun) {
                out.print(phases.get(i).phase().wire());
            }
            if (ended || i < phases.size() - 1) {
                out.println(" " + phases.get(i).took().toMillis() + " ms");
            }
        }
        begun = phases.size();
        out.flush();
    }

    /** How a job stands. */
    static String line(SwapJob job) {
        String versions = (job.from() == null ? "none" : job.from()) + " to " + (job.to() == null ? "none" : job.to());
        return Printable.line(job.kind().wire() + " of " + job.plugin() + " from " + versions + " "
                + job.outcome().wire() + ": " + job.reason() + " (" + job.drained() + " calls drained, "
                + job.parked() + " parked, " + job.abandoned() + " abandoned)");
    }
}
