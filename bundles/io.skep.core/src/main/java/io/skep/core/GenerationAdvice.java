// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.Refusal;
import io.skep.api.admin.PluginStatus;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.core.engine.Engine;
import io.skep.core.plugin.Generation;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** What one generation of a plugin advises about agents; nothing unless it serves. Thread-safe. */
final class GenerationAdvice {
    private final Generation generation;
    private final PluginState state;
    private final Engine engine;
    private final Predicate<String> counts;

    /**
     * For a generation.
     *
     * @param state of it knows whether it is being tried
     * @param counts whether advice about the agent of that id counts; the engine keeps it beyond the generation's end
     */
    GenerationAdvice(Generation generation, PluginState state, Engine engine, Predicate<String> counts) {
        this.generation = generation;
        this.state = state;
        this.engine = engine;
        this.counts = counts;
    }

    /** As {@link Orchestrator#advise}. */
    void advise(List<Advice> advice, Duration holds) {
        if (advice.size() > Orchestrator.MAX_ADVICE) {
            throw Refusal.invalid(
                    "advice",
                    "a plugin advises about at most " + Orchestrator.MAX_ADVICE + " agents, not " + advice.size());
        }
        if (holds.isNegative()
                || holds.isZero()
                || holds.compareTo(Duration.ofSeconds(Orchestrator.MAX_HOLD_SECONDS)) > 0) {
            throw Refusal.invalid(
                    "holds",
                    "advice counts for more than 0 and at most " + Orchestrator.MAX_HOLD_SECONDS + " s, not " + holds);
        }
        if (state.isTrial() || generation.state() != PluginStatus.State.SERVING) {
            return;
        }
        if (generation.capabilities().stream()
                .noneMatch(offered -> offered.id().equals(Capabilities.ADAPTIVE_BALANCING))) {
            throw Refusal.invalid(
                    "advice", "plugin " + generation.name() + " does not offer " + Capabilities.ADAPTIVE_BALANCING);
        }
        List<Advice> said = List.copyOf(advice);
        Predicate<String> wanted = counts;
        engine.ask(turn -> {
            engine.advised().take(turn, said, turn.now().plus(holds), wanted);
            return true;
        });
    }
}
