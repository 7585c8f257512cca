// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import io.skep.plugin.routing.rank.Ranking.Scored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ranks agents for a task and learns from what became of it. Thread-safe; every method ends within moments and calls
 * nobody, {@link #refresh} apart, which computes without holding anybody up.
 */
public final class Ranker {
    /** The geometry is computed anew when this much more was seen. */
    private static final double GROWTH = 1.1;

    private static final int RERANK = 256;
    /** What a text that points to something unknown loses of the probability that somebody fits. */
    private static final double UNANSWERED = 0.8;

    private final int dimensions;
    private final Tuning tuning;
    private final Fleet fleet;
    private final Learner learner;
    private Experience experience;
    private Features features;
    /** The vectors of the full texts by slot. */
    private final Map<Integer, float[]> descriptions = new HashMap<>();

    private double refreshedAt;
    private long decisions;
    private long explorations;

    /** Without vectors if {@code dimensions} is 0. */
    public Ranker(int dimensions, Tuning tuning) {
        this.dimensions = dimensions;
        this.tuning = tuning;
        this.fleet = new Fleet(dimensions);
        this.experience = new Experience(dimensions, tuning, 0);
        this.learner = new Learner(tuning.halfLife());
        this.features = new Features(fleet, experience);
    }

    /** The length of vectors, 0 if there are none. */
    public int dimensions() {
        return dimensions;
    }

    /**
     * Takes an agent or its new texts.
     *
     * @param vectors of {@link AgentText#texts()}, or null if there are none, or {@link #hasVectors}
     * @return its slot, which agents share that say the same of themselves
     */
    public synchronized int put(AgentText text, @Nullable List<float[]> vectors) {
        int before = fleet.slot(text.id());
        if (before >= 0 && before != fleet.slotLike(text)) {
            remove(text.id());
            before = -1;
        }
        List<float[]> usable = vectors == null || dimensions == 0 ? null : summed(text, vectors);
        int slot = fleet.put(text, usable);
        if (usable != null && !usable.isEmpty()) {
            descriptions.put(slot, usable.get(0));
        }
        if (before < 0) {
            experience.crews().joined(slot, text.id(), fleet.ids(slot).size());
        }
        experience.place(slot, descriptions.get(slot));
        return slot;
    }

    /** What stands for a bare name is between all the ways to ask for it. */
    private static List<float[]> summed(AgentText text, List<float[]> vectors) {
        List<float[]> all = new ArrayList<>(vectors);
        if (text.isBare() && !all.isEmpty()) {
            all.set(0, Matrix.middle(vectors));
        }
        return all;
    }

    /** Whether the texts of an agent that says this have vectors, by this agent or one like it. */
    public synchronized boolean hasVectors(AgentText text) {
        int slot = fleet.slotLike(text);
        return slot >= 0 && fleet.hasVector(slot);
    }

    /** Forgets an agent's texts; what was learned of it stays, should it come back. */
    public synchronized void remove(String id) {
        int slot = fleet.remove(id);
        if (slot < 0) {
            return;
        }
        experience.crews().left(slot, id, fleet.ids(slot));
        if (!fleet.isUsed(slot)) {
            descriptions.remove(slot);
        }
        experience.place(slot, descriptions.get(slot));
    }

    /** How many agents there are. */
    public synchronized int size() {
        return fleet.agents();
    }

    /** The slot of an agent, -1 if it is unknown. */
    public synchronized int slot(String id) {
        return fleet.slot(id);
    }

    /** Whether two agents are the same one, or both are there and say the same of themselves. */
    public synchronized boolean isAlike(String one, String other) {
        return one.equals(other) || (fleet.slot(one) >= 0 && fleet.slot(one) == fleet.slot(other));
    }

    /** A task to ask about; asking with the same object again is cheaper. */
    public Query query(String text, float @Nullable [] vector) {
        return new Query(text, vector != null && vector.length == dimensions ? vector : null, this);
    }

    /** Without its vector if that is none of this ranker's. */
    private Query own(Query query) {
        return query.isOf(this) ? query : query(query.text(), null);
    }

    /** Ranks. */
    public synchronized Ranking rank(Query asked, Ask ask) {
        Query query = own(asked);
        Rows rows = features.rows(query, ask.eligible());
        double[] weights = learner.weights();
        int[] slots = rows.slots();
        int size = 0;
        int[] open = new int[slots.length];
        float[] totals = new float[slots.length];
        double[] contexts = contexts(query, ask, slots);
        for (int i = 0; i < slots.length; i++) {
            if (ask.eligible() == null || ask.eligible().get(slots[i])) {
                double evidence = learner.score(rows.features()[i]) + weights[Feature.CONTEXT.place()] * contexts[i];
                totals[i] = (float) (evidence - load(ask, slots[i]) - slowness(slots[i]));
                open[size++] = i;
            }
        }
        open = Arrays.copyOf(open, size);
        float[] scores = new float[size];
        for (int i = 0; i < size; i++) {
            scores[i] = totals[open[i]];
        }
        int[] best = Top.of(open, scores, Math.max(ask.limit(), 8));
        List<Scored> scored = new ArrayList<>();
        for (int at : best) {
            scored.add(scored(ask, rows, at, contexts[at], weights));
        }
        double reference = strongest(contexts);
        double alone = features.somebody(query, rows);
        double pointing = query.pointing();
        double somebody = Math.max(alone * (1 - UNANSWERED * pointing * pointing), reference);
        return picked(scored, ask, somebody, size);
    }

    private double[] contexts(Query query, Ask ask, int[] slots) {
        double[] contexts = new double[slots.length];
        if (!ask.context().isEmpty()) {
            double points = Math.max(0.1, Math.sqrt(query.pointing()));
            Map<Integer, Double> bySlot = new HashMap<>();
            ask.context().forEach((agent, weight) -> bySlot.merge(fleet.slot(agent), weight, Math::max));
            for (int i = 0; i < slots.length; i++) {
                contexts[i] = bySlot.getOrDefault(slots[i], 0.0) * points;
            }
        }
        return contexts;
    }

    private static double strongest(double[] contexts) {
        double most = 0;
        for (double context : contexts) {
            most = Math.max(most, context);
        }
        return Math.min(0.95, most);
    }

    private double load(Ask ask, int slot) {
        return slot < ask.loads().length ? tuning.loadWeight() * ask.loads()[slot] : 0;
    }

    private double slowness(int slot) {
        return tuning.latencyWeight() * experience.slower(slot) + tuning.costWeight() * experience.dearer(slot);
    }

    private Scored scored(Ask ask, Rows rows, int at, double context, double[] weights) {
        float[] own = rows.features()[at].clone();
        own[Feature.CONTEXT.place()] = (float) context;
        double evidence = learner.score(own);
        int slot = rows.slots()[at];
        double[] preferences = {
            -load(ask, slot),
            -tuning.latencyWeight() * experience.slower(slot),
            -tuning.costWeight() * experience.dearer(slot)
        };
        double sum = evidence + preferences[0] + preferences[1] + preferences[2];
        return new Scored(fleet.id(slot), Learner.probability(evidence), sum, own, weights, preferences);
    }

    /** Now and then the one that could be best takes the place of the one that is. */
    private Ranking picked(List<Scored> scored, Ask ask, double somebody, int considered) {
        int picked = scored.isEmpty() ? -1 : 0;
        boolean explored = false;
        if (ask.explore() && !scored.isEmpty()) {
            decisions++;
            if (explorations + 1 <= tuning.explore() * decisions) {
                double most = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < scored.size(); i++) {
                    Scored one = scored.get(i);
                    double could = one.score() + tuning.optimism() * learner.deviation(one.features());
                    if (could > most) {
                        most = could;
                        picked = i;
                    }
                }
                explored = picked > 0;
                explorations += explored ? 1 : 0;
            }
        }
        List<Scored> shown = picked < ask.limit() ? scored.subList(0, Math.min(ask.limit(), scored.size())) : scored;
        return new Ranking(shown, picked, explored, somebody, considered);
    }

    /** Learns. */
    public synchronized void learn(Outcome outcome) {
        float[] vector = outcome.vector();
        if (outcome.value() > 0.5
                && vector != null
                && vector.length == dimensions
                && experience.geometry().isKnown()) {
            experience
                    .fit()
                    .succeeded(
                            features.rows(query(outcome.text(), vector), null).relative());
        }
        float[] seen = outcome.features();
        if (seen != null) {
            learner.learn(seen, outcome.value());
        }
        int slot = fleet.slot(outcome.agent());
        experience.ended(outcome, slot, isAlone(slot));
        if (slot >= 0 && outcome.value() > 0.5) {
            experience.place(slot, descriptions.get(slot));
        }
    }

    private boolean isAlone(int slot) {
        return slot < 0 || fleet.ids(slot).size() == 1;
    }

    /** The weights as learned, in the order of {@link Feature}. */
    public synchronized double[] weights() {
        return learner.weights();
    }

    /** Whether enough was learned since {@link #refresh} for another one. */
    public synchronized boolean isStale() {
        return dimensions > 0 && experience.geometry().count() >= Math.max(100, refreshedAt * GROWTH);
    }

    /** Computes anew what is too slow to be computed with each outcome; for one thread at a time. */
    public void refresh() {
        Geometry.Moments moments;
        Experience of;
        synchronized (this) {
            of = experience;
            moments = experience.geometry().moments();
            refreshedAt = experience.geometry().count();
        }
        if (moments == null) {
            return;
        }
        Geometry.Inverses inverses = Geometry.invert(moments);
        synchronized (this) {
            if (of != experience) {
                return;
            }
            experience.become(inverses, middleOfDescriptions());
            for (int slot : fleet.all()) {
                experience.place(slot, descriptions.get(slot));
            }
        }
    }

    /** An attempt of an agent took so long and cost so much. */
    public synchronized void took(String agent, double millis, double costMicros) {
        int slot = fleet.slot(agent);
        experience.took(agent, slot, isAlone(slot), millis, costMicros);
    }

    /** The past tasks that are closest to a text, best first. */
    public synchronized List<Similar> similar(Query asked, int most) {
        Query query = own(asked);
        Memory memory = experience.memory();
        List<Similar> similar = new ArrayList<>();
        float[] vector = query.vector();
        if (vector == null) {
            return Lexical.similar(memory, query.words(), most);
        }
        Vectors.Nearest nearest = memory.nearest(vector, most, Math.max(RERANK, 16 * most));
        for (int i = 0; i < nearest.slots().length; i++) {
            similar.add(new Similar(memory.get(nearest.slots()[i]), nearest.products()[i]));
        }
        return similar;
    }

    /** What is known of an agent. */
    public synchronized Profile profile(String agent) {
        return Profile.of(agent, experience.crews().own().get(agent), experience.memory());
    }

    /** The agents of which anything is known, the one that was heard of last at the end. */
    public synchronized List<String> known() {
        return List.copyOf(experience.crews().own().keySet());
    }

    /** Everything learned goes; agents and their slots stay. */
    public synchronized void forget() {
        experience = new Experience(dimensions, tuning, experience.version() + 1);
        features = new Features(fleet, experience);
        learner.reset();
        refreshedAt = 0;
        decisions = 0;
        explorations = 0;
        for (int slot : fleet.all()) {
            experience.place(slot, descriptions.get(slot));
        }
    }

    /** What is kept in the store of it; see {@link Learned}. */
    public synchronized Learned learned() {
        return Learned.of(learner, experience);
    }

    /** Takes over what was kept; before anything else is learned. */
    public synchronized void restore(Learned learned) {
        learned.into(learner, experience);
        for (int slot : fleet.all()) {
            int count = 0;
            for (String agent : fleet.ids(slot)) {
                experience.crews().joined(slot, agent, ++count);
            }
        }
    }

    /** Takes a past task over; see {@link #learned}. */
    public synchronized void restore(Past past, float @Nullable [] vector) {
        int slot = fleet.slot(past.agent());
        experience.restore(past, vector != null && vector.length == dimensions ? vector : null, slot, isAlone(slot));
    }

    /** Goes on after so many past tasks, of which the ones that are left were taken over by their places. */
    public synchronized void resume(long added) {
        experience.memory().resume(added);
    }

    /** How many past tasks were ever remembered. */
    public synchronized long remembered() {
        return experience.memory().seen();
    }

    /** A range of remembered tasks by place, with their vectors. */
    public synchronized List<Remembered> remembered(int from, int to) {
        Memory memory = experience.memory();
        List<Remembered> range = new ArrayList<>();
        for (int slot = from; slot < Math.min(to, memory.size()); slot++) {
            boolean has = memory.vectors().has(slot);
            range.add(new Remembered(memory.get(slot), has ? memory.vectors().get(slot) : null));
        }
        return range;
    }

    /** Share of decisions so far that went to another than the best. */
    public synchronized double explored() {
        return decisions == 0 ? 0 : (double) explorations / decisions;
    }

    /** A past task and how close it is. */
    public record Similar(Past past, double similarity) {}

    /** A past task and its vector, if it has one. */
    public record Remembered(Past past, float @Nullable [] vector) {}

    private float[] middleOfDescriptions() {
        float[] middle = new float[dimensions];
        for (float[] description : descriptions.values()) {
            for (int i = 0; i < dimensions; i++) {
                middle[i] += description[i] / descriptions.size();
            }
        }
        return middle;
    }
}
