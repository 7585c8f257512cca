// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Drives an agent from within this server (a local program, a remote service). Core calls it from one thread of its own,
 * in order, after the assignment is durable; an implementation must return at once and answer through {@link
 * io.skep.api.task.AttemptService}. It alone answers for its attempts: they have no lease that could run out while it is
 * connected.
 */
@ConsumerType
public interface AgentConnector {
    /** Begin this task. */
    void assigned(Assignment assignment);

    /** Stop working on this attempt and end everything that works on it; the task has ended or has gone elsewhere. */
    void canceled(AttemptRef attempt, String cause);

    /**
     * The agent has fallen asleep: hold nothing for it, no process and no thread, until it is woken.
     *
     * @param agent its id
     */
    default void asleep(String agent, String cause) {}

    /**
     * The agent is awake again; its next task may come at once.
     *
     * @param agent its id
     */
    default void awake(String agent, String cause) {}

    /**
     * The answer to the prompt of this attempt has come.
     *
     * @param answer JSON text
     */
    void answered(AttemptRef attempt, String answer);
}
