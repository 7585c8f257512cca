// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.plugin.loadbalancing.balance.Adaptive;
import io.skep.plugin.loadbalancing.balance.Curve;
import io.skep.plugin.loadbalancing.balance.Fleet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The documents of what was learned by watching. */
final class Learned {
    /** The key of the document of what is known of the agents. */
    static final String AGENTS = "agents";
    /** The key of the document of how agents do with more at once. */
    static final String CURVES = "curves";
    /** The key of the document of how the strategies do. */
    static final String STRATEGIES = "strategies";

    private static final Duration EVERY = Duration.ofSeconds(5);
    /** It is the largest, and says less the sooner it is written again. */
    private static final Duration EVERY_CURVES = Duration.ofSeconds(10);

    private static final int MOST_AGENTS = 500;
    /** So many of so many levels each are two thirds of what a document may have. */
    private static final int MOST_CURVES = 150;

    private static final int MOST_LEVELS = 8;

    private Learned() {}

    /**
     * A document.
     *
     * @param agents what is known of each
     */
    record Agents(@Nullable Map<String, Fleet.Kept> agents) {}

    /**
     * A document.
     *
     * @param agents by agent, what attempts take by how many it holds
     */
    record Curves(@Nullable Map<String, List<Curve.Kept>> agents) {}

    /** All of them. */
    static List<Keeper.Part<?>> parts(Fleet fleet, Choice choice) {
        return List.of(
                new Keeper.Part<>(
                        AGENTS,
                        EVERY,
                        Agents.class,
                        () -> new Agents(fleet.kept(MOST_AGENTS)),
                        kept -> fleet.learn(Objects.requireNonNullElse(kept.agents(), Map.of()))),
                new Keeper.Part<>(
                        CURVES,
                        EVERY_CURVES,
                        Curves.class,
                        () -> new Curves(fleet.curves(MOST_CURVES, MOST_LEVELS)),
                        kept -> fleet.learnCurves(Objects.requireNonNullElse(kept.agents(), Map.of()))),
                new Keeper.Part<>(STRATEGIES, EVERY, Adaptive.Kept.class, choice::kept, choice::learn));
    }
}
