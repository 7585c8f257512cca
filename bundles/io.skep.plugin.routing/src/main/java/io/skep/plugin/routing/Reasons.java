// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.plugin.routing.rank.Feature;
import io.skep.plugin.routing.rank.Ranking;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rankings in the numbers and words of an answer. */
final class Reasons {
    private static final List<String> PREFERENCES = List.of("load", "latency", "cost");
    private static final int TOLD = 3;

    private Reasons() {}

    /**
     * An agent in the ranking.
     *
     * @param score the sum of the factors' contributions
     * @param alike others that say the same of themselves and are as good, those with the least to do first; absent if there
     *     are none
     */
    record Ranked(
            String agent,
            double probability,
            double score,
            List<Factor> factors,
            @Nullable List<String> alike) {}

    /** A part of a score: {@code value} times {@code weight} is {@code contribution}. */
    record Factor(String name, double value, double weight, double contribution) {}

    static Ranked ranked(Ranking.Scored scored, List<String> alike) {
        List<Factor> factors = factors(scored);
        double sum = factors.stream().mapToDouble(Factor::contribution).sum();
        return new Ranked(scored.agent(), scored.probability(), sum, factors, alike.isEmpty() ? null : alike);
    }

    private static List<Factor> factors(Ranking.Scored scored) {
        List<Factor> factors = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            double value = scored.features()[feature.place()];
            double weight = scored.weights()[feature.place()];
            factors.add(new Factor(feature.wire(), value, weight, value * weight));
        }
        for (int i = 0; i < PREFERENCES.size(); i++) {
            double taken = scored.preferences()[i];
            factors.add(new Factor(PREFERENCES.get(i), taken, 1, taken));
        }
        return factors;
    }

    /** Why, in sentences. */
    static List<String> of(Ranking ranking, boolean none, String encoder) {
        List<String> reasons = new ArrayList<>();
        if (ranking.best().isEmpty()) {
            reasons.add("no active agent has the skills that are asked for");
            return reasons;
        }
        if (none) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "the task is far from what any agent does: %.0f %% that one fits",
                    ranking.somebody() * 100));
        }
        Ranking.Scored picked = ranking.best().get(Math.max(0, ranking.picked()));
        factors(picked).stream()
                .filter(factor -> !factor.name().equals("bias") && Math.abs(factor.contribution()) >= 0.05)
                .sorted(Comparator.comparingDouble((Factor factor) -> -Math.abs(factor.contribution())))
                .limit(TOLD)
                .forEach(factor -> reasons.add(picked.agent() + ": " + words(factor)));
        if (ranking.explored()) {
            reasons.add(picked.agent() + " was picked before the best one to learn more of it");
        }
        reasons.add("among " + ranking.considered() + " different agents");
        if (encoder.equals(Encoder.LEXICAL)) {
            reasons.add("by words only: there is no encoder of sentences");
        }
        return reasons;
    }

    private static String words(Factor factor) {
        String what = switch (factor.name()) {
            case "description" -> "its description is this close to the task";
            case "skill" -> "its closest skill or example is this close";
            case "words" -> "its texts cover this share of the task's words";
            case "posterior" -> "the task lies this much among what it has done well";
            case "experience" -> "its description and successes are this close";
            case "near_success" -> "it did a similar task well";
            case "near_failure" -> "it failed in a similar task";
            case "neighbours" -> "similar tasks went this much better or worse with it";
            case "record" -> "all its tasks went this much better or worse";
            case "novelty" -> "little is known of it";
            case "context" -> "the task points to its earlier work";
            case "load" -> "it has work already";
            case "latency" -> "it is slower than others";
            default -> "it is dearer than others";
        };
        return String.format(Locale.ROOT, "%s (%.2f), which counts %+.2f", what, factor.value(), factor.contribution());
    }
}
