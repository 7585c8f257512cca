// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the transitions of runs as events. Thread-safe. */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);
    private static final String OF_RUN = "workflow.";
    private static final String OF_STEP = "workflow.step.";

    private final Orchestrator orchestrator;

    Telling(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    /** Tells what of a run is to be told, in order; completes with how many of these are durable, never with a failure. */
    CompletionStage<Integer> tell(Run run) {
        CompletionStage<Integer> told = CompletableFuture.completedFuture(0);
        int before = 0;
        for (Run.Moment moment : run.toTell()) {
            CompletableFuture<Void> one = orchestrator.tell(notice(run, moment)).toCompletableFuture();
            int place = before++;
            told = told.thenCombine(one.handle((done, refused) -> went(run, refused)), (count, went) -> {
                // After a gap nothing counts, or what is missing would never be told.
                return went && count == place ? count + 1 : count;
            });
            if (one.isCompletedExceptionally()) {
                break;
            }
        }
        return told;
    }

    private static boolean went(Run run, @Nullable Throwable refused) {
        if (refused != null) {
            LOG.debug("what became of run {} cannot be told now", run.id(), refused);
        }
        return refused == null;
    }

    /** Always one that can be told: a run must not stand still because of what another version has written into it. */
    static Notice notice(Run run, Run.Moment moment) {
        String[] parts = moment.what().split(": ", 2);
        String what = parts[0].toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String why = parts.length > 1 ? parts[1] : "";
        String step = moment.step();
        String who = step == null ? "workflow " + run.workflow() : "step " + step;
        String cause = why.isEmpty() ? who : who + ": " + why;
        String type = (step == null ? OF_RUN : OF_STEP) + (what.isEmpty() ? "changed" : what);
        return new Notice(
                type.substring(0, Math.min(type.length(), Notice.MAX_TYPE)),
                run.id(),
                cause.substring(0, Math.min(cause.length(), Notice.MAX_CAUSE)));
    }
}
