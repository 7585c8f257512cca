// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankerTest {
    private static final int DIMENSIONS = 32;
    private static final int AGENTS = 8;
    private final Random random = new Random(3);
    private final List<float[]> kinds = new ArrayList<>();

    @Test
    void outcomes_teachWhoDoesWhat_thoughDescriptionsAreSilent() {
        Ranker ranker = ranker(Tuning.DEFAULT);
        double early = pass(ranker, 400, 0);
        double late = pass(ranker, 400, 0);
        assertThat(early).isLessThan(late);
        assertThat(late).isGreaterThan(0.9);
    }

    @Test
    void agentsThatChangePlaces_areFollowed() {
        Ranker ranker = ranker(Tuning.DEFAULT);
        pass(ranker, 600, 0);
        pass(ranker, 1200, 1);
        assertThat(pass(ranker, 300, 1)).isGreaterThan(0.85);
    }

    @Test
    void exploration_keepsToItsShare() {
        Ranker ranker = ranker(new Tuning(1000, 0.1, 3, 1000, 0, 0, 0, 0));
        pass(ranker, 500, 0);
        assertThat(ranker.explored()).isPositive().isLessThanOrEqualTo(0.11);
    }

    @Test
    void taskOfNoKind_isToldFromThoseThatSucceeded() {
        Ranker ranker = ranker(Tuning.DEFAULT);
        pass(ranker, 1000, 0);
        double inside = 0;
        double outside = 0;
        for (int i = 0; i < 100; i++) {
            inside += somebody(ranker, near(kinds.get(i % AGENTS)));
            outside += somebody(ranker, direction());
        }
        assertThat(inside / 100).isGreaterThan(0.7);
        assertThat(outside / 100).isLessThan(0.3);
    }

    /** The same few tasks again and again: any other one is far from them, also one that an agent says it does. */
    @Test
    void newTask_thatAnAgentSaysItDoes_isSomebodys_howeverNarrowThePast() {
        Ranker ranker = new Ranker(DIMENSIONS, Tuning.DEFAULT);
        List<float[]> texts = new ArrayList<>();
        List<Query> tasks = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            texts.add(direction());
            ranker.put(new AgentText("a" + i, "", "", List.of()), List.of(texts.get(i)));
            tasks.add(ranker.query("task", near(texts.get(i))));
        }
        for (int i = 0; i < 400; i++) {
            Query query = tasks.get(i % AGENTS);
            Ranking.Scored best =
                    ranker.rank(query, Ask.anybody(1, false)).best().get(0);
            ranker.learn(new Outcome("t", "task", query.vector(), best.agent(), best.features(), 1, 0));
            if (ranker.isStale()) {
                ranker.refresh();
            }
            double another = somebody(ranker, near(texts.get(random.nextInt(AGENTS))));
            assertThat(another).isGreaterThan(Tuning.DEFAULT.noneBelow());
        }
        double nobodys = 0;
        for (int i = 0; i < 100; i++) {
            nobodys += somebody(ranker, direction());
        }
        assertThat(nobodys / 100).isLessThan(0.3);
    }

    @Test
    void loadAndLatency_takeOff() {
        Ranker ranker = ranker(Tuning.DEFAULT);
        for (int i = 0; i < 20; i++) {
            ranker.took("a0", 8000, 10);
            ranker.took("a1", 1000, 10);
        }
        float[] loads = {0, 1};
        Query query = ranker.query("x", direction());
        for (Ranking.Scored one : ranker.rank(query, new Ask(null, Map.of(), loads, AGENTS, false))
                .best()) {
            assertThat(one.preferences()[0]).isCloseTo(one.agent().equals("a1") ? -0.5 : 0, within(1e-9));
            assertThat(one.preferences()[1] < 0).isEqualTo(one.agent().equals("a0"));
        }
    }

    @Test
    void whatWasLearned_isTakenOver() {
        Ranker first = ranker(Tuning.DEFAULT);
        pass(first, 300, 0);
        Ranker next = ranker(Tuning.DEFAULT);
        next.restore(first.learned());
        first.remembered(0, 1000).forEach(one -> next.restore(one.past(), one.vector()));
        next.resume(first.remembered());
        next.refresh();
        assertThat(next.weights()).isEqualTo(first.weights());
        assertThat(next.remembered()).isEqualTo(first.remembered());
        assertThat(somebody(next, direction())).isLessThan(0.3);
        assertThat(pass(next, 200, 0)).isGreaterThan(0.85);
        double[] learned = next.weights();
        next.forget();
        assertThat(next.weights()).isNotEqualTo(learned);
        assertThat(next.remembered()).isZero();
        assertThat(next.size()).isEqualTo(AGENTS);
    }

    @Test
    void ofManyAgents_theClosestAreLookedAt_amongTheEligible() {
        Ranker ranker = new Ranker(DIMENSIONS, Tuning.DEFAULT);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < Vectors.EXACT + 500; i++) {
            vectors.add(direction());
            ranker.put(new AgentText("a" + i, "word" + i, "", List.of()), List.of(vectors.get(i)));
        }
        for (int i = 0; i < 100; i++) {
            Query query = ranker.query("x", vectors.get(i * 40));
            assertThat(ranker.rank(query, Ask.anybody(1, false)).best().get(0).agent())
                    .isEqualTo("a" + i * 40);
        }
        BitSet few = new BitSet();
        few.set(7);
        few.set(9);
        Ask ask = new Ask(few, Map.of(), new float[0], 5, false);
        assertThat(ranker.rank(ranker.query("x", vectors.get(9)), ask).best())
                .extracting(Ranking.Scored::agent)
                .containsExactly("a9", "a7");
        assertThat(ranker.rank(ranker.query("word4100", null), Ask.anybody(1, false))
                        .best()
                        .get(0)
                        .agent())
                .isEqualTo("a4100");
        ranker.remove("a40");
        assertThat(ranker.rank(ranker.query("x", vectors.get(40)), Ask.anybody(1, false))
                        .best()
                        .get(0)
                        .agent())
                .isNotEqualTo("a40");
    }

    @Test
    void words_areCutToTheirStems_ofAnyScript() {
        assertThat(Words.of("Planning the plans of a planner; databaseQueries!"))
                .containsExactly("plan", "plann", "databas", "queri");
        assertThat(Words.of("数据库 Straße \ud83d\ude00")).contains("数据库", "straß");
        assertThat(Words.of("")).isEmpty();
        assertThat(Words.of("classes running agreed nation happily")).hasSize(5);
    }

    @Test
    void interval_isWilsons() {
        assertThat(Profile.interval(0, 0)).containsExactly(0, 1);
        assertThat(Profile.interval(8, 10)[0]).isCloseTo(0.490, within(0.001));
        assertThat(Profile.interval(8, 10)[1]).isCloseTo(0.943, within(0.001));
    }

    private double somebody(Ranker ranker, float[] vector) {
        return ranker.rank(ranker.query("task", vector), Ask.anybody(1, false)).somebody();
    }

    /** Tasks of each kind in turn, of which agent {@code kind + moved} does well; the share that went well. */
    private double pass(Ranker ranker, int tasks, int moved) {
        double right = 0;
        for (int i = 0; i < tasks; i++) {
            int kind = random.nextInt(AGENTS);
            Query query = ranker.query("task", near(kinds.get(kind)));
            Ranking ranking = ranker.rank(query, Ask.anybody(1, true));
            Ranking.Scored picked = ranking.best().get(ranking.picked());
            double outcome = picked.agent().equals("a" + (kind + moved) % AGENTS) ? 1 : 0;
            right += outcome;
            ranker.learn(new Outcome("t", "task", query.vector(), picked.agent(), picked.features(), outcome, 0));
            if (ranker.isStale()) {
                ranker.refresh();
            }
        }
        return right / tasks;
    }

    private Ranker ranker(Tuning tuning) {
        Ranker ranker = new Ranker(DIMENSIONS, tuning);
        for (int i = 0; i < AGENTS; i++) {
            if (kinds.size() < AGENTS) {
                kinds.add(direction());
            }
            ranker.put(new AgentText("a" + i, "", "", List.of()), List.of(direction(), direction()));
        }
        return ranker;
    }

    private float[] near(float[] kind) {
        float[] vector = direction();
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] = kind[d] + 0.5f * vector[d];
        }
        return scaled(vector);
    }

    private float[] direction() {
        float[] vector = new float[DIMENSIONS];
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] = (float) random.nextGaussian();
        }
        return scaled(vector);
    }

    private static float[] scaled(float[] vector) {
        float length = (float) Math.sqrt(Matrix.dot(vector, vector));
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] /= length;
        }
        return vector;
    }
}
