// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.task.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A pull agent's request for tasks, waiting or being filled. Used by the engine's thread only, but for its answer. */
public final class Claim {
    private final int max;
    private final List<Assignment> taken = new ArrayList<>();
    private final CompletableFuture<List<Assignment>> answer;

    /** For at most {@code max} tasks; {@code answer} is completed by the engine. */
    public Claim(int max, CompletableFuture<List<Assignment>> answer) {
        this.max = max;
        this.answer = answer;
    }

    /** What it has got so far. */
    public List<Assignment> taken() {
        return taken;
    }

    /** Where the claimant waits. */
    public CompletableFuture<List<Assignment>> answer() {
        return answer;
    }

    /** Whether it can take no more. */
    boolean isFull() {
        return taken.size() >= max;
    }

    void add(Assignment assignment) {
        taken.add(assignment);
    }
}
