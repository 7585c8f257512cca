// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.api.embedding.Embedder;
import io.skep.plugin.context.archive.Archive;
import io.skep.plugin.context.consolidation.Budget;
import io.skep.plugin.context.consolidation.Consolidated;
import io.skep.plugin.context.consolidation.Consolidator;
import io.skep.plugin.context.consolidation.Dropped;
import io.skep.plugin.context.consolidation.Pace;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import io.skep.plugin.context.sessions.Sessions.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consolidates one session: reads its context, makes a smaller one, and puts that in its place as a whole if nothing else but
 * appending has happened meanwhile. Until then the old one stands. For one thread.
 */
final class Consolidating {
    private static final Logger LOG = LoggerFactory.getLogger(Consolidating.class);
    private static final int PERCENT = 100;

    private final Sessions sessions;
    private final Archive archive;
    private final Consolidator consolidator;
    private final ConsolidationSettings settings;
    private final Supplier<Optional<Embedder>> embedder;
    private final Indexer indexer;
    private final Summaries summaries;

    Consolidating(
            Sessions sessions,
            Archive archive,
            Consolidator consolidator,
            ConsolidationSettings settings,
            Supplier<Optional<Embedder>> embedder,
            Indexer indexer,
            Summaries summaries) {
        this.sessions = sessions;
        this.archive = archive;
        this.consolidator = consolidator;
        this.settings = settings;
        this.embedder = embedder;
        this.indexer = indexer;
        this.summaries = summaries;
    }

    Results.Consolidation run(Job job, Pace pace) {
        long begun = System.nanoTime();
        Snapshot before = sessions.items(job.session());
        long everything = sessions.archive(job.session()).tokens();
        long tokens = job.tokens() != null
                ? job.tokens()
                : Math.min(settings.contextTokens(), everything * settings.sharePercent() / PERCENT);
        // Read once: the list reads a file at each step.
        List<ContextItem> items = new ArrayList<>(before.items().size());
        for (ContextItem item : before.items()) {
            pace.step();
            items.add(item);
        }
        Budget budget = new Budget(tokens, settings.toolResults(), settings.recentItems());
        Consolidated outcome = consolidator.consolidate(items, job.level(), budget, archive, pace);
        String level = word(job.level());
        long revision = before.revision();
        String state = job.dryRun() ? "preview" : outcome.isUnchanged() ? "unchanged" : "done";
        if (state.equals("done")) {
            Session after = sessions.replace(
                    job.session(), revision, outcome.kept(), List.of(), "consolidated, " + level + ", to " + tokens);
            revision = after.revision();
            understand(job.session(), outcome, pace);
            summaries.want(job.session(), outcome.dropped());
        }
        return new Results.Consolidation(
                job.session(),
                level,
                state,
                revision,
                tokens,
                items.size(),
                outcome.kept().size(),
                outcome.tokensBefore(),
                outcome.tokensAfter(),
                reasons(outcome),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }

    /** What has left the context is asked for by its meaning from now on; without an encoder, by its words. */
    private void understand(String session, Consolidated outcome, Pace pace) {
        embedder.get().ifPresent(encoder -> {
            try {
                indexer.understand(
                        encoder,
                        session,
                        outcome.dropped().stream().map(Dropped::item).toList(),
                        pace);
            } catch (IllegalStateException gone) {
                LOG.debug("the encoder has gone or has too much to do; the vectors come later", gone);
            }
        });
    }

    private static Map<String, Integer> reasons(Consolidated outcome) {
        Map<String, Integer> reasons = new TreeMap<>();
        outcome.dropped().forEach(dropped -> reasons.merge(word(dropped.reason()), 1, Integer::sum));
        return reasons;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
