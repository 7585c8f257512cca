// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.api.embedding.Embedder;
import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.routing.Baselines.Counts;
import io.skep.bench.routing.Dataset.Item;
import io.skep.plugin.routing.rank.Tuning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Protocols B, D and drift: learning from the outcome of the picked agent only, or of all. */
final class Learning {
    private static final long SEED = 1;
    private static final int WINDOW = 200;
    private static final int FOLDS = 5;
    /** One half of few tasks says little: the gain differs by some percent from half to half. */
    private static final int ORDERS = 5;

    /** With more agents only a part of them changes places: to find out about one takes as many tries as there are agents. */
    private static final int FEW = 16;

    private static final double PART = 0.2;

    private final Goals goals;
    private final Embedder embedder;

    Learning(Goals goals, Embedder embedder) {
        this.goals = goals;
        this.embedder = embedder;
    }

    /** What a pass over tasks brought. */
    private record Pass(double[] outcomes, double[] probabilities) {
        double mean(int from, int to) {
            int begin = Math.max(0, from);
            int end = Math.min(to, outcomes.length);
            return Arrays.stream(outcomes, begin, end).average().orElse(0);
        }
    }

    private static List<Item> shuffled(Dataset set, long seed) {
        List<Item> items = new ArrayList<>(set.evaluation());
        Collections.shuffle(items, new Random(seed));
        return items;
    }

    /** B: one pass over the shuffled tasks. */
    void online(Dataset set) {
        List<Item> items = shuffled(set, SEED);
        items.forEach(item -> embedder.embed(item.text()));
        long embedded = System.nanoTime();
        Pass pass = pass(set, items, identity(set.agents().size()), items.size());
        double micros = (System.nanoTime() - embedded) / 1e3 / items.size();
        int n = items.size();
        double[][] peers = peers(set, items);
        String name = set.name() + ".learn.";
        goals.report(Result.of(name + "mean", pass.mean(0, n), "", "static embedding", mean(peers[2], 0, n)));
        goals.report(Result.of(name + "first200", pass.mean(0, 200), "", "static embedding", mean(peers[2], 0, 200)));
        goals.report(Result.of(name + "first1000", pass.mean(0, 1000), ""));
        goals.report(Result.of(name + "first5000", pass.mean(0, 5000), ""));
        goals.report(Result.of(
                name + "last1000", pass.mean(n - 1000, n), "", "static embedding", mean(peers[2], n - 1000, n)));
        goals.report(Result.of(
                name + "regret",
                items.stream()
                                .mapToDouble(item -> best(item, set.agents().size()))
                                .sum()
                        - Arrays.stream(pass.outcomes()).sum(),
                ""));
        goals.report(Result.of(name + "us", micros, "us"));
        goals.report(Result.of(name + "ece", error(pass), ""));
        goals.report(Result.of(name + "keyword.mean", mean(peers[0], 0, n), ""));
        goals.report(Result.of(name + "bm25.mean", mean(peers[1], 0, n), ""));
        goals.report(Result.of(name + "static.mean", mean(peers[2], 0, n), ""));
        goals.report(Result.of(name + "ucb1.mean", mean(peers[3], 0, n), ""));
        goals.report(Result.of(name + "single.mean", single(items, set.agents().size()), ""));
    }

    private Pass pass(Dataset set, List<Item> items, int[] places, int from) {
        Router router = new Router(set.agents(), embedder, Tuning.DEFAULT);
        double[] outcomes = new double[items.size()];
        double[] probabilities = new double[items.size()];
        for (int i = 0; i < outcomes.length; i++) {
            Router.Pick pick = router.pick(items.get(i).text());
            int agent = i < from ? pick.agent() : places[pick.agent()];
            outcomes[i] = items.get(i).outcome(agent);
            probabilities[i] = pick.probability();
            router.learn(pick, outcomes[i]);
        }
        return new Pass(outcomes, probabilities);
    }

    /** Keyword overlap with success rate, BM25, static embedding, UCB1. */
    private double[][] peers(Dataset set, List<Item> items) {
        Baselines peers = new Baselines(set.agents(), embedder);
        Counts keyword = new Counts(set.agents().size());
        Counts blind = new Counts(set.agents().size());
        Random lot = new Random(SEED);
        double[][] outcomes = new double[4][items.size()];
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            int first = Baselines.best(keyword.withRate(peers.keywords(item.text())), lot);
            int last = Baselines.best(blind.ucb1(), lot);
            outcomes[0][i] = item.outcome(first);
            outcomes[1][i] = item.outcome(Baselines.best(peers.bm25(item.text()), lot));
            outcomes[2][i] = item.outcome(Baselines.best(peers.embedding(item.text()), lot));
            outcomes[3][i] = item.outcome(last);
            keyword.learn(first, outcomes[0][i]);
            blind.learn(last, outcomes[3][i]);
        }
        return outcomes;
    }

    /** Half-way agents change places. */
    void drift(Dataset set) {
        List<Item> items = shuffled(set, SEED);
        int agents = set.agents().size();
        int[] places = identity(agents);
        List<Integer> order = new ArrayList<>(Arrays.stream(places).boxed().toList());
        Collections.shuffle(order, new Random(SEED));
        int moved = agents <= FEW ? agents : (int) (PART * agents);
        for (int i = 0; i < moved; i++) {
            places[order.get(i)] = order.get((i + 1) % moved);
        }
        int half = items.size() / 2;
        Pass pass = pass(set, items, places, half);
        double goal = 0.95 * pass.mean(half - 500, half);
        int recovered = items.size();
        for (int i = half; i + WINDOW <= items.size() && recovered == items.size(); i += 10) {
            if (i > half + WINDOW / 2 && pass.mean(i, i + WINDOW) >= goal) {
                recovered = i;
            }
        }
        String name = set.name() + ".drift.";
        goals.report(Result.of(name + "before", pass.mean(half - 500, half), ""));
        goals.report(Result.of(name + "after", pass.mean(half, half + WINDOW), ""));
        goals.report(Result.of(name + "end", pass.mean(items.size() - 500, items.size()), ""));
        goals.report(Result.count(name + "moved.agents", moved));
        goals.report(Result.count(name + "recover.tasks", recovered - half));
    }

    /** D: all outcomes of past tasks are known; new tasks of the same kinds, and of kinds never seen. */
    void outcomes(Dataset set) {
        List<Item> items = shuffled(set, SEED);
        double known = 0;
        double price = 0;
        for (int order = 0; order < ORDERS; order++) {
            List<Item> all = shuffled(set, SEED + order);
            int half = all.size() / 2;
            double[] one = judged(set, all.subList(0, half), all.subList(half, all.size()));
            known += one[0] / ORDERS;
            price += one[1] / ORDERS;
        }
        goals.report(Result.of(set.name() + ".outcomes.gain", known, "", "best single", 0));
        goals.report(Result.of(set.name() + ".outcomes.price", price, "of the best single's"));
        List<String> families =
                List.copyOf(new TreeSet<>(items.stream().map(Item::family).toList()));
        if (families.size() < FOLDS) {
            return;
        }
        double gain = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            int out = fold;
            List<Item> test = items.stream()
                    .filter(item -> families.indexOf(item.family()) % FOLDS == out)
                    .toList();
            List<Item> train = items.stream()
                    .filter(item -> families.indexOf(item.family()) % FOLDS != out)
                    .toList();
            gain += judged(set, train, test)[0] * test.size() / items.size();
        }
        goals.report(Result.of(set.name() + ".outcomes.unseen.gain", gain, "", "best single", 0));
    }

    private double[] judged(Dataset set, List<Item> train, List<Item> test) {
        int agents = set.agents().size();
        Router router = new Router(set.agents(), embedder, Tuning.DEFAULT);
        train.forEach(router::learnAll);
        router.ranker().refresh();
        int single = 0;
        for (int agent = 1; agent < agents; agent++) {
            single = total(train, agent) > total(train, single) ? agent : single;
        }
        double outcome = 0;
        double price = 0;
        for (Item item : test) {
            int agent = router.best(item.text());
            outcome += item.outcome(agent);
            price += set.prices()[agent];
        }
        double dear = Math.max(1e-9, set.prices()[single] * test.size());
        return new double[] {outcome / total(test, single) - 1, price / dear};
    }

    private static double total(List<Item> items, int agent) {
        return items.stream().mapToDouble(item -> item.outcome(agent)).sum();
    }

    private static double single(List<Item> items, int agents) {
        double best = 0;
        for (int agent = 0; agent < agents; agent++) {
            best = Math.max(best, total(items, agent) / items.size());
        }
        return best;
    }

    private static double best(Item item, int agents) {
        double best = 0;
        for (int agent = 0; agent < agents; agent++) {
            best = Math.max(best, item.outcome(agent));
        }
        return best;
    }

    /** Expected calibration error over ten bins. */
    private static double error(Pass pass) {
        double[] said = new double[10];
        double[] was = new double[10];
        for (int i = 0; i < pass.outcomes().length; i++) {
            int bin = Math.min(9, (int) (pass.probabilities()[i] * 10));
            said[bin] += pass.probabilities()[i];
            was[bin] += pass.outcomes()[i];
        }
        double error = 0;
        for (int bin = 0; bin < said.length; bin++) {
            error += Math.abs(said[bin] - was[bin]) / pass.outcomes().length;
        }
        return error;
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, Math.max(0, from), Math.min(to, values.length))
                .average()
                .orElse(0);
    }

    private static int[] identity(int size) {
        int[] places = new int[size];
        Arrays.setAll(places, i -> i);
        return places;
    }
}
