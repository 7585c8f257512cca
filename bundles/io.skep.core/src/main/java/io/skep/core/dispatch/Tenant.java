// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a tenant has and has had, by which {@link Tenants} shares the slots. Used by the engine's thread only. */
final class Tenant {
    /**
     * Who gets the next slot: the one that uses the least for its weight (max-min fairness), and among those the one that
     * was served longest ago for its weight (stride scheduling, Waldspurger and Weihl 1995, whose "pass" this is).
     */
    static final Comparator<Tenant> NEXT = Comparator.<Tenant>comparingDouble(t -> (double) t.held / t.weight)
            .thenComparingDouble(t -> t.pass)
            .thenComparing(t -> t.name);

    private final String name;
    private final int weight;
    /** Where its tasks wait, for these stand in the order of {@link #NEXT}. */
    private final List<TenantQueue> queues = new ArrayList<>(2);

    private int live;
    private int held;
    private double pass;

    Tenant(String name, int weight) {
        this.name = name;
        this.weight = weight;
    }

    String name() {
        return name;
    }

    int weight() {
        return weight;
    }

    /** How many attempts are under way at its tasks. */
    int held() {
        return held;
    }

    /** How many of its tasks have not ended. */
    int live() {
        return live;
    }

    void setLive(int count) {
        live = count;
    }

    double pass() {
        return pass;
    }

    /** Attempts at its tasks began, or with a negative number ended. */
    void hold(int more) {
        move(() -> held += more);
    }

    /** It was served, when others had been served up to {@code now}. */
    void served(double now) {
        move(() -> pass = Math.max(pass, now) + 1.0 / weight);
    }

    /** Its first task waits: what it did not ask for while others were served is not owed to it. */
    void arrive(double now, TenantQueue queue) {
        if (queues.isEmpty() && pass < now) {
            pass = now;
        }
        queues.add(queue);
    }

    void leave(TenantQueue queue) {
        queues.remove(queue);
    }

    private void move(Runnable change) {
        queues.forEach(TenantQueue::standAside);
        change.run();
        queues.forEach(TenantQueue::standAgain);
    }
}
