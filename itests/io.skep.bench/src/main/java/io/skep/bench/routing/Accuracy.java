// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.api.embedding.Embedder;
import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.routing.Dataset.Item;
import io.skep.plugin.routing.rank.Ask;
import io.skep.plugin.routing.rank.Ranking;
import io.skep.plugin.routing.rank.Tuning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Protocols A, A5 and C: how well the scorer ranks without having learned, with a few past tasks, and what nobody does. */
final class Accuracy {
    private static final long SEED = 1;

    private final Goals goals;
    private final Embedder embedder;

    Accuracy(Goals goals, Embedder embedder) {
        this.goals = goals;
        this.embedder = embedder;
    }

    /** A: rank all agents for each task. */
    void zeroShot(Dataset set) {
        List<Item> items = set.evaluation();
        Router router = new Router(set.agents(), embedder, Tuning.DEFAULT);
        Baselines peers = new Baselines(set.agents(), embedder);
        double[] right = new double[6];
        double[] unseen = new double[3];
        for (Item item : items) {
            int place = router.place(router.rank(item.text(), 5), item.label());
            right[0] += place < 1 ? 1 : 0;
            right[1] += place < 3 ? 1 : 0;
            right[2] += place < 5 ? 1 : 0;
            right[3] += Baselines.recall(peers.keywords(item.text()), item.label(), 1);
            double words = Baselines.recall(peers.bm25(item.text()), item.label(), 1);
            right[4] += words;
            right[5] += Baselines.recall(peers.embedding(item.text()), item.label(), 1);
            if (Dataset.isHeldOut(set.agents().get(item.label()).id())) {
                unseen[0] += place < 1 ? 1 : 0;
                unseen[1] += words;
                unseen[2]++;
            }
        }
        String name = set.name() + '.';
        double n = items.size();
        goals.report(Result.of(name + "zeroshot.acc1", right[0] / n, "", "bm25", right[4] / n));
        goals.report(Result.of(name + "zeroshot.recall3", right[1] / n, ""));
        goals.report(Result.of(name + "zeroshot.recall5", right[2] / n, ""));
        if (unseen[2] > 0) {
            goals.report(
                    Result.of(name + "zeroshot.unseen.acc1", unseen[0] / unseen[2], "", "bm25", unseen[1] / unseen[2]));
        }
        goals.report(Result.of(name + "keyword.acc1", right[3] / n, ""));
        goals.report(Result.of(name + "bm25.acc1", right[4] / n, ""));
        goals.report(Result.of(name + "static.acc1", right[5] / n, ""));
    }

    /** A5: each agent also has its first past tasks. */
    void profiled(Dataset set) {
        List<Item> past = new ArrayList<>(set.split("train_5"));
        if (past.isEmpty()) {
            return;
        }
        Collections.shuffle(past, new Random(SEED));
        Router router = new Router(set.agents(), embedder, Tuning.DEFAULT);
        past.forEach(item -> router.learn(item, item.label(), 1));
        router.ranker().refresh();
        double right = 0;
        for (Item item : set.evaluation()) {
            right += router.place(router.rank(item.text(), 1), item.label()) == 0 ? 1 : 0;
        }
        goals.report(Result.of(
                set.name() + ".profiled5.acc", right / set.evaluation().size(), ""));
    }

    /** C: tell tasks of a kind that somebody does from others. */
    void nobodyFits(Dataset set, boolean quick) {
        List<Item> others = set.split("oos_valid");
        List<Item> past = new ArrayList<>(set.split("train"));
        if (others.isEmpty() || past.isEmpty()) {
            return;
        }
        Collections.shuffle(past, new Random(SEED));
        Router router = new Router(set.agents(), embedder, Tuning.DEFAULT);
        past.subList(0, Math.min(past.size(), quick ? 500 : past.size()))
                .forEach(item -> router.learn(item, item.label(), 1));
        router.ranker().refresh();
        double[] inside = somebody(router, set.evaluation());
        double[] outside = somebody(router, others);
        double threshold = Tuning.DEFAULT.noneBelow();
        double right = 0;
        for (Item item : set.evaluation()) {
            Ranking ranking = router.rank(item.text(), 1);
            right += ranking.somebody() >= threshold && router.place(ranking, item.label()) == 0 ? 1 : 0;
        }
        for (double one : outside) {
            right += one < threshold ? 1 : 0;
        }
        int all = inside.length + outside.length;
        goals.report(Result.of(set.name() + ".oos.auroc", above(inside, outside), ""));
        goals.report(Result.of(set.name() + ".oos.fpr95", passed(inside, outside), ""));
        goals.report(Result.of(set.name() + ".oos.joint", right / all, ""));
    }

    /** How often one of these is above one of those. */
    private static double above(double[] inside, double[] outside) {
        double wins = 0;
        for (double in : inside) {
            for (double out : outside) {
                wins += in > out ? 1 : in == out ? 0.5 : 0;
            }
        }
        return wins / inside.length / outside.length;
    }

    /** The share of those that pass where 95 % of these do. */
    private static double passed(double[] inside, double[] outside) {
        double[] sorted = inside.clone();
        Arrays.sort(sorted);
        double least = sorted[(int) (0.05 * sorted.length)];
        return (double) Arrays.stream(outside).filter(one -> one >= least).count() / outside.length;
    }

    private static double[] somebody(Router router, List<Item> items) {
        return items.stream()
                .mapToDouble(item -> router.ranker()
                        .rank(router.query(item.text()), Ask.anybody(1, false))
                        .somebody())
                .toArray();
    }
}
