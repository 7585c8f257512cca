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

    /**
     * Says at which points in the life of tasks this plugin wants to be asked; replaces what it said before, and holds
     * while its generation serves and in the gap before its next one. The operations are called with {@code {"task",
     * "stage"}}, one after the other in the order of the list, and answer {@code {"verdict"}}:
     *
     * <ul>
     *   <li>{@code "none"}: there is nothing to check;
     *   <li>{@code "pass"}; before the start with {@code "attachment": {"name", "value"}}, if agents are to be given that
     *       with the task;
     *   <li>{@code "fail"} with {@code "feedback"}, lines of what is wrong; with {@code "again": true} the task is tried again
     *       with it, and otherwise it ends;
     *   <li>{@code "pending"} with {@code "reason"} and {@code "retryAfterMillis"}: then it is asked again, sooner after
     *       {@link #recheck}.
     * </ul>
     *
     * The same question may come again, after a restart too, and must find what it began. What gives no answer is passed
     * over with a remark, unless its capability is mandatory by configuration.
     *
     * @throws IllegalStateException if this orchestrator was given to no plugin
     * @throws IllegalArgumentException if there are more than {@value #MAX_CHECKPOINTS}
     */
    void checkpoints(List<Checkpoint> wanted);

    /** Has the checkpoints of a task that wait for something asked again now. */
    void recheck(String task);

    /** The most checkpoints of one plugin. */
    int MAX_CHECKPOINTS = 1_000;
}
