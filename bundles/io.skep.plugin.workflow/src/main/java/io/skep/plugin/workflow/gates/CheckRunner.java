// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import io.skep.plugin.workflow.base.Workers;
import java.util.concurrent.CompletableFuture;

/** Judges what was not judged at once: programs, and quick checks for which there was no time. Thread-safe. */
final class CheckRunner implements AutoCloseable {
    private final Programs programs;
    private final Workers workers;

    CheckRunner(Programs programs, Workers workers) {
        this.programs = programs;
        this.workers = workers;
    }

    /**
     * Runs a check, when there is room.
     *
     * @param run names this run of it
     * @return ends exceptionally if nothing was judged: when closed, and as a {@link io.skep.api.Refusal} that may be
     *     tried again when there is no room
     */
    CompletableFuture<Outcome> run(CheckSpec spec, String run, Subject subject) {
        return spec.isQuick()
                ? workers.supply(() -> QuickChecks.of(spec).orElseThrow().judge(subject))
                : programs.run(spec, run, subject);
    }

    @Override
    public void close() {
        programs.close();
    }
}
