// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Declination;
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.parts.Part;
import io.skep.plugin.context.recall.ContextConsolidation;
import io.skep.plugin.context.sessions.SessionManagement;
import io.skep.plugin.context.sleep.SessionSurroundings;
import io.skep.plugin.context.sleep.SleepCycles;
import io.skep.plugin.context.tokens.TokenCounter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** The parts of one generation at work over one orchestrator. Thread-safe. */
final class Contexts implements AutoCloseable {
    private final Means means;
    private final SessionManagement management;
    private final List<Part> parts;

    Contexts(Means means, Settings settings) {
        this.means = means;
        TokenCounter counter = new TokenCounter();
        SessionManagement sessions =
                new SessionManagement(means, settings.sessions(), text -> Math.toIntExact(counter.count(text)));
        ContextConsolidation consolidation =
                new ContextConsolidation(means, settings.consolidation(), sessions.sessions(), counter);
        // The parts that need sessions are made after them, and closed before them.
        SleepCycles sleep = new SleepCycles(
                means,
                settings.sleep(),
                new SessionSurroundings(sessions.sessions(), sessions.preparation(), consolidation));
        management = sessions;
        parts = List.of(sessions, consolidation, sleep);
    }

    void start() {
        parts.forEach(Part::start);
    }

    CompletionStage<?> answer(IntegrationRequest request) {
        String operation = Offer.operation(request.capability(), request.operation());
        for (Part part : parts) {
            if (operation != null && part.capability().id().equals(request.capability())) {
                return part.answer(operation, request);
            }
        }
        throw new Declination(
                ContextPlugin.PLUGIN + " does not offer " + request.capability() + " with that operation");
    }

    SessionManagement sessions() {
        return management;
    }

    Health health() {
        return parts.stream()
                .map(Part::trouble)
                .filter(Objects::nonNull)
                .findFirst()
                .map(trouble -> new Health(false, trouble))
                .orElseGet(() -> new Health(true, "serves"));
    }

    @Override
    public void close() {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
        means.workers().close();
    }
}
