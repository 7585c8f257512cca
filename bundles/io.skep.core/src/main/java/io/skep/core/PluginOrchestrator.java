// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import io.skep.core.plugin.GenerationNotices;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The orchestrator as one generation of a plugin is given it: with what is that plugin's own. */
record PluginOrchestrator(
        Orchestrator shared,
        PluginState state,
        ConditionalState documents,
        GenerationNotices notices,
        GenerationAdvice advising,
        Consumer<List<Checkpoint>> checkpointing)
        implements Orchestrator {
    @Override
    public TaskService tasks() {
        return shared.tasks();
    }

    @Override
    public AttemptService attempts() {
        return shared.attempts();
    }

    @Override
    public AgentService agents() {
        return shared.agents();
    }

    @Override
    public EventStream events() {
        return shared.events();
    }

    @Override
    public List<Capability> capabilities() {
        return shared.capabilities();
    }

    @Override
    public CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        return shared.call(request);
    }

    @Override
    public void checkpoints(List<Checkpoint> wanted) {
        if (wanted.size() > MAX_CHECKPOINTS) {
            throw new IllegalArgumentException(
                    "a plugin has at most " + MAX_CHECKPOINTS + " checkpoints, not " + wanted.size());
        }
        checkpointing.accept(wanted);
    }

    @Override
    public void advise(List<Advice> advice, Duration holds) {
        advising.advise(advice, holds);
    }

    @Override
    public void recheck(String task) {
        shared.recheck(task);
    }

    @Override
    public CompletionStage<Void> tell(Notice notice) {
        return notices.tell(notice);
    }
}
