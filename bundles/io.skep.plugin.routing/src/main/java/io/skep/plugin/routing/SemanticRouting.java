// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.routing.rank.Ask;
import io.skep.plugin.routing.rank.Feature;
import io.skep.plugin.routing.rank.Query;
import io.skep.plugin.routing.rank.Ranker;
import io.skep.plugin.routing.rank.Ranking;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Which agent fits a task. Thread-safe. */
final class SemanticRouting {
    private static final int MAX_DESCRIPTION = 1 << 20;
    private static final int MAX_ID = 128;
    private static final int MAX_SKILLS = 16;
    private static final int MAX_CANDIDATES = 100_000;
    private static final int LIMIT = 5;
    private static final int MAX_LIMIT = 50;
    private static final int MAX_DEPTH = 3;
    /** So many agents that say the same are named for one place in the ranking. */
    private static final int MAX_ALIKE = 64;
    /** From so much reference to earlier work on the very agent that did it is meant. */
    private static final double POINTED = 0.3;
    /** Of a long text the beginning decides. */
    private static final int READ = 16_384;

    private final Brain brain;
    private final Trails trails;
    private final Decisions decisions;
    private final TaskService tasks;
    private final Clock clock;
    private final Runnable decided;

    /** {@code decided}: what is to be done after a decision that an outcome may be told of. */
    SemanticRouting(Brain brain, Trails trails, Decisions decisions, TaskService tasks, Clock clock, Runnable decided) {
        this.decided = decided;
        this.brain = brain;
        this.trails = trails;
        this.decisions = decisions;
        this.tasks = tasks;
        this.clock = clock;
    }

    /**
     * A task that an agent is looked for.
     *
     * @param description in words; of more than 16,384 characters the beginning counts
     * @param skills that the agent must have
     * @param task its id, if it has one: then its end is learned from
     * @param parent id of the task that it is a part of
     * @param tenant on whose behalf
     * @param candidates ids of the agents to choose among; null for every active one with the skills
     * @param limit of the ranking, 1 to 50, 5 if absent
     */
    record RouteRequest(
            @Nullable String description,
            @Nullable List<String> skills,
            @Nullable String task,
            @Nullable String parent,
            @Nullable String tenant,
            @Nullable List<String> candidates,
            @Nullable Long limit) {
        RouteRequest {
            if (description == null || description.isBlank()) {
                throw new Declination("field \"description\" must say in words what is to be done");
            }
            Inputs.text("description", description, MAX_DESCRIPTION);
            Inputs.text("task", task, MAX_ID);
            Inputs.text("parent", parent, MAX_ID);
            Inputs.text("tenant", tenant, MAX_ID);
            Inputs.range("limit", limit, 1, MAX_LIMIT);
            skills = Inputs.texts("skills", skills, MAX_SKILLS, MAX_ID);
            candidates = candidates == null ? null : Inputs.texts("candidates", candidates, MAX_CANDIDATES, MAX_ID);
        }
    }

    /**
     * Who shall have the task.
     *
     * @param decisionId to say an outcome with
     * @param outcome {@code routed} or {@code none_fits}
     * @param agent who shall have it, absent if nobody
     * @param probability that this agent will succeed; of the best one if nobody fits
     * @param confidence that somebody fits, or, if nobody, that nobody does
     * @param ranking the best agents, best first; those that say the same of themselves have one place
     * @param reasons in words
     * @param encoder the model that it was decided with, or {@code lexical}
     * @param policy what to do when nobody fits
     */
    record Decision(
            String decisionId,
            String outcome,
            @Nullable String agent,
            double probability,
            double confidence,
            List<Reasons.Ranked> ranking,
            List<String> reasons,
            String encoder,
            @Nullable String policy) {}

    /** Decides, and remembers the decision if {@code binding}. */
    CompletionStage<Decision> route(RouteRequest request, boolean binding) {
        String parent = request.parent();
        return parent == null || trails.knows(parent)
                ? CompletableFuture.completedFuture(decide(request, binding))
                : follow(parent, 0).thenApply(known -> decide(request, binding));
    }

    /** Learns from core who had the tasks above. */
    private CompletionStage<Void> follow(String task, int depth) {
        return tasks.find(task)
                .handle((found, refused) -> refused == null && found != null ? found : Optional.<Task>empty())
                .thenCompose(found -> {
                    Task above = found.orElse(null);
                    if (above == null) {
                        return CompletableFuture.completedFuture(null);
                    }
                    String next = above.spec().parent();
                    List<Attempt> attempts = above.attempts();
                    if (!attempts.isEmpty()) {
                        String agent = attempts.get(attempts.size() - 1).agent();
                        trails.add(new Trails.Step(
                                task, next, agent, clipped(above.spec().description())));
                    }
                    return next == null || depth == MAX_DEPTH || trails.knows(next)
                            ? CompletableFuture.completedFuture(null)
                            : follow(next, depth + 1);
                });
    }

    private Decision decide(RouteRequest request, boolean binding) {
        String text = clipped(String.valueOf(request.description()));
        Mind mind = brain.mind();
        BitSet eligible =
                mind.roster().eligible(Optional.ofNullable(request.skills()).orElse(List.of()), request.candidates());
        Query query = brain.query(mind, text);
        Map<String, Double> context = trails.before(text, request.parent());
        int limit = (int) (request.limit() == null ? LIMIT : request.limit());
        Ask ask = new Ask(eligible, context, mind.roster().loads(), limit, binding);
        Named named = named(mind, request, context, mind.ranker().rank(query, ask));
        Ranking ranking = named.ranking();
        String id = UUID.randomUUID().toString();
        String encoder = query.vector() == null ? Encoder.LEXICAL : brain.encoderName();
        boolean none = ranking.picked() < 0
                || ranking.somebody() < brain.settings().tuning().noneBelow();
        List<String> reasons = Reasons.of(ranking, none, encoder);
        List<Reasons.Ranked> ranked = named.ranked(limit);
        if (none) {
            double best = ranking.best().isEmpty() ? 0 : ranking.best().get(0).probability();
            double nobody = ranking.best().isEmpty() ? 1 : 1 - ranking.somebody();
            String policy = brain.settings().policy();
            if (binding && policy.equals(Settings.BEST) && !ranking.best().isEmpty()) {
                remember(request, id, text, query, ranking, 0);
            }
            return new Decision(id, "none_fits", null, best, nobody, ranked, reasons, encoder, policy);
        }
        Ranking.Scored picked = ranking.best().get(ranking.picked());
        if (binding) {
            remember(request, id, text, query, ranking, ranking.picked());
        }
        return new Decision(
                id, "routed", picked.agent(), picked.probability(), ranking.somebody(), ranked, reasons, encoder, null);
    }

    /** A ranking in which each agent is the one with the least to do of those that say the same; with the others of these. */
    private record Named(Ranking ranking, List<List<String>> others) {
        List<Reasons.Ranked> ranked(int limit) {
            List<Reasons.Ranked> ranked = new ArrayList<>();
            for (int i = 0; i < Math.min(limit, others.size()); i++) {
                ranked.add(Reasons.ranked(ranking.best().get(i), others.get(i)));
            }
            return ranked;
        }
    }

    private static Named named(Mind mind, RouteRequest request, Map<String, Double> context, Ranking ranking) {
        List<Ranking.Scored> best = new ArrayList<>();
        List<List<String>> others = new ArrayList<>();
        for (Ranking.Scored scored : ranking.best()) {
            List<String> alike = alike(mind, request, context, scored);
            best.add(scored.as(alike.get(0)));
            others.add(alike.subList(1, alike.size()));
        }
        return new Named(
                new Ranking(best, ranking.picked(), ranking.explored(), ranking.somebody(), ranking.considered()),
                others);
    }

    /** All that say the same are as good, unless the task points to what one of them did. */
    private static List<String> alike(
            Mind mind, RouteRequest request, Map<String, Double> context, Ranking.Scored scored) {
        if (scored.features()[Feature.CONTEXT.place()] >= POINTED) {
            Optional<String> earlier = context.entrySet().stream()
                    .filter(one -> mind.ranker().isAlike(one.getKey(), scored.agent()))
                    .filter(one -> mind.roster().isOpen(one.getKey(), request.candidates()))
                    .max(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey);
            if (earlier.isPresent()) {
                return List.of(earlier.get());
            }
        }
        return mind.roster().alike(scored.agent(), request.candidates(), MAX_ALIKE);
    }

    private void remember(RouteRequest request, String id, String text, Query query, Ranking ranking, int picked) {
        List<Decisions.Chosen> chosen = new ArrayList<>();
        ranking.best().forEach(one -> chosen.add(new Decisions.Chosen(one.agent(), one.features())));
        Decisions.Chosen first = chosen.remove(picked);
        String model = brain.model(query);
        decisions.add(new Decisions.Made(
                id,
                request.task(),
                text.substring(0, Math.min(text.length(), Decisions.MAX_TEXT)),
                model == null ? null : query.vector(),
                model,
                first,
                List.copyOf(chosen.subList(0, Math.min(chosen.size(), LIMIT))),
                clock.millis(),
                new Decisions.Heard()));
        decided.run();
        String task = request.task();
        if (task != null) {
            trails.add(new Trails.Step(task, request.parent(), first.agent(), clippedStep(text)));
        }
    }

    /** Past tasks like one, from the outcomes that are stored. */
    record SimilarRequest(
            @Nullable String description,
            @Nullable String task,
            @Nullable Long k) {
        SimilarRequest {
            Inputs.text("description", description, MAX_DESCRIPTION);
            Inputs.text("task", task, MAX_ID);
            Inputs.range("k", k, 1, 100);
            if ((description == null) == (task == null)) {
                throw new Declination("exactly one of the fields \"description\" and \"task\" is needed");
            }
        }
    }

    /** Past tasks, the most similar first. */
    record SimilarAnswer(List<PastTask> similar, String encoder) {}

    /** A past task with what became of it. */
    record PastTask(String task, String text, String agent, double outcome, double similarity) {}

    /** Looks for them. */
    CompletionStage<SimilarAnswer> similar(SimilarRequest request) {
        int most = (int) (request.k() == null ? 10 : request.k());
        String description = request.description();
        if (description != null) {
            return CompletableFuture.completedFuture(similar(description, most));
        }
        return tasks.find(String.valueOf(request.task()))
                .thenApply(found -> similar(
                        found.orElseThrow(() -> new Declination("there is no task " + request.task()))
                                .spec()
                                .description(),
                        most));
    }

    private SimilarAnswer similar(String text, int most) {
        Mind mind = brain.mind();
        Query query = brain.query(mind, clipped(text));
        List<PastTask> similar = new ArrayList<>();
        for (Ranker.Similar one : mind.ranker().similar(query, most)) {
            similar.add(new PastTask(
                    one.past().task(),
                    one.past().snippet(),
                    one.past().agent(),
                    one.past().outcome(),
                    one.similarity()));
        }
        return new SimilarAnswer(similar, query.vector() == null ? Encoder.LEXICAL : brain.encoderName());
    }

    private static String clipped(String text) {
        return text.substring(0, Math.min(text.length(), READ));
    }

    private static String clippedStep(String text) {
        return text.substring(0, Math.min(text.length(), Decisions.MAX_TEXT));
    }
}
