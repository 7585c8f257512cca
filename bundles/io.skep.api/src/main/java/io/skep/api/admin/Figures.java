// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.task.TaskState;
import java.util.Map;

/**
 * Figures of the moment, all counted, none estimated.
 *
 * @param tasks tasks in memory by state: all that have not ended, and the most recent that have
 * @param agents agents that are registered
 * @param records records appended to the log since the start
 * @param commits appends that made them durable since the start
 * @param projectionLag records that the projection has yet to write
 * @param waitingClaims claims that wait for a task now
 */
public record Figures(
        Map<TaskState, Integer> tasks, int agents, long records, long commits, long projectionLag, int waitingClaims) {
    public Figures {
        tasks = Map.copyOf(tasks);
    }
}
