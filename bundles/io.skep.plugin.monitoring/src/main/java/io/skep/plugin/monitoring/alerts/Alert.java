// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a rule stands that is broken, or was. Times are milliseconds since 1970.
 *
 * @param id of this firing, its rule and a number; empty while it is pending
 * @param rule its name
 * @param state what it is
 * @param since when the rule was broken
 * @param firedAt when it was told, or 0
 * @param resolvedAt when it was resolved, or 0
 * @param deliveredAt when it was last put into a delivery, or 0
 * @param value the worst figure when it was looked last
 * @param members at most {@value #MEMBERS} of the figures that are out of bounds, by their labels
 * @param count how many they are
 */
public record Alert(
        String id,
        String rule,
        State state,
        long since,
        long firedAt,
        long resolvedAt,
        long deliveredAt,
        double value,
        List<String> members,
        int count) {
    /** See {@link #members}. */
    static final int MEMBERS = 10;

    /** What it is. */
    public enum State {
        /** Not for long enough, or in its cool-down. */
        PENDING,
        /** It was told. */
        FIRING,
        /** It is over. */
        RESOLVED
    }

    /** Copies. */
    public Alert {
        members = List.copyOf(members);
    }

    static Alert pending(String rule, long now) {
        return new Alert("", rule, State.PENDING, now, 0, 0, 0, 0, List.of(), 0);
    }

    Alert fired(String as, long now) {
        return new Alert(as, rule, State.FIRING, since, now, 0, now, value, members, count);
    }

    Alert resolved(long now) {
        return new Alert(id, rule, State.RESOLVED, since, firedAt, now, now, value, members, count);
    }

    Alert delivered(long now) {
        return new Alert(id, rule, state, since, firedAt, resolvedAt, now, value, members, count);
    }

    Alert restarted(long now) {
        return new Alert(id, rule, state, now, firedAt, resolvedAt, deliveredAt, value, members, count);
    }

    Alert seen(double worst, List<String> broken, int many) {
        return new Alert(id, rule, state, since, firedAt, resolvedAt, deliveredAt, worst, broken, many);
    }

    Alert shortened(int most) {
        List<String> first = members.subList(0, Math.min(most, members.size()));
        return new Alert(id, rule, state, since, firedAt, resolvedAt, deliveredAt, value, first, count);
    }

    boolean is(State wanted) {
        return state == wanted;
    }

    /** What was acknowledged. */
    public record Acknowledgement(
            String by, long at, @Nullable String note) {}
}
