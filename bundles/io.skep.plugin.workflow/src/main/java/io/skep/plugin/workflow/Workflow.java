// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.base.Workers;
import io.skep.plugin.workflow.gates.QualityGates;
import io.skep.plugin.workflow.slash.SlashCommands;
import io.skep.plugin.workflow.thinking.ExtendedThinking;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parts of one generation at work over one orchestrator. Thread-safe. */
final class Workflow implements AutoCloseable {
    private final Workers workers = new Workers();
    private final SlashCommands slash;
    private final QualityGates gates;
    private final ExtendedThinking thinking;

    Workflow(
            Orchestrator orchestrator,
            Admin admin,
            Supplier<Settings> settings,
            ExtendedThinking.Means means,
            Codec codec,
            Clock clock) {
        slash = new SlashCommands(orchestrator, admin, settings, workers, codec, clock);
        gates = new QualityGates(orchestrator, settings, workers, codec, clock);
        thinking = new ExtendedThinking(orchestrator, means, workers, codec, clock);
    }

    void start() {
        gates.start();
        thinking.start();
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
            case Capabilities.EXTENDED_THINKING -> thinking.answer(operation, request);
            default -> null;
        };
    }

    int pending() {
        return gates.pending() + thinking.pending();
    }

    List<String> view() {
        List<String> view = new ArrayList<>(gates.view());
        view.addAll(thinking.view());
        return view;
    }

    @Override
    public void close() {
        gates.close();
        thinking.close();
        workers.close();
    }
}
