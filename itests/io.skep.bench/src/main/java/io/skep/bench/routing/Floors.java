// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.routing;

import io.skep.bench.Findings;
import io.skep.bench.Goals;
import io.skep.bench.Result;
import java.util.Map;

/** What must hold on the public sets, and "30 % better" as a test that can fail. */
final class Floors {
    private static final Map<String, Double> LEAST = Map.ofEntries(
            Map.entry("metatool.zeroshot.acc1", 0.57),
            Map.entry("clinc150.zeroshot.acc1", 0.69),
            Map.entry("banking77.zeroshot.acc1", 0.66),
            Map.entry("hwu64.zeroshot.acc1", 0.57),
            Map.entry("clincdom.zeroshot.acc1", 0.77),
            Map.entry("banking77.profiled5.acc", 0.83),
            Map.entry("clinc150.profiled5.acc", 0.90),
            Map.entry("hwu64.profiled5.acc", 0.82),
            Map.entry("metatool.learn.mean", 0.69),
            Map.entry("metatool.learn.last1000", 0.72),
            Map.entry("llmrouter.learn.mean", 0.61),
            Map.entry("llmrouter.learn.last1000", 0.62),
            Map.entry("clinc150.oos.auroc", 0.96),
            Map.entry("clinc150.oos.joint", 0.86),
            Map.entry("llmrouter.outcomes.gain", 0.04),
            Map.entry("llmrouter.outcomes.unseen.gain", -0.01));

    private static final Map<String, Double> MOST = Map.of(
            "clinc150.oos.fpr95", 0.21,
            "metatool.drift.recover.tasks", 1500.0,
            "llmrouter.drift.recover.tasks", 1500.0);

    /** Calibration errors on every set. */
    private static final double ERROR = 0.05;

    private final Goals goals;
    private final Findings found;

    private Floors(Findings found, boolean judged) {
        this.goals = new Goals(judged);
        this.found = found;
    }

    /** The same findings with a violation for each floor that is missed, unless it is not to be judged. */
    static Findings judge(Findings found, boolean judged) {
        Floors floors = new Floors(found, judged);
        for (Result result : found.results()) {
            floors.judge(result);
        }
        found.results().forEach(floors::claim);
        found.violations().forEach(floors.goals::violated);
        return floors.goals.findings(found.durability());
    }

    private void judge(Result result) {
        Double least = LEAST.get(result.name());
        Double most = MOST.get(result.name());
        if (least != null) {
            goals.atLeast(least, result);
        } else if (most != null || result.name().endsWith(".learn.ece")) {
            goals.atMost(most == null ? ERROR : most, result);
        } else {
            goals.report(result);
        }
    }

    /** On sets where tasks' words differ from agents' words; with agents that development never saw, too. */
    private void claim(Result result) {
        Double ratio = result.ratio();
        Double peer = result.peerValue();
        if (ratio == null || peer == null) {
            return;
        }
        switch (result.name()) {
            case "metatool.zeroshot.acc1", "examples.zeroshot.acc1" ->
                goals.atLeast(1.3, Result.of("claim." + set(result) + ".zeroshot.over.bm25", ratio, "x"));
            case "metatool.zeroshot.unseen.acc1" ->
                goals.atLeast(1.3, Result.of("claim.metatool.unseen.over.bm25", ratio, "x"));
            case "metatool.learn.mean", "examples.learn.mean", "metatool.unseen.learn.mean" -> {
                String name = "claim." + set(result);
                double blind = Math.max(
                        value(set(result) + ".learn.ucb1.mean"),
                        Math.max(value(set(result) + ".learn.keyword.mean"), value(set(result) + ".learn.bm25.mean")));
                goals.atLeast(1.2, Result.of(name + ".learn.over.static", ratio, "x"));
                goals.atLeast(1.3, Result.of(name + ".learn.over.nonsemantic", result.value() / blind, "x"));
            }
            case "metatool.learn.first200" ->
                goals.atLeast(-0.02, Result.of("claim.metatool.first200.less.static", result.value() - peer, ""));
            default -> {
                // No claim is made of it.
            }
        }
    }

    private static String set(Result result) {
        String name = result.name();
        return name.substring(0, name.indexOf(name.contains(".zeroshot.") ? ".zeroshot." : ".learn."));
    }

    private double value(String name) {
        return found.results().stream()
                .filter(result -> result.name().equals(name))
                .mapToDouble(Result::value)
                .findFirst()
                .orElse(0);
    }
}
