// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import java.time.Duration;
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

    /**
     * Documents of that plugin which several of its generations may change at once.
     *
     * @throws IllegalStateException if this orchestrator was given to no plugin
     */
    ConditionalState documents();

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

    /**
     * Tells everybody who reads {@link #events} that something has happened. What one thread tells of one task, or of
     * anything else than tasks, is read in that order; of a task it is read among that task's own events. Only the
     * generation that serves tells something (while it ends its last calls, too): from one that is being tried there is
     * no event, and it is not said.
     *
     * @return completes when it is durable (for a generation that is being tried: at once); ends with a {@link
     *     io.skep.api.Refusal}: {@code INVALID} if its type does not begin as {@link Notice} says, {@code BUSY}
     *     if {@value #MAX_UNTOLD} of this generation are not durable yet, {@code CONFLICT} if the generation no longer
     *     serves
     * @throws IllegalStateException if this orchestrator was given to no plugin
     */
    CompletionStage<Void> tell(Notice notice);

    /**
     * Says how the agents should be loaded; replaces what was said before. Core reads it where it chooses among agents that
     * are equally good, and never waits for it: of two agents the one with less to do for its slots and its weight gets
     * the task. It counts for {@code holds}, and only while the capability {@code adaptive_balancing} of this plugin
     * serves, for the agents for which its flag says so; otherwise there is none. Where all agents that have the skills of
     * a task are ejected, that is ignored. Returns at once; what a generation says that does not serve is not heard.
     *
     * @param holds more than zero and at most {@value #MAX_HOLD_SECONDS} seconds
     * @throws io.skep.api.Refusal {@code INVALID} if this plugin does not offer {@code adaptive_balancing}, there is more
     *     than {@value #MAX_ADVICE}, or {@code holds} is out of its limits
     * @throws IllegalStateException if this orchestrator was given to no plugin
     */
    void advise(List<Advice> advice, Duration holds);

    /** About the most agents. */
    int MAX_ADVICE = 10_000;

    /** For how long advice counts at most. */
    long MAX_HOLD_SECONDS = 60;

    /** The most checkpoints of one plugin. */
    int MAX_CHECKPOINTS = 1_000;

    /** The most notices of one generation that are not durable yet. */
    int MAX_UNTOLD = 10_000;
}
