// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.api.embedding.Embedder;
import io.skep.bench.routing.Dataset.Item;
import io.skep.plugin.routing.rank.AgentText;
import io.skep.plugin.routing.rank.Ask;
import io.skep.plugin.routing.rank.Outcome;
import io.skep.plugin.routing.rank.Query;
import io.skep.plugin.routing.rank.Ranker;
import io.skep.plugin.routing.rank.Ranking;
import io.skep.plugin.routing.rank.Ranking.Scored;
import io.skep.plugin.routing.rank.Tuning;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plugin's scorer over the agents of a set, called directly. For one thread. */
final class Router {
    private final Embedder embedder;
    private final Ranker ranker;
    private final List<AgentText> agents;
    private final Map<String, Integer> places = new HashMap<>();

    /** A pick with its probability, and what to learn with. */
    record Pick(int agent, double probability, Query query, Scored scored) {}

    Router(List<AgentText> agents, Embedder embedder, Tuning tuning) {
        this.embedder = embedder;
        this.agents = agents;
        this.ranker = new Ranker(embedder.dimensions(), tuning);
        for (AgentText agent : agents) {
            places.put(agent.id(), places.size());
            ranker.put(agent, embedder.embedAll(agent.texts()));
        }
    }

    Query query(String text) {
        return ranker.query(text, embedder.embed(text));
    }

    Ranking rank(String text, int limit) {
        return ranker.rank(query(text), Ask.anybody(limit, false));
    }

    /** The place of the agent among the first, or a high number. */
    int place(Ranking ranking, int label) {
        List<Scored> best = ranking.best();
        for (int i = 0; i < best.size(); i++) {
            if (best.get(i).agent().equals(agents.get(label).id())) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    Pick pick(String text) {
        Query query = query(text);
        Ranking ranking = ranker.rank(query, Ask.anybody(1, true));
        Scored scored = ranking.best().get(ranking.picked());
        return new Pick(places.getOrDefault(scored.agent(), -1), scored.probability(), query, scored);
    }

    /** The best agent; nothing is explored where nothing is to be learned. */
    int best(String text) {
        return places.getOrDefault(rank(text, 1).best().get(0).agent(), -1);
    }

    void learn(Pick pick, double outcome) {
        learn(pick.query(), pick.scored().agent(), pick.scored().features(), outcome);
    }

    /** A past task that was not picked here. */
    void learn(Item item, int agent, double outcome) {
        learn(query(item.text()), agents.get(agent).id(), null, outcome);
    }

    /** A past task of which every agent's outcome is known. */
    void learnAll(Item item) {
        Query query = query(item.text());
        for (Scored scored :
                ranker.rank(query, Ask.anybody(agents.size(), false)).best()) {
            learn(query, scored.agent(), scored.features(), item.outcome(places.getOrDefault(scored.agent(), 0)));
        }
    }

    private void learn(Query query, String agent, float @Nullable [] features, double outcome) {
        ranker.learn(new Outcome("", query.text(), query.vector(), agent, features, outcome, 0));
        if (ranker.isStale()) {
            ranker.refresh();
        }
    }

    Ranker ranker() {
        return ranker;
    }
}
