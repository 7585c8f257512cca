// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.task.Budget;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What all tasks of a run may use up together; what is absent sets no limit. Immutable.
 *
 * @param maxAttempts attempts begun at any of them
 * @param maxMillis since the first of these attempts began
 * @param maxTokens that agents report
 * @param maxCostMicros that agents report, in millionths of money
 */
public record Allowance(
        @Nullable Integer maxAttempts,
        @Nullable Long maxMillis,
        @Nullable Long maxTokens,
        @Nullable Long maxCostMicros) {
    private static final long MOST = 1_000_000_000_000_000L;
    private static final long A_YEAR = Duration.ofDays(366).toMillis();

    /**
     * Looks at it.
     *
     * @throws Declination that names the field
     */
    void check() {
        Inputs.range("budget.maxAttempts", maxAttempts, 1, 1_000_000);
        Inputs.range("budget.maxMillis", maxMillis, 1, A_YEAR);
        Inputs.range("budget.maxTokens", maxTokens, 1, MOST);
        Inputs.range("budget.maxCostMicros", maxCostMicros, 1, MOST);
        if (maxAttempts == null && maxMillis == null && maxTokens == null && maxCostMicros == null) {
            throw new Declination(
                    "field \"budget\" must have maxAttempts, maxMillis, maxTokens or maxCostMicros, or be absent");
        }
    }

    /** Which limit is exceeded, in words, or null. */
    @Nullable
    String exceeded(Spent spent, Instant now) {
        return reached(spent, now, 1);
    }

    private @Nullable String reached(Spent spent, Instant now, int beyond) {
        if (maxAttempts != null && spent.attempts() - beyond >= maxAttempts) {
            return spent.attempts() + " attempts of " + maxAttempts;
        } else if (maxTokens != null && spent.tokens() - beyond >= maxTokens) {
            return spent.tokens() + " tokens of " + maxTokens;
        } else if (maxCostMicros != null && spent.costMicros() - beyond >= maxCostMicros) {
            return spent.costMicros() + " millionths of money of " + maxCostMicros;
        }
        return maxMillis != null && spent.millis(now) >= maxMillis ? "its time of " + maxMillis + " ms" : null;
    }

    /**
     * What is left for each of some tasks that begin at once: of the attempts one for each of the others less, of the rest
     * all of it, for nobody knows what they will need.
     *
     * @throws Declination if nothing is left
     */
    Budget left(Spent spent, Instant now, int tasks) {
        String reached = reached(spent, now, 0);
        if (reached != null) {
            throw new Declination("the budget of the run is used up: " + reached);
        }
        Integer attempts = maxAttempts == null ? null : maxAttempts - spent.attempts();
        if (attempts != null && attempts < tasks) {
            throw new Declination("the budget of the run has " + attempts
                    + " attempts left, which is less than one for each of " + tasks + " tasks");
        }
        return new Budget(
                attempts == null ? null : Integer.valueOf(attempts - (tasks - 1)),
                maxMillis == null ? null : Duration.ofMillis(maxMillis - spent.millis(now)),
                maxTokens == null ? null : maxTokens - spent.tokens(),
                maxCostMicros == null ? null : maxCostMicros - spent.costMicros(),
                null,
                null);
    }
}
