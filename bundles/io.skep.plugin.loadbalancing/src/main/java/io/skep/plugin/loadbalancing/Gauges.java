// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.plugin.loadbalancing.balance.Sample;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the attempts of each agent take while it holds nearly all that it is given, and while it holds few. Only what began
 * since the agent is given so many counts as the former. Not thread-safe.
 */
final class Gauges {
    /** From this share of its slots on an agent is full. */
    private static final double FULL = 0.75;
    /** Up to this share of them, or one, it has few. */
    private static final double FEW = 0.25;

    private final Map<String, Gauge> gauges = new HashMap<>();

    /** Of one agent. */
    static final class Gauge {
        private final Sample full = new Sample();
        private final Sample few = new Sample();
        private int given;
        private long since;

        /** While it is full. */
        Sample.Kept full() {
            return full.kept();
        }

        /** While it has few. */
        Sample.Kept few() {
            return few.kept();
        }
    }

    /** An attempt ended that began as one of so many at once. */
    void ended(String agent, int held, long since, long at, boolean isGood) {
        Gauge gauge = gauges.get(agent);
        if (gauge == null || held == 0) {
            return;
        }
        double millis = (double) (at - since);
        if (held >= Math.ceil(FULL * gauge.given) && held <= gauge.given && since >= gauge.since) {
            gauge.full.ended(millis, isGood, at);
        } else if (held <= Math.max(1, FEW * gauge.given)) {
            gauge.few.ended(millis, isGood, at);
        }
    }

    /** From then on the agent is given so many, if it was not before. */
    Gauge given(String agent, int slots, long now) {
        Gauge gauge = gauges.computeIfAbsent(agent, id -> new Gauge());
        if (gauge.given != slots) {
            gauge.given = slots;
            gauge.since = now;
            gauge.full.clear();
        }
        return gauge;
    }

    /** Goes on with what another generation saw since the agent is given so many. */
    void resume(String agent, int slots, long since, Sample.Kept full) {
        Gauge gauge = given(agent, slots, since);
        gauge.since = since;
        gauge.full.learn(full);
    }

    /** Forgets what is older than that: the agent may have become another. */
    void forget(long fullBefore, long fewBefore) {
        gauges.values().forEach(gauge -> {
            if (gauge.full.last() < fullBefore) {
                gauge.full.clear();
            }
            if (gauge.few.last() < fewBefore) {
                gauge.few.clear();
            }
        });
    }

    /** Forgets every agent that is not among these. */
    void retain(Set<String> known) {
        gauges.keySet().retainAll(known);
    }
}
