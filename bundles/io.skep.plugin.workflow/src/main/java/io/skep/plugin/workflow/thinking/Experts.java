// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Skill;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Workers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Finds whom to ask: by routing, or by words while nobody offers that. Thread-safe. */
final class Experts {
    private static final long PATIENCE_MILLIS = 1000;
    /** More agents are not compared by words; those with the smallest ids are. */
    private static final int MOST_COMPARED = 2000;

    private static final double K1 = 1.2;
    private static final double B = 0.75;

    private final Orchestrator orchestrator;
    private final AgentService agents;
    private final Workers workers;
    private final Codec codec;

    /**
     * Who is asked.
     *
     * @param agents the best first; none if there is nobody
     * @param by request, routing or words
     * @param note what else is to be said, or empty
     */
    record Chosen(List<String> agents, String by, String note) {}

    Experts(Orchestrator orchestrator, Workers workers, Codec codec) {
        this.orchestrator = orchestrator;
        this.agents = orchestrator.agents();
        this.workers = workers;
        this.codec = codec;
    }

    /** The agents that the caller names, all of which must be there. */
    Chosen named(List<String> ids) {
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            String field = "field \"participants[" + i + "]\" names agent \"" + id.replaceAll("[^A-Za-z0-9._-]", "?")
                    + "\", which ";
            Agent agent = agents.find(id).orElseThrow(() -> new Declination(field + "is not registered"));
            if (!isThere(agent)) {
                throw new Declination(field + "is " + agent.state().wire());
            }
            if (ids.indexOf(id) < i) {
                throw new Declination(field + "is there twice");
            }
        }
        return new Chosen(ids, "request", "");
    }

    /** Up to so many agents for something; takes a second at most. */
    CompletionStage<Chosen> choose(Subject subject, int most) {
        boolean isOffered = orchestrator.capabilities().stream()
                .anyMatch(capability -> capability.id().equals(Capabilities.SEMANTIC_ROUTING));
        if (!isOffered) {
            return byWords(subject, most, "nobody offers routing");
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("description", subject.text());
        data.put("tenant", subject.tenant());
        data.put("limit", most);
        return orchestrator
                .call(new IntegrationRequest(
                        Capabilities.SEMANTIC_ROUTING,
                        "route_preview",
                        null,
                        subject.task() == null ? null : subject.task().id(),
                        subject.tenant(),
                        codec.write(data)))
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(
                        new IntegrationResponse.Gone("routing is late"), PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .thenCompose(response -> response.fold(
                        answered -> byRouting(codec.tree("the answer", answered.data()), subject, most),
                        declined -> byWords(subject, most, "routing declined"),
                        failed -> byWords(subject, most, "routing failed"),
                        late -> byWords(subject, most, "routing is late"),
                        gone -> byWords(subject, most, gone.reason())));
    }

    private CompletionStage<Chosen> byRouting(JsonNode answer, Subject subject, int most) {
        // One of each kind first: agents that are alike say the same.
        Set<String> named = new LinkedHashSet<>();
        answer.path("ranking").forEach(entry -> named.add(entry.path("agent").asText("")));
        answer.path("ranking").forEach(entry -> entry.path("alike").forEach(other -> named.add(other.asText(""))));
        List<String> ranked = named.stream()
                .filter(id -> agents.find(id).filter(Experts::isThere).isPresent())
                .limit(most)
                .toList();
        if (ranked.isEmpty()) {
            return byWords(subject, most, "routing knows nobody");
        }
        boolean none = answer.path("outcome").asText("").equals("none_fits");
        return CompletableFuture.completedFuture(new Chosen(
                ranked, "routing", none ? "routing says that nobody fits; those who come closest were asked" : ""));
    }

    private CompletionStage<Chosen> byWords(Subject subject, int most, String why) {
        return workers.supply(() -> new Chosen(ranked(subject, most), "words", "chosen by words: " + why));
    }

    /** One agent, and how much of the subject its words cover. */
    private record Scored(Agent agent, boolean able, double score) {}

    /**
     * Those whose words cover most of the subject's (BM25, Robertson and Zaragoza 2009), and those who have the skills that
     * it names, first. Of equals those with less to do.
     */
    private List<String> ranked(Subject subject, int most) {
        List<Agent> there = agents.list().stream()
                .filter(Experts::isThere)
                .limit(MOST_COMPARED)
                .toList();
        List<Set<String>> texts =
                there.stream().map(agent -> Terms.of(text(agent.spec()))).toList();
        Map<String, Integer> known = new HashMap<>();
        texts.forEach(terms -> terms.forEach(term -> known.merge(term, 1, Integer::sum)));
        double mean = texts.stream().mapToInt(Set::size).average().orElse(1);
        Set<String> wanted = Terms.of(subject.text());
        List<Scored> scored = new ArrayList<>();
        for (int i = 0; i < there.size(); i++) {
            double score = 0;
            for (String term : wanted) {
                if (texts.get(i).contains(term)) {
                    int with = known.getOrDefault(term, 0);
                    double rarity = Math.log(1 + (there.size() - with + 0.5) / (with + 0.5));
                    score += rarity
                            * (K1 + 1)
                            / (1 + K1 * (1 - B + B * texts.get(i).size() / Math.max(1, mean)));
                }
            }
            boolean able = there.get(i).spec().skillIds().containsAll(subject.skills());
            if (able || score > 0) {
                scored.add(new Scored(there.get(i), able, score));
            }
        }
        return scored.stream()
                .sorted(Comparator.comparing((Scored one) -> !one.able())
                        .thenComparing(one -> -one.score())
                        .thenComparingDouble(one ->
                                (double) one.agent().busy() / one.agent().spec().slots())
                        .thenComparing(one -> one.agent().id()))
                .limit(most)
                .map(one -> one.agent().id())
                .toList();
    }

    private static String text(AgentSpec spec) {
        StringBuilder text = new StringBuilder(spec.id())
                .append(' ')
                .append(spec.name())
                .append(' ')
                .append(spec.description());
        for (Skill skill : spec.skills()) {
            text.append(' ')
                    .append(skill.id())
                    .append(' ')
                    .append(skill.name())
                    .append(' ')
                    .append(skill.description());
            text.append(' ').append(String.join(" ", skill.tags()));
            text.append(' ').append(String.join(" ", skill.examples()));
        }
        return text.toString();
    }

    /** Whether it takes tasks, or may do so in a moment. */
    private static boolean isThere(Agent agent) {
        return agent.state().isRoutable();
    }
}
