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

    /** The capabilities that can be called now, by id. */
    List<Capability> capabilities();

    /**
     * Calls a capability. Never fails: every ending is an {@link IntegrationResponse}, within the timeout of the
     * operation.
     */
    CompletionStage<IntegrationResponse> call(IntegrationRequest request);
}
