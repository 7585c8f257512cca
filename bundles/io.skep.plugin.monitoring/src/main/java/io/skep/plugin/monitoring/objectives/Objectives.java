// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.objectives;

import io.skep.plugin.monitoring.figures.Figure;
import io.skep.plugin.monitoring.figures.Meaning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** All objectives with their budgets. Not thread-safe. */
public final class Objectives {
    private static final String SECTION = "objectives";
    private static final Meaning LEFT = Meaning.gauge(
            SECTION, "skep_objective_budget_left_ratio", "ratio", "What is left of an error budget over 30 days.");
    private static final Meaning EVENTS = Meaning.gauge(
            SECTION, "skep_objective_events", "events", "What went well and wrong in 30 days, by outcome.");
    private static final Meaning RATE = Meaning.gauge(
            SECTION,
            "skep_objective_burn_rate",
            "ratio",
            "How fast an error budget burns; 1 uses up all of it in 30 days.");
    private static final Meaning BURNING = Meaning.gauge(
            SECTION, "skep_objective_burning", "alerts", "1 when an error budget burns too fast, by severity.");

    private final Map<Objective, Budget> budgets = new LinkedHashMap<>();

    /** These, going on from what was kept of each, by its name. */
    public Objectives(List<Objective> all, Function<String, Optional<Budget.Kept>> kept) {
        for (Objective one : all) {
            Budget its = kept.apply(one.name())
                    .map(before -> new Budget(one.target(), before))
                    .orElseGet(() -> new Budget(one.target()));
            budgets.put(one, its);
        }
    }

    /** What is to be kept, by the name of the objective. */
    public Map<String, Budget.Kept> kept() {
        Map<String, Budget.Kept> all = new LinkedHashMap<>();
        budgets.forEach((objective, budget) -> all.put(objective.name(), budget.kept()));
        return all;
    }

    /** Something of that kind took so long. */
    public void took(Objective.Kind kind, long atMillis, long millis) {
        budgets.forEach((objective, budget) -> {
            if (objective.kind() == kind) {
                budget.add(atMillis, millis <= objective.millis());
            }
        });
    }

    /** A task completed, or failed. */
    public void ended(long atMillis, boolean good) {
        budgets.forEach((objective, budget) -> {
            if (objective.kind() == Objective.Kind.SUCCESS) {
                budget.add(atMillis, good);
            }
        });
    }

    /** Says how they stand. */
    public void figures(long now, List<Figure> to) {
        budgets.forEach((objective, budget) -> {
            Map<String, String> label = Map.of("objective", objective.name());
            String month = Budget.HOURS * 3600L + "s";
            to.add(new Figure(LEFT, "", label, budget.left(now), month));
            long[] counts = budget.counts(now, Budget.HOURS * 60);
            to.add(new Figure(EVENTS, "", with(label, "outcome", "good"), (double) counts[0], month));
            to.add(new Figure(EVENTS, "", with(label, "outcome", "bad"), (double) counts[1], month));
            Map<String, Boolean> burning = new TreeMap<>();
            for (Budget.Window window : Budget.WINDOWS) {
                rate(label, budget, window.longMinutes(), now, to);
                rate(label, budget, window.shortMinutes(), now, to);
                burning.merge(window.severity(), budget.isBurning(now, window), Boolean::logicalOr);
            }
            burning.forEach((severity, burns) ->
                    to.add(new Figure(BURNING, "", with(label, "severity", severity), burns ? 1 : 0, Figure.NOW)));
        });
    }

    private static void rate(Map<String, String> label, Budget budget, int minutes, long now, List<Figure> to) {
        String window = minutes * 60L + "s";
        double rate = budget.burnRate(now, minutes);
        Map<String, String> labels = with(label, "window", window);
        if (to.stream()
                .noneMatch(figure ->
                        figure.meaning().equals(RATE) && figure.labels().equals(labels))) {
            to.add(new Figure(RATE, "", labels, rate, window));
        }
    }

    private static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new TreeMap<>(labels);
        more.put(name, value);
        return more;
    }
}
