// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.List;
import java.util.Objects;

/**
 * Why a task waits, or why it has this agent.
 *
 * @param task the task's id
 * @param state its state
 * @param reasons sentences, the decisive one first
 */
public record Why(String task, TaskState state, List<String> reasons) {
    public Why {
        Objects.requireNonNull(task);
        Objects.requireNonNull(state);
        reasons = List.copyOf(reasons);
    }
}
