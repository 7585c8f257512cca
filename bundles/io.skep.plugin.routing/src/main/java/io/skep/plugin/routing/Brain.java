// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.agent.Agent;
import io.skep.api.embedding.Embedder;
import io.skep.plugin.routing.rank.AgentText;
import io.skep.plugin.routing.rank.Outcome;
import io.skep.plugin.routing.rank.Query;
import io.skep.plugin.routing.rank.Ranker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mind that questions are answered from, with the encoder that its vectors are of. Another model needs another mind,
 * which is made beside the one in use with what was learned but for vectors of the old model, and takes its place when it
 * knows all agents; when the encoder only goes away for a while, the vectors stay. Questions and outcomes come from any
 * thread, agents and minds from the follower's.
 */
final class Brain {
    private static final int CACHED = 1000;
    private static final int RANGE = 1000;
    /** So many agents that came while there was no encoder are put anew before the events go on. */
    private static final int AT_ONCE = 50;

    private final Encoder encoder;
    private final Settings settings;
    private final Map<String, Query> queries = new LinkedHashMap<>(16, 0.75f, true);
    /** Agents of the mind that should have vectors and have none. */
    private final Set<String> bare = new LinkedHashSet<>();

    private volatile Mind mind;

    Brain(Encoder encoder, Settings settings) {
        this.encoder = encoder;
        this.settings = settings;
        this.mind = blank(null, 0);
    }

    Mind mind() {
        return mind;
    }

    Ranker ranker() {
        return mind.ranker();
    }

    Settings settings() {
        return settings;
    }

    /** The model that the vector of a task is of, or null if it has none, or one that is of no use any more. */
    @Nullable
    String model(Query query) {
        Mind now = mind;
        return query.vector() != null && query.isOf(now.ranker()) ? now.model() : null;
    }

    /** The model that a question is answered with now. */
    String encoderName() {
        Embedder now = usable(mind);
        return now == null ? Encoder.LEXICAL : now.model();
    }

    /** A mind that knows nothing, for vectors of that model; without one there are none. */
    Mind blank(@Nullable String model, int dimensions) {
        return new Mind(new Ranker(dimensions, settings.tuning()), new Roster(), model);
    }

    /** Waits for the first encoder if a mind has vectors of one, so long at most: at a start both are on the way. */
    void awaitEncoder(Mind of, Duration most) {
        if (of.model() == null) {
            return;
        }
        try {
            encoder.await(most);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether an encoder is there whose vectors the mind cannot take. */
    boolean mustChange(Mind of) {
        Embedder now = encoder.now();
        return now != null && !now.model().equals(of.model());
    }

    /** A mind for the present encoder's vectors with what another one has learned, but without agents. */
    Mind changed(Mind of) {
        Embedder now = encoder.now();
        if (now == null) {
            return of;
        }
        Mind next = blank(now.model(), now.dimensions());
        Ranker to = next.ranker();
        to.restore(of.ranker().learned().ofOtherVectors());
        for (int from = 0; from < settings.tuning().memory(); from += RANGE) {
            for (Ranker.Remembered one : of.ranker().remembered(from, from + RANGE)) {
                to.restore(one.past(), null);
            }
        }
        to.resume(of.ranker().remembered());
        return next;
    }

    /** Answers from another mind, which learns of these agents before; takes the time of embedding their texts. */
    void become(Mind next, List<Agent> agents) {
        bare.clear();
        agents.forEach(agent -> put(next, agent));
        next.ranker().refresh();
        mind = next;
        forgetQueries();
    }

    /** Takes an agent or what it says anew; takes the time of embedding its texts. */
    void put(Agent agent) {
        put(mind, agent);
    }

    private void put(Mind to, Agent agent) {
        AgentText text = Roster.textOf(agent);
        boolean has = to.ranker().hasVectors(text);
        List<float[]> vectors = has ? null : Encoder.vectors(usable(to), text.texts());
        if (has || vectors != null || to.model() == null) {
            bare.remove(agent.id());
        } else {
            bare.add(agent.id());
        }
        to.roster().put(agent, text, to.ranker().put(text, vectors));
    }

    /** Whether what the agent says is known, with its vectors if there is an encoder. */
    boolean isKnown(Agent agent) {
        return Roster.textOf(agent).equals(mind.roster().text(agent.id()))
                && !(bare.contains(agent.id()) && usable(mind) != null);
    }

    void remove(String agent) {
        bare.remove(agent);
        mind.roster().remove(agent);
        mind.ranker().remove(agent);
    }

    /** Some of the agents that are to be put once more, because there was no encoder when they came and there is one now. */
    List<String> bare() {
        return usable(mind) == null ? List.of() : bare.stream().limit(AT_ONCE).toList();
    }

    /** Forgets all that was learned, not the agents. */
    void reset() {
        mind.ranker().forget();
        forgetQueries();
    }

    /** A task to ask a mind about; the same object for the same text while it is remembered. */
    Query query(Mind by, String text) {
        Embedder embedder = usable(by);
        synchronized (queries) {
            Query known = queries.get(text);
            if (known != null && known.isOf(by.ranker()) && (embedder != null) == (known.vector() != null)) {
                return known;
            }
        }
        Query query = by.ranker().query(text, Encoder.vector(embedder, text));
        synchronized (queries) {
            if (query.isOf(mind.ranker())) {
                queries.put(text, query);
            }
            if (queries.size() > CACHED) {
                queries.remove(queries.keySet().iterator().next());
            }
        }
        return query;
    }

    /** Learns from what an agent made of the task of a decision, without its vector if that is of another model. */
    void learn(Decisions.Made decision, Decisions.Chosen done, double outcome, long nowMillis) {
        Mind now = mind;
        now.ranker()
                .learn(new Outcome(
                        decision.task() == null ? decision.id() : decision.task(),
                        decision.text(),
                        Objects.equals(decision.model(), now.model()) ? decision.vector() : null,
                        done.agent(),
                        done.features(),
                        outcome,
                        nowMillis));
    }

    private @Nullable Embedder usable(Mind by) {
        Embedder now = encoder.now();
        return now != null && now.model().equals(by.model()) ? now : null;
    }

    private void forgetQueries() {
        synchronized (queries) {
            queries.clear();
        }
    }
}
