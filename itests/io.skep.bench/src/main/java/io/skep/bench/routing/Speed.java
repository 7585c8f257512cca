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
import java.util.Arrays;
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
    private static final int GIVEN = 200;
    /** Compared with an exact scan, which takes a tenth of a second. */
    private static final int SCANNED = 50;

    private static final int WINDOWS = 5;
    private static final double NO_GOAL = Double.MAX_VALUE;
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
            String description = sentence(i) + ". " + sentence(i + 1) + ". number " + i;
            AgentText agent = new AgentText("a" + i, "agent " + i, description, List.of());
            ranker.put(agent, embedder.embedAll(agent.texts()));
        }
        learned(ranker, FLEET);
        Ask ask = Ask.anybody(5, false);
        report("decision.embedding", "us", NO_GOAL, measured(rounds, i -> embedder.compute(sentence(i) + ' ' + i)));
        report("decision.uncached", "us", 1200, measured(rounds, i -> {
            String text = sentence(i) + ' ' + i;
            ranker.rank(ranker.query(text, embedder.compute(text)), ask);
        }));
        float[][] given = new float[GIVEN][];
        Arrays.setAll(given, i -> direction());
        report(
                "decision.embedded",
                "us",
                20,
                measured(rounds, i -> ranker.rank(ranker.query("find a way", given[i % GIVEN]), ask)));
        Query query = ranker.query("a task", given[0]);
        report("decision.cached", "us", 20, measured(rounds * 10, i -> ranker.rank(query, ask)));
    }

    /** A decision among many agents after a thousand outcomes, the vector given; and whether it finds whom a scan finds. */
    void large(int agents, int rounds) {
        Ranker ranker = new Ranker(embedder.dimensions(), LARGE);
        List<float[]> all = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            AgentText agent = new AgentText("a" + i, "agent " + i, "", List.of());
            all.add(direction());
            ranker.put(agent, List.of(all.get(i)));
        }
        Ask ask = Ask.anybody(5, false);
        float[][] given = new float[GIVEN][];
        Arrays.setAll(given, i -> near(all.get(i * (agents / GIVEN))));
        double found = 0;
        for (int i = 0; i < SCANNED; i++) {
            float[] vector = given[i];
            String first = ranker.rank(ranker.query("find a way", vector), ask)
                    .best()
                    .get(0)
                    .agent();
            found += first.equals("a" + exact(all, vector).get(0)) ? 1.0 / SCANNED : 0;
        }
        goals.atLeast(0.99, Result.of("decision.100k.recall1", found, ""));
        learned(ranker, agents);
        report(
                "decision.100k",
                "us",
                400,
                measured(rounds, i -> ranker.rank(ranker.query("find a way", given[i % GIVEN]), ask)));
    }

    private void learned(Ranker ranker, int agents) {
        for (int i = 0; i < 1000; i++) {
            ranker.learn(new Outcome("", "task", direction(), "a" + i % agents, null, i % 3 == 0 ? 0 : 1, 0));
        }
        ranker.refresh();
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
        Histogram nanos = new Histogram(3);
        measured(rounds, i -> ranker.similar(ranker.query("task", near(middles.get(i % middles.size()))), 10))
                .forEach(nanos::add);
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

    /** The median of all windows, and that of the quietest, which is what is judged: others may use the machine. */
    private void report(String name, String unit, double goal, List<Histogram> windows) {
        Histogram all = new Histogram(3);
        double quiet = Double.MAX_VALUE;
        for (Histogram window : windows) {
            all.add(window);
            quiet = Math.min(quiet, (double) window.getValueAtPercentile(50));
        }
        goals.atMost(goal, Result.of(name + ".quiet.p50." + unit, quiet / 1e3, unit));
        goals.report(Result.of(name + ".p50." + unit, all.getValueAtPercentile(50) / 1e3, unit));
        goals.report(Result.of(name + ".min." + unit, all.getMinValue() / 1e3, unit));
        goals.report(Result.of(name + ".p99." + unit, all.getValueAtPercentile(99) / 1e3, unit));
    }

    private static List<Histogram> measured(int rounds, IntConsumer call) {
        for (int i = 0; i < rounds; i++) {
            call.accept(i);
        }
        List<Histogram> windows = new ArrayList<>();
        for (int window = 0; window < WINDOWS; window++) {
            Histogram nanos = new Histogram(3);
            for (int i = 0; i < rounds; i++) {
                long begun = System.nanoTime();
                call.accept(rounds * (window + 1) + i);
                nanos.recordValue(System.nanoTime() - begun);
            }
            windows.add(nanos);
        }
        return windows;
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
