// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.embedding.LocalEmbedder;
import io.skep.plugin.routing.rank.AgentText;
import io.skep.plugin.routing.rank.Ask;
import io.skep.plugin.routing.rank.Outcome;
import io.skep.plugin.routing.rank.Query;
import io.skep.plugin.routing.rank.Ranker;
import io.skep.plugin.routing.rank.Ranker.Similar;
import io.skep.plugin.routing.rank.Tuning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;

/** How long the scorer takes, on made-up agents and tasks. */
final class Speed {
    private static final int FLEET = 199;
    private static final Tuning LARGE = new Tuning(100_000, 0, 0, 5000, 0.5, 0.1, 0, 0.25);

    private final Goals goals;
    private final LocalEmbedder embedder;
    private final Random random = new Random(1);

    Speed(Goals goals, LocalEmbedder embedder) {
        this.goals = goals;
        this.embedder = embedder;
    }

    /** Decisions among 199 agents after a thousand outcomes. */
    void decisions(int rounds) {
        Ranker ranker = new Ranker(embedder.dimensions(), Tuning.DEFAULT);
        for (int i = 0; i < FLEET; i++) {
            AgentText agent = new AgentText("a" + i, "agent " + i, sentence(i) + ". " + sentence(i + 1), List.of());
            ranker.put(agent, embedder.embedAll(agent.texts()));
        }
        for (int i = 0; i < 1000; i++) {
            float[] vector = direction();
            ranker.learn(new Outcome("", "task", vector, "a" + i % FLEET, null, i % 3 == 0 ? 0 : 1, 0));
        }
        ranker.refresh();
        Ask ask = Ask.anybody(5, false);
        report("decision.uncached", "us", 1200, 1e3, measured(rounds, i -> {
            String text = sentence(i) + ' ' + i;
            ranker.rank(ranker.query(text, embedder.compute(text)), ask);
        }));
        float[] given = direction();
        report(
                "decision.embedded",
                "us",
                1e9,
                1e3,
                measured(rounds, i -> ranker.rank(ranker.query("a task", given), ask)));
        Query query = ranker.query("a task", given);
        report("decision.cached", "us", 20, 1e3, measured(rounds * 10, i -> ranker.rank(query, ask)));
    }

    /** A decision among many agents, the vector given. */
    void large(int agents, int rounds) {
        Ranker ranker = new Ranker(embedder.dimensions(), LARGE);
        for (int i = 0; i < agents; i++) {
            AgentText agent = new AgentText("a" + i, "agent " + i, "", List.of());
            ranker.put(agent, List.of(direction()));
        }
        Ask ask = Ask.anybody(5, false);
        report(
                "decision.100k",
                "us",
                400,
                1e3,
                measured(rounds, i -> ranker.rank(ranker.query("find a", direction()), ask)));
    }

    /** Past tasks like one, against an exact scan. */
    void similar(int tasks, int rounds) {
        Ranker ranker = new Ranker(embedder.dimensions(), LARGE);
        List<float[]> middles = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            middles.add(direction());
        }
        List<float[]> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            float[] vector = near(middles.get(i % middles.size()));
            all.add(vector);
            ranker.learn(new Outcome(Integer.toString(i), "task", vector, "a", null, 1, 0));
        }
        double found = 0;
        for (int i = 0; i < 100; i++) {
            float[] vector = near(middles.get(i));
            Set<String> right = new HashSet<>(exact(all, vector));
            for (Similar one : ranker.similar(ranker.query("task", vector), 10)) {
                found += right.contains(one.past().task()) ? 1 : 0;
            }
        }
        goals.atLeast(0.95, Result.of("similar.recall10", found / 1000, ""));
        Histogram nanos =
                measured(rounds, i -> ranker.similar(ranker.query("task", near(middles.get(i % middles.size()))), 10));
        goals.report(Result.of("similar.p50.ms", nanos.getValueAtPercentile(50) / 1e6, "ms"));
        goals.atMost(5, Result.of("similar.p99.ms", nanos.getValueAtPercentile(99) / 1e6, "ms"));
    }

    private static List<String> exact(List<float[]> all, float[] vector) {
        double[] products = new double[all.size()];
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < products.length; i++) {
            for (int d = 0; d < vector.length; d++) {
                products[i] += all.get(i)[d] * vector[d];
            }
            order.add(i);
        }
        order.sort(Comparator.comparingDouble(i -> -products[i]));
        return order.subList(0, 10).stream().map(String::valueOf).toList();
    }

    private void report(String name, String unit, double goal, double divisor, Histogram nanos) {
        goals.atMost(goal, Result.of(name + ".p50." + unit, nanos.getValueAtPercentile(50) / divisor, unit));
        goals.report(Result.of(name + ".min." + unit, nanos.getMinValue() / divisor, unit));
        goals.report(Result.of(name + ".p99." + unit, nanos.getValueAtPercentile(99) / divisor, unit));
    }

    private static Histogram measured(int rounds, IntConsumer call) {
        for (int i = 0; i < rounds; i++) {
            call.accept(i);
        }
        Histogram nanos = new Histogram(3);
        for (int i = 0; i < rounds; i++) {
            long begun = System.nanoTime();
            call.accept(rounds + i);
            nanos.recordValue(System.nanoTime() - begun);
        }
        return nanos;
    }

    private float[] near(float[] middle) {
        float[] vector = direction();
        double length = 0;
        for (int d = 0; d < vector.length; d++) {
            vector[d] = middle[d] + 0.8f * vector[d];
            length += vector[d] * vector[d];
        }
        for (int d = 0; d < vector.length; d++) {
            vector[d] /= (float) Math.sqrt(length);
        }
        return vector;
    }

    private float[] direction() {
        float[] vector = new float[embedder.dimensions()];
        double length = 0;
        for (int d = 0; d < vector.length; d++) {
            vector[d] = (float) random.nextGaussian();
            length += vector[d] * vector[d];
        }
        for (int d = 0; d < vector.length; d++) {
            vector[d] /= (float) Math.sqrt(length);
        }
        return vector;
    }

    private static String sentence(int number) {
        String[] verbs = {"plan", "review", "translate", "repair", "measure", "draw", "cook", "sort"};
        String[] things = {
            "journeys", "programs", "letters", "engines", "rivers", "houses", "dinners", "archives", "maps"
        };
        String[] places = {"abroad", "at night", "for children", "in the mountains", "with little money"};
        return "please " + verbs[number % verbs.length] + ' ' + things[number % things.length] + ' '
                + places[number / 7 % places.length];
    }
}
