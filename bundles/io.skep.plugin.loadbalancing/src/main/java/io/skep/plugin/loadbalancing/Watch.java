// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import java.util.Optional;

/**
 * Which condition an agent is in, without flapping: a worse one counts when it has been seen twice in a row, a better one
 * when it has been seen five times; ejection is a fact and counts at once. Not thread-safe.
 */
final class Watch {
    private static final int WORSE = 2;
    private static final int BETTER = 5;

    private final Suspicion suspicion = new Suspicion();
    private Condition condition = Condition.HEALTHY;
    private Condition seen = Condition.HEALTHY;
    private String cause = "nothing speaks against it";
    private int times;
    private long since;

    Suspicion suspicion() {
        return suspicion;
    }

    Condition condition() {
        return condition;
    }

    String cause() {
        return cause;
    }

    /** When it came into this condition, in milliseconds; 0 for from the start. */
    long since() {
        return since;
    }

    /** Takes in what is seen; the condition that it has come into, if that is another one. */
    Optional<Condition> look(Condition now, String why, long at) {
        times = now == seen ? times + 1 : 1;
        seen = now;
        if (now == condition) {
            cause = why;
            return Optional.empty();
        }
        int needed = now.compareTo(condition) > 0 ? WORSE : BETTER;
        boolean isFact = now == Condition.EJECTED || condition == Condition.EJECTED;
        if (!isFact && times < needed) {
            return Optional.empty();
        }
        condition = now;
        cause = why;
        since = at;
        return Optional.of(now);
    }
}
