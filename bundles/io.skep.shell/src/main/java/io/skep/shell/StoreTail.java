// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.StoreAdmin;
import io.skep.api.admin.StoreJob;
import java.io.PrintStream;
import java.time.Duration;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Begins a job of the store and prints its steps as it reaches them. */
final class StoreTail {
    private static final Duration STEP = Duration.ofMillis(500);

    private StoreTail() {}

    /**
     * Follows the job to its end, or only prints its id.
     *
     * @throws CommandFailed when it comes to nothing
     * @throws InterruptedException on Ctrl-C; the job goes on
     */
    static void run(StoreAdmin store, StoreJob.Kind kind, @Nullable String name, Session session, boolean onlyId)
            throws CommandFailed, InterruptedException {
        PrintStream out = session.getConsole();
        StoreJob job = Answer.of(store.begin(kind, name, Actor.of(session)));
        if (onlyId) {
            out.println(job.id());
            return;
        }
        String step = "";
        while (job.endedAt() == null) {
            if (!job.step().equals(step)) {
                step = job.step();
                out.println(Printable.line(step) + " ...");
            }
            job = Answer.within(STEP.plus(Answer.PROMPTLY), store.awaitEnd(job.id(), STEP));
        }
        if (job.error() != null) {
            throw new CommandFailed(Printable.line(job.error()));
        }
        out.println(Printable.line(job.result()));
    }

    /** How a job stands. */
    static String line(StoreJob job) {
        String begun = job.kind().wire() + " of " + job.actor() + " since " + Printable.time(job.startedAt()) + ": ";
        if (job.endedAt() == null) {
            return begun + job.step() + " " + job.done() + (job.total() == 0 ? "" : " of " + job.total());
        }
        return begun + (job.error() == null ? job.result() : "failed: " + job.error());
    }
}
