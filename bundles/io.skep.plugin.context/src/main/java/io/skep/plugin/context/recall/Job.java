// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.plugin.context.consolidation.Level;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session that waits to be consolidated.
 *
 * @param session which
 * @param level how
 * @param tokens at most; null for what the configuration says
 * @param dryRun whether only to say what would come of it
 * @param done ends with what came of it
 */
record Job(
        String session,
        Level level,
        @Nullable Long tokens,
        boolean dryRun,
        CompletableFuture<Results.Consolidation> done) {}
