// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import io.skep.bench.Findings;
import io.skep.bench.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns what came of the calls into results, in the names that the design gives them. */
final class SwapFindings {
    /** The drain that holds up the removal of a service, plus what the issue grants on top. */
    private static final double LONGEST_MILLIS = 2_000 + 250;

    private static final double P999_RATIO = 2;

    private final Map<String, Map<String, Phase>> levels;
    private final List<Retired> retired;
    private final int swaps;
    private final List<Result> results = new ArrayList<>();
    private final List<String> violations;

    /**
     * @param levels by their names, the phases by theirs, the one at a fixed rate first
     * @param retired the generations that were taken away
     * @param swaps how many swaps there were
     * @param problems what went wrong besides calls
     */
    SwapFindings(Map<String, Map<String, Phase>> levels, List<Retired> retired, int swaps, List<String> problems) {
        this.levels = levels;
        this.retired = retired;
        this.swaps = swaps;
        this.violations = new ArrayList<>(problems);
    }

    /** The findings; with {@code judged}, times that are too long are violations. What failed or was lost always is. */
    Findings findings(int lostTasks, long leaked, boolean judged) {
        Phase all = Phase.sum(levels.values().stream()
                .flatMap(phases -> phases.values().stream())
                .toList());
        long late = all.late(retired);
        results.add(Result.count("swaps", swaps));
        results.add(Result.count("calls", all.calls()));
        none(Result.count("failed.calls", all.failed()));
        none(Result.count("fallback.calls", all.fallback()));
        none(Result.count("lost.tasks", lostTasks));
        none(Result.count("late.answers", late));
        Map<String, Phase> fixed = levels.values().iterator().next();
        atMost(P999_RATIO, Result.of("p999.ratio.sidebyside", ratio(fixed), ""), judged);
        double longest = levels.values().stream()
                .mapToDouble(phases -> phase(phases, Level.IN_PLACE).longestMillis())
                .max()
                .orElse(0);
        atMost(LONGEST_MILLIS, Result.of("longest.wait.ms.inplace", longest, "ms"), judged);
        none(Result.count("classloaders.leaked", leaked));
        levels.forEach(this::level);
        all.problems().forEach(violations::add);
        retired.stream().flatMap(gone -> gone.lateness(all.seen()).stream()).forEach(violations::add);
        return new Findings(
                "plugins' versions as promoted, tasks synced before they are acknowledged", results, violations);
    }

    private void level(String name, Map<String, Phase> phases) {
        for (String mode : List.of(Level.BASELINE, Level.SIDE_BY_SIDE, Level.IN_PLACE)) {
            Phase phase = phase(phases, mode);
            String prefix = name + "." + mode + ".";
            results.add(Result.count(prefix + "calls", phase.calls()));
            results.add(Result.count(prefix + "failed.calls", phase.failed()));
            results.add(Result.count(prefix + "fallback.calls", phase.fallback()));
            results.add(Result.count(prefix + "late.answers", phase.late(retired)));
            results.add(Result.of(prefix + "p50.ms", phase.millis(50), "ms"));
            results.add(Result.of(prefix + "p99.ms", phase.millis(99), "ms"));
            results.add(Result.of(prefix + "p999.ms", phase.millis(99.9), "ms"));
            results.add(Result.of(prefix + "max.ms", phase.longestMillis(), "ms"));
        }
        results.add(Result.of(name + ".p999.ratio.sidebyside", ratio(phases), ""));
        results.add(Result.of(
                name + ".longest.wait.ms.inplace", phase(phases, Level.IN_PLACE).longestMillis(), "ms"));
    }

    private static double ratio(Map<String, Phase> phases) {
        return phase(phases, Level.SIDE_BY_SIDE).millis(99.9)
                / phase(phases, Level.BASELINE).millis(99.9);
    }

    private static Phase phase(Map<String, Phase> phases, String name) {
        return phases.getOrDefault(name, Phase.sum(List.of()));
    }

    private void none(Result result) {
        atMost(0, result, true);
    }

    private void atMost(double goal, Result result, boolean judged) {
        results.add(result);
        if (judged && !(result.value() <= goal)) {
            violations.add(
                    String.format(Locale.ROOT, "%s is %.2f, more than %.0f", result.name(), result.value(), goal));
        }
    }
}
