// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.scaling;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all groups cost in an hour, as it changes during one look. Agents that drain cost too. Not thread-safe. */
final class Costs {
    private final long ceiling;
    private final Map<String, Long> costs = new HashMap<>();

    /** @param ceiling of all groups together, in micros an hour; 0 for none */
    Costs(long ceiling, List<Scalers.Member> members) {
        this.ceiling = ceiling;
        members.forEach(member -> plan(member, member.group().wanted()));
    }

    /** So many agents will be wanted of a group. */
    void plan(Scalers.Member member, int wanted) {
        int there = member.group().agents().size();
        int most = Math.max(wanted + leaving(member), there);
        costs.put(member.key(), most * member.group().hourCostMicros());
    }

    /** Agents that go, and do not come back before others are started, as those of this server do. */
    private static int leaving(Scalers.Member member) {
        boolean comesBack = !(member.scaler() instanceof WebhookScaler);
        return comesBack
                ? 0
                : Math.max(0, member.group().agents().size() - member.group().wanted());
    }

    /** How many agents of a group the others leave room for. */
    int affordable(Scalers.Member member) {
        long each = member.group().hourCostMicros();
        if (ceiling == 0 || each == 0) {
            return Integer.MAX_VALUE;
        }
        long left = ceiling - (total() - costs.getOrDefault(member.key(), 0L));
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, left / each - leaving(member)));
    }

    /** Of all groups, in micros an hour. */
    long total() {
        return costs.values().stream().mapToLong(Long::longValue).sum();
    }
}
