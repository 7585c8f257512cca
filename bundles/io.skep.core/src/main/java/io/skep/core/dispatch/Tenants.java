// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Those with tasks that have not ended; others are forgotten. Used by the engine's thread only. */
final class Tenants {
    private final Map<String, Integer> weights;
    private final Map<String, Tenant> byName = new HashMap<>();
    /** The pass of whoever was served last. */
    private double now;

    Tenants(Map<String, Integer> weights) {
        this.weights = Map.copyOf(weights);
    }

    @Nullable
    Tenant find(String name) {
        return byName.get(name);
    }

    Tenant get(String name) {
        return byName.computeIfAbsent(name, n -> new Tenant(n, weights.getOrDefault(n, 1)));
    }

    int count() {
        return byName.size();
    }

    double now() {
        return now;
    }

    /** A task of the tenant came into being or, with -1, ended. */
    void live(String name, int more) {
        Tenant tenant = get(name);
        tenant.setLive(tenant.live() + more);
        if (tenant.live() == 0) {
            byName.remove(name);
        }
    }

    void served(Tenant tenant) {
        now = Math.max(now, tenant.pass());
        tenant.served(now);
    }

    void reset() {
        byName.clear();
    }
}
