// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import io.skep.api.Refusal;
import io.skep.api.embedding.Embedder;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.context.archive.Archive;
import io.skep.plugin.context.consolidation.Consolidator;
import io.skep.plugin.context.consolidation.Level;
import io.skep.plugin.context.items.ContextItem;
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.parts.Part;
import io.skep.plugin.context.sessions.Gate;
import io.skep.plugin.context.sessions.Session;
import io.skep.plugin.context.sessions.Sessions;
import io.skep.plugin.context.tokens.TokenCounter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The capability {@code context_consolidation}. Thread-safe. */
public final class ContextConsolidation implements Part {
    private static final Logger LOG = LoggerFactory.getLogger(ContextConsolidation.class);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration LOOK_AT_SUMMARIES = Duration.ofSeconds(2);
    private static final long ANSWER_WITHIN_MILLIS = 3_000;
    private static final int MAX_PAGE = 1_000;
    private static final int MAX_TOKENS = 1_000_000_000;
    private static final List<String> LEVELS = List.of("light", "deep", "intensive");
    private static final Map<String, String> MEANINGS = Map.of(
            "light", "old tool results become pointers, what was said again goes",
            "deep", "also what was said almost again, superseded facts, and what tells least for the budget",
            "intensive", "also all tool results, and single sentences instead of whole messages");

    private final Means means;
    private final ConsolidationSettings settings;
    private final Sessions sessions;
    private final Archive archive;
    private final Indexer indexer;
    private final Summaries summaries;
    private final Caretaker caretaker;
    private final Recalling recalling;
    private final Differing differing;
    /** Tokens of sessions after they were consolidated by themselves. */
    private final Map<String, Long> stayedAt = new ConcurrentHashMap<>();

    /** Over the sessions. */
    public ContextConsolidation(Means means, ConsolidationSettings settings, Sessions sessions, TokenCounter counter) {
        this.means = means;
        this.settings = settings;
        this.sessions = sessions;
        archive = new Archive(settings.archiveItems(), settings.archiveVectors());
        indexer = new Indexer(sessions, archive);
        summaries = new Summaries(means, settings.summary(), sessions, counter);
        caretaker = new Caretaker(
                indexer,
                new Consolidating(
                        sessions, archive, new Consolidator(counter), settings, means.embedder(), indexer, summaries),
                settings,
                means.embedder());
        recalling = new Recalling(sessions, archive, means.embedder());
        differing = new Differing(sessions);
    }

    @Override
    public Capability capability() {
        return ConsolidationOffer.CAPABILITY;
    }

    @Override
    public void start() {
        sessions.listen(new Sessions.Listener() {
            @Override
            public void appended(Session session, List<ContextItem> items) {
                indexer.changed(session.id());
                consolidateIfLarge(session);
                caretaker.wake();
            }

            @Override
            public void erased(String session) {
                stayedAt.remove(session);
                indexer.erased(session, true);
                summaries.erased(session);
            }

            @Override
            public void erased(String session, List<Long> numbers) {
                indexer.erased(session, false);
                summaries.erased(session);
                caretaker.wake();
            }
        });
        caretaker.start();
        means.workers().supply(() -> {
            look();
            return null;
        });
        means.workers().repeat(LOOK, this::look);
        means.workers().repeat(LOOK_AT_SUMMARIES, summaries::look);
    }

    /** Finds what it was not told of. */
    void look() {
        indexer.look();
        sessions.all().forEach(this::consolidateIfLarge);
        caretaker.wake();
    }

    /** One that stayed large, as what is pinned in it is large, is tried again only when it has grown by a tenth. */
    private void consolidateIfLarge(Session session) {
        long stayed = stayedAt.getOrDefault(session.id(), 0L);
        long least = Math.max(settings.aboveTokens(), stayed + stayed / 10);
        if (settings.aboveTokens() == 0
                || session.tokens() <= least
                || !session.isOpen()
                || !means.orchestrator().state().isServing()) {
            return;
        }
        try {
            add(session.id(), Level.DEEP, null, false)
                    .thenAccept(done ->
                            sessions.find(session.id()).ifPresent(after -> stayedAt.put(after.id(), after.tokens())));
        } catch (Refusal busy) {
            LOG.debug("session {} is large, and waits until fewer wait", session.id(), busy);
        }
    }

    /**
     * Consolidates the open sessions of an agent, for instance before it sleeps, in the background.
     *
     * @return one for each, which ends when it is done
     * @throws Refusal {@code BUSY} if too many wait
     */
    public List<CompletableFuture<Results.Consolidation>> consolidate(String agent, Level level) {
        return sessions.of(agent).stream()
                .filter(Session::isOpen)
                .map(session -> add(session.id(), level, null, false))
                .toList();
    }

    /** Ends what {@link #consolidate(String, Level)} began as soon as it can, with the old contexts intact. */
    public void stop(String agent) {
        caretaker.cancel(sessions.of(agent).stream().map(Session::id).toList());
    }

    @Override
    public CompletionStage<?> answer(String operation, IntegrationRequest request) {
        Gate gate = new Gate(request, means.orchestrator().agents(), sessions);
        return switch (operation) {
            case "consolidate" -> consolidate(gate, means.codec().read(request.data(), Requests.Consolidate.class));
            case "diff" -> diff(gate, means.codec().read(request.data(), Requests.Diff.class));
            case "recall" -> {
                Requests.Recall asked = means.codec().read(request.data(), Requests.Recall.class);
                yield means.workers().supply(() -> recalling.recall(gate, asked));
            }
            case "status" -> {
                means.codec().read(request.data(), Requests.Status.class);
                yield CompletableFuture.completedFuture(status());
            }
            default -> throw new Declination("there is no operation " + operation);
        };
    }

    private CompletionStage<?> consolidate(Gate gate, Requests.Consolidate asked) {
        Inputs.oneOf("level", asked.level(), LEVELS);
        Inputs.range("tokens", asked.tokens(), 0, MAX_TOKENS);
        Level level =
                asked.level() == null ? Level.DEEP : Level.valueOf(asked.level().toUpperCase(Locale.ROOT));
        boolean dryRun = Boolean.TRUE.equals(asked.dryRun());
        return means.workers()
                .supply(() -> dryRun ? gate.readable(asked.session()) : gate.changeable(asked.session()))
                .thenCompose(session -> add(session.id(), level, asked.tokens(), dryRun)
                        .copy()
                        .completeOnTimeout(waiting(session.id(), level), ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS));
    }

    private CompletableFuture<Results.Consolidation> add(
            String session, Level level, @Nullable Long tokens, boolean dryRun) {
        return caretaker.add(new Job(session, level, tokens, dryRun, new CompletableFuture<>()));
    }

    private static Results.Consolidation waiting(String session, Level level) {
        return new Results.Consolidation(
                session, Consolidating.word(level), "waiting", null, null, null, null, null, null, null, null);
    }

    private CompletionStage<?> diff(Gate gate, Requests.Diff asked) {
        Inputs.range("limit", asked.limit(), 1, MAX_PAGE);
        Inputs.range("after", asked.after(), 0, Long.MAX_VALUE);
        return means.workers()
                .supply(() -> differing.diff(gate.readable(asked.session()).id(), asked));
    }

    /** How it goes. */
    Results.Status status() {
        Archive.Size size = archive.size();
        return new Results.Status(
                size.items(),
                size.terms(),
                size.vectors(),
                size.forgotten(),
                indexer.behind(),
                caretaker.waiting(),
                caretaker.running(),
                caretaker.done(),
                caretaker.failed(),
                means.embedder().get().map(Embedder::model).orElse(Recalling.LEXICAL),
                TokenCounter.VOCABULARY,
                MEANINGS);
    }

    @Override
    public @Nullable String trouble() {
        return null;
    }

    @Override
    public void close() {
        caretaker.close();
    }
}
