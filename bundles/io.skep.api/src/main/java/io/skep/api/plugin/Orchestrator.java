// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The orchestrator, as plugins and edges see it. Thread-safe. */
@ProviderType
public interface Orchestrator {
    /** Tasks, as submitters see them. */
    TaskService tasks();

    /** Tasks, as agents see them. */
    AttemptService attempts();

    /** The agents. */
    AgentService agents();

    /** Everything that happened. */
    EventStream events();

    /**
     * The durable state of the plugin that this orchestrator was given to in {@link OrchestrationPlugin#initialize}.
     *
     * @throws IllegalStateException if it was given to no plugin
     */
    PluginState state();

    /** The capabilities that can be called now, by id. */
    List<Capability> capabilities();

    /**
     * Calls a capability. Never fails: every ending is an {@link IntegrationResponse}, within the timeout of the
     * operation and the time that a call may wait for a provider. Returns at once: the plugin runs on a thread of core,
     * unless the operation is {@link Operation#immediate()} and the caller is on one already.
     */
    CompletionStage<IntegrationResponse> call(IntegrationRequest request);
}
