// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import io.skep.plugin.workflow.flows.Flows;
import io.skep.plugin.workflow.gates.QualityGates;
import io.skep.plugin.workflow.slash.SlashCommands;
import io.skep.plugin.workflow.thinking.ExtendedThinking;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of one generation at work over one orchestrator. Thread-safe. */
final class Workflow implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(Workflow.class);

    private final Workers workers = new Workers();
    private final SlashCommands slash;
    private final QualityGates gates;
    private final Flows flows;
    private final ExtendedThinking thinking;
    private final Orchestrator orchestrator;
    /** What core was told last; null before that. */
    private @Nullable List<Checkpoint> checkpoints;

    Workflow(
            Orchestrator orchestrator,
            Admin admin,
            Supplier<Settings> settings,
            ExtendedThinking.Means means,
            Codec codec,
            Clock clock) {
        this.orchestrator = orchestrator;
        slash = new SlashCommands(orchestrator, admin, settings, workers, codec, clock);
        gates = new QualityGates(orchestrator, admin, settings, workers, codec, clock);
        flows = new Flows(orchestrator, settings, workers, codec, clock);
        thinking = new ExtendedThinking(orchestrator, means, workers, codec, clock);
    }

    void start() {
        gates.start(this::tellCheckpoints);
        flows.start();
        thinking.start();
        tellCheckpoints();
        workers.repeat(LOOK, this::lookAtCheckpoints);
    }

    /** Does not fail, or it would not be called again. */
    private void lookAtCheckpoints() {
        try {
            tellCheckpoints();
        } catch (RuntimeException e) {
            LOG.warn("core could not be told where to ask", e);
        }
    }

    /** Tells core where it has to ask, if that is another than before: gates come and go, here and in other generations. */
    private synchronized void tellCheckpoints() {
        // A task that the gates do not let start is not worth a thought.
        List<Checkpoint> now = new ArrayList<>(gates.checkpoints());
        now.addAll(thinking.checkpoints());
        if (!now.equals(checkpoints)) {
            checkpoints = now;
            orchestrator.checkpoints(now);
        }
    }

    CompletionStage<?> answer(IntegrationRequest request) {
        String operation = Offer.operation(request.capability(), request.operation());
        CompletionStage<?> answer = part(request, operation);
        if (answer == null) {
            throw new Declination(
                    WorkflowPlugin.PLUGIN + " does not offer " + request.capability() + " with that operation");
        }
        return answer;
    }

    private @Nullable CompletionStage<?> part(IntegrationRequest request, String operation) {
        return switch (request.capability()) {
            case Capabilities.SLASH_COMMANDS -> slash.answer(operation, request);
            case Capabilities.QUALITY_GATES -> gates.answer(operation, request);
            case Capabilities.WORKFLOWS -> flows.answer(operation, request);
            case Capabilities.EXTENDED_THINKING -> thinking.answer(operation, request);
            default -> null;
        };
    }

    int pending() {
        return gates.pending() + thinking.pending();
    }

    List<String> view() {
        List<String> view = new ArrayList<>(gates.view());
        view.addAll(flows.view());
        view.addAll(thinking.view());
        return view;
    }

    @Override
    public void close() {
        flows.close();
        gates.close();
        thinking.close();
        workers.close();
    }
}
