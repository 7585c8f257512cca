// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import io.skep.api.admin.SwapJob;
import io.skep.api.admin.SwapJob.Phase;
import io.skep.core.plugin.Generation;
import java.util.List;

/** Takes a plugin away: durable first, then its calls end, then its bundles go. */
final class Removal {
    private final Parts parts;
    private final Progress progress;

    Removal(Parts parts, Progress progress) {
        this.parts = parts;
        this.progress = progress;
    }

    void run() {
        String plugin = progress.plugin();
        try {
            progress.reached(Phase.PROMOTE, "nobody shall serve");
            Patience.await(
                    "the durable record",
                    parts.registry().settings().phase(),
                    parts.table()
                            .happened(
                                    plugin,
                                    "removed",
                                    progress.actor(),
                                    "taken away",
                                    now -> now.desiring(null, List.of())));
        } catch (SwapFailedException failed) {
            progress.end(SwapJob.Outcome.ROLLED_BACK, failed.getMessage());
            return;
        }
        long drained = 0;
        long left = 0;
        for (Generation generation : parts.registry().generations(plugin)) {
            progress.reached(Phase.DRAIN, "ends the calls of " + generation.version());
            parts.registry().withdraw(generation, plugin + " was taken away by " + progress.actor(), false);
            Drain.Outcome outcome =
                    parts.drain().await(generation, parts.registry().settings().drain());
            drained += outcome.calls();
            left += outcome.left();
            progress.reached(Phase.STOP, "stops " + generation.version());
            parts.exit().takeAway(generation.origin().bundle(), generation);
        }
        progress.drained(drained, left, 0);
        progress.end(SwapJob.Outcome.PROMOTED, "taken away");
    }
}
