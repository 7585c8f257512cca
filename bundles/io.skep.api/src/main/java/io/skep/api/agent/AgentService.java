// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import io.skep.api.Refusal;
import io.skep.api.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The agents. Thread-safe. No method blocks; a stage completes when what it says is durable, and ends with a {@link
 * Refusal} when the request is refused.
 */
@ProviderType
public interface AgentService {
    /**
     * Registers an agent that will claim its tasks.
     *
     * @param replace whether an agent of the same id is replaced, with a new secret; else it is a conflict. The version
     *     that is replaced drains: with its own secret it may end the attempts that it holds, and gets nothing more
     */
    CompletionStage<Registration> register(AgentSpec spec, boolean replace);

    /**
     * Registers an agent that is driven by a connector of this server, or brings it back, and begins to give it tasks.
     * One that is connected already takes the new values at once: running attempts go on, the next ones see them.
     */
    CompletionStage<Agent> connect(AgentSpec spec, AgentConnector connector);

    /**
     * Ends the connection made by {@link #connect} with this very connector: the agent becomes unknown and gets no more
     * tasks. Ending its attempts is the connector's business.
     */
    CompletionStage<Agent> disconnect(String id, AgentConnector connector);

    /** The agent, removed ones excepted. */
    Optional<Agent> find(String id);

    /** Every agent but the removed ones, by id. */
    List<Agent> list();

    /** The attempts' tasks that the agent holds now. */
    List<Task> held(String id);

    /**
     * The tasks that could start and wait for one agent alone, of all agents; {@link Task#selection()} says for which.
     *
     * @param most so many at most, 1 to 100,000
     */
    CompletionStage<List<Task>> waiting(int most);

    /**
     * Renews the lease of a pull agent and brings it back if it was unknown or lost.
     *
     * @param replacedAt {@link io.skep.api.admin.Caller#replacedAt()}: a version that was replaced renews nothing, learns
     *     what is to be told about its own attempts, and that it is to drain; null for the present version
     */
    default CompletionStage<Heartbeat> heartbeat(String id, @Nullable Instant replacedAt) {
        return heartbeat(id, replacedAt, null);
    }

    /**
     * As {@link #heartbeat(String, Instant)}, by an agent that says what it is. While it sleeps or wakes only its own word
     * changes that.
     *
     * @param says {@link AgentState#ASLEEP}: it sleeps, having been told to or by itself; then it must hold no attempts.
     *     {@link AgentState#ACTIVE}: it is awake. Null if it says nothing; of a version that was replaced it is not heard
     */
    CompletionStage<Heartbeat> heartbeat(String id, @Nullable Instant replacedAt, @Nullable AgentState says);

    /**
     * Puts an agent to sleep: it gets no more tasks, and when it has ended what it has, is prepared ({@code
     * sleep_wake_cycles}) and, if it is a pull agent, has confirmed, it is {@link AgentState#ASLEEP}. If that takes longer
     * than core's {@code sleep.prepare.millis} and {@code sleep.confirm.millis} allow, it is active again. Nothing
     * changes for one that sleeps or is about to.
     *
     * @return the agent at once, most often {@link AgentState#PREPARING}. Ends as a {@link Refusal.Reason#CONFLICT} if it is
     *     neither active nor asleep
     */
    CompletionStage<Agent> sleep(String id, @Nullable String reason);

    /**
     * Wakes an agent that sleeps, or keeps one awake that is about to. Nothing changes for one that is awake or wakes.
     *
     * @return the agent at once, most often {@link AgentState#WAKING}. Ends as a {@link Refusal.Reason#CONFLICT} if it drains,
     *     is unknown or lost
     */
    CompletionStage<Agent> wake(String id, @Nullable String reason);

    /** Lets the agent end what it has and gives it no more, until it registers or connects again. */
    CompletionStage<Agent> drain(String id, @Nullable String reason);

    /**
     * Holds a slot of an agent free for a task that is to come, see {@link io.skep.api.task.TaskSpec#reservation()}. It
     * is held in memory: a restart forgets it.
     *
     * @param atMost how long, more than zero and at most five minutes
     * @return ends as a {@link Refusal.Reason#CONFLICT} if the agent is not active or has no free slot
     */
    CompletionStage<Reservation> reserve(String agent, Duration atMost);

    /** Gives a slot back before its time; nothing happens if the reservation is used or over already. */
    CompletionStage<Void> release(String reservation);

    /** Removes the agent; attempts that it still holds are interrupted and go elsewhere. */
    CompletionStage<Agent> remove(String id, @Nullable String reason);
}
