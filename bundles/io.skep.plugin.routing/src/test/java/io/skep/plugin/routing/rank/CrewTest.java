// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Agents that say the same of themselves. */
class CrewTest {
    private static final int DIMENSIONS = 32;
    private final Random random = new Random(11);
    private final Ranker ranker = new Ranker(DIMENSIONS, Tuning.DEFAULT);
    private final float[] theirs = direction();

    private static AgentText worker(String id) {
        return new AgentText(id, id, "Tunes database queries", List.of("sql"), Set.of("sql"));
    }

    @Test
    void whoSaysTheSame_isOfOneKind() {
        assertThat(worker("w-1").kind()).isEqualTo(worker("quite-another").kind());
        assertThat(new AgentText("a", "Worker 7", "d", List.of()).kind())
                .isEqualTo(new AgentText("b", "Worker 19", "d", List.of()).kind())
                .isNotEqualTo(new AgentText("b", "Cook 19", "d", List.of()).kind());
        assertThat(new AgentText("lines-1", "", "", List.of("count"), Set.of()).kind())
                .isEqualTo(new AgentText("lines-2", "lines-2", "", List.of("count"), Set.of()).kind())
                .isNotEqualTo(new AgentText("words-2", "words-2", "", List.of("count"), Set.of()).kind());
        assertThat(new AgentText("llama-2", "llama-2", "", List.of()).kind())
                .as("there is nothing but the name")
                .isNotEqualTo(new AgentText("llama-3", "llama-3", "", List.of()).kind());
        assertThat(worker("a").kind())
                .as("tasks may ask for the one and not for the other")
                .isNotEqualTo(new AgentText("a", "a", "Tunes database queries", List.of("sql"), Set.of("db")).kind());
    }

    @Test
    void crew_hasOnePlace_andLearnsTogether() {
        crew(40);
        ranker.put(new AgentText("other", "other", "Cooks", List.of()), List.of(direction(), direction()));
        Query query = ranker.query("x", theirs);
        assertThat(agents(query)).containsExactly("w0", "other");
        assertThat(ranker.size()).isEqualTo(41);
        assertThat(ranker.isAlike("w1", "w39")).isTrue();
        assertThat(ranker.isAlike("w1", "other")).isFalse();
        assertThat(ranker.isAlike("gone", "gone")).isTrue();
        assertThat(feature(query, "w0", Feature.RECORD)).isZero();

        for (int i = 0; i < 10; i++) {
            ended("w" + i, theirs, 1);
        }
        ended("other", direction(), 0);

        assertThat(feature(query, "w0", Feature.RECORD)).isGreaterThan(0.2);
        assertThat(feature(query, "w0", Feature.NEAR_SUCCESS)).isGreaterThan(0.6);
        assertThat(feature(query, "other", Feature.RECORD)).isNegative();
        assertThat(ranker.profile("w3").tasks()).isEqualTo(1);
        assertThat(ranker.profile("w30").tasks()).isZero();
    }

    @Test
    void crewLosesWhoLeaves_andKeepsThePlaceAndWhatTheOthersShowed() {
        crew(3);
        Query query = ranker.query("x", theirs);
        double empty = probability(query);
        ended("w0", theirs, 1);
        ended("w1", theirs, 1);
        double full = probability(query);
        ranker.remove("w0");
        assertThat(agents(query)).containsExactly("w1");
        assertThat(probability(query)).isLessThan(full).isGreaterThan(empty);
        ranker.remove("w1");
        ranker.remove("w1");
        assertThat(agents(query)).containsExactly("w2");
        assertThat(probability(query)).isCloseTo(empty, within(0.06));
        ranker.remove("w2");
        assertThat(agents(query)).isEmpty();
        assertThat(ranker.hasVectors(worker("w2"))).isFalse();
    }

    @Test
    void whoSaysSomethingElse_changesItsPlace_andTakesItsOwnAlong() {
        crew(3);
        ended("w1", theirs, 1);
        ranker.put(new AgentText("w1", "w1", "Cooks", List.of()), List.of(theirs, theirs));
        assertThat(agents(ranker.query("x", theirs))).containsExactlyInAnyOrder("w0", "w1");
        assertThat(ranker.slot("w0")).isEqualTo(ranker.slot("w2")).isNotEqualTo(ranker.slot("w1"));
        assertThat(feature(ranker.query("x", theirs), "w1", Feature.RECORD)).isPositive();
        assertThat(feature(ranker.query("x", theirs), "w0", Feature.RECORD)).isNotPositive();
        ranker.put(worker("w1"), null);
        assertThat(agents(ranker.query("x", theirs))).containsExactly("w0");
        assertThat(feature(ranker.query("x", theirs), "w0", Feature.RECORD)).isPositive();
    }

    @Test
    void whatWasLearnedOfEach_isCountedTogetherAfterARestart() {
        crew(3);
        for (int i = 0; i < 9; i++) {
            ended("w" + i % 3, theirs, 1);
            ranker.took("w" + i % 3, 1000, 10);
        }
        Query query = ranker.query("x", theirs);
        double record = feature(query, "w0", Feature.RECORD);
        Ranker next = new Ranker(DIMENSIONS, Tuning.DEFAULT);
        next.restore(ranker.learned());
        for (int i = 0; i < 3; i++) {
            next.put(worker("w" + i), i == 0 ? List.of(theirs, theirs) : null);
        }
        assertThat(feature(next, query, "w0", Feature.RECORD)).isCloseTo(record, within(0.01));
        Ranker later = new Ranker(DIMENSIONS, Tuning.DEFAULT);
        for (int i = 0; i < 3; i++) {
            later.put(worker("w" + i), i == 0 ? List.of(theirs, theirs) : null);
        }
        later.restore(ranker.learned());
        ranker.remembered(0, 100).forEach(one -> later.restore(one.past(), one.vector()));
        assertThat(feature(later, query, "w0", Feature.RECORD)).isCloseTo(record, within(0.01));
        assertThat(feature(later, query, "w0", Feature.NEAR_SUCCESS)).isPositive();
    }

    @Test
    void comingAndGoingInAnyOrder_endsAsIfOnlyWhoIsThereHadCome() {
        Set<String> there = new java.util.TreeSet<>();
        List<String> ended = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String agent = "w" + random.nextInt(12);
            switch (random.nextInt(3)) {
                case 0 -> {
                    ranker.remove(agent);
                    there.remove(agent);
                }
                case 1 -> {
                    ranker.put(worker(agent), ranker.hasVectors(worker(agent)) ? null : List.of(theirs, theirs));
                    there.add(agent);
                }
                default -> {
                    ended(agent, theirs, random.nextInt(2));
                    ended.add(agent);
                }
            }
            List<String> named = agents(ranker.query("x", theirs));
            assertThat(named).hasSize(there.isEmpty() ? 0 : 1);
            assertThat(there.containsAll(named)).isTrue();
            assertThat(ranker.size()).isEqualTo(there.size());
        }
        assertThat(ended).isNotEmpty();
    }

    private void crew(int size) {
        for (int i = 0; i < size; i++) {
            AgentText text = worker("w" + i);
            assertThat(ranker.hasVectors(text)).isEqualTo(i > 0);
            ranker.put(text, i > 0 ? null : List.of(theirs, theirs));
        }
    }

    private void ended(String agent, float[] vector, double value) {
        ranker.learn(new Outcome("t", "x", vector, agent, null, value, 0));
    }

    private List<String> agents(Query query) {
        return ranker.rank(query, Ask.anybody(100, false)).best().stream()
                .map(Ranking.Scored::agent)
                .toList();
    }

    private double probability(Query query) {
        return ranker.rank(query, Ask.anybody(1, false)).best().get(0).probability();
    }

    private double feature(Query query, String agent, Feature feature) {
        return feature(ranker, query, agent, feature);
    }

    private static double feature(Ranker of, Query query, String agent, Feature feature) {
        Query same = of.query(query.text(), query.vector());
        return of.rank(same, Ask.anybody(100, false)).best().stream()
                .filter(one -> one.agent().equals(agent))
                .findFirst()
                .orElseThrow()
                .features()[feature.place()];
    }

    private float[] direction() {
        float[] vector = new float[DIMENSIONS];
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] = (float) random.nextGaussian();
        }
        float length = (float) Math.sqrt(Matrix.dot(vector, vector));
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] /= length;
        }
        return vector;
    }
}
