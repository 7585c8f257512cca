// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.embedding.Embedder;
import io.skep.plugin.routing.rank.AgentText;
import io.skep.plugin.routing.rank.Outcome;
import io.skep.plugin.routing.rank.Query;
import io.skep.plugin.routing.rank.Ranker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ranker with the encoder that its vectors are of. When another model comes, the ranker is made anew with what was
 * learned but for vectors of the old model; when the encoder only goes away for a while, the vectors stay. Thread-safe.
 */
final class Brain {
    private static final int CACHED = 1000;
    private static final int RANGE = 1000;

    private final Encoder encoder;
    private final Settings settings;
    private final Map<String, Query> queries = new LinkedHashMap<>(16, 0.75f, true);
    private volatile Mind mind;

    /** A ranker and the model that all its vectors are of: neither changes without the other. */
    private record Mind(Ranker ranker, @Nullable String model) {}

    Brain(Encoder encoder, Settings settings) {
        this.encoder = encoder;
        this.settings = settings;
        this.mind = new Mind(new Ranker(0, settings.tuning()), null);
    }

    Ranker ranker() {
        return mind.ranker();
    }

    Settings settings() {
        return settings;
    }

    /** The model that vectors are of, or null while there was none yet. */
    @Nullable
    String model() {
        return mind.model();
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

    /** Whether an encoder is there whose vectors the ranker does not have yet. */
    boolean mustChange() {
        Embedder now = encoder.now();
        return now != null && !now.model().equals(mind.model());
    }

    /** Takes the present encoder's vectors from now on; agents must be put anew. */
    void change() {
        Embedder now = Objects.requireNonNull(encoder.now());
        become(now.model(), now.dimensions(), true);
    }

    /** Begins with vectors of a model that were kept, without knowing whether its encoder will come. */
    void expect(String kept, int dimensions) {
        become(kept, dimensions, false);
    }

    private void become(String other, int dimensions, boolean learned) {
        Ranker before = mind.ranker();
        Ranker next = new Ranker(dimensions, settings.tuning());
        if (learned) {
            next.restore(before.learned());
            for (int from = 0; from < settings.tuning().memory(); from += RANGE) {
                for (Ranker.Remembered one : before.remembered(from, from + RANGE)) {
                    next.restore(one.past(), null);
                }
            }
            next.resume(before.remembered());
        }
        mind = new Mind(next, other);
        forgetQueries();
    }

    /** Forgets all that was learned, not the agents. */
    void reset() {
        mind.ranker().forget();
        forgetQueries();
    }

    /** The slot of an agent that is put or put anew; without vectors if there is no encoder. */
    int put(AgentText text) {
        Mind to = mind;
        boolean has = to.ranker().hasVectors(text);
        return to.ranker().put(text, has ? null : Encoder.vectors(usable(to), text.texts()));
    }

    /** A task to ask about; the same object for the same text while it is remembered. */
    Query query(String text) {
        Mind by = mind;
        Embedder embedder = usable(by);
        synchronized (queries) {
            Query known = queries.get(text);
            if (known != null && (embedder != null) == (known.vector() != null)) {
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
