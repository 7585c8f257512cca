// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls that wait until something of a tenant changes, a bounded number of them. Thread-safe. */
final class Watchers implements AutoCloseable {
    private final int most;
    private final Map<String, Set<Wait>> waiting = new HashMap<>();
    private int count;

    /** Known by what it is and not by what is in it. */
    private static final class Wait {
        final CompletableFuture<Void> change;

        Wait(CompletableFuture<Void> change) {
            this.change = change;
        }
    }

    Watchers(int most) {
        this.most = most;
    }

    /**
     * One more waits, until something changes or the time is over.
     *
     * @throws io.skep.api.Refusal if too many wait already
     */
    void add(String tenant, CompletableFuture<Void> change, int millis) {
        Wait wait = new Wait(change);
        synchronized (this) {
            if (count >= most) {
                throw Documents.busy(most + " calls wait for a change already");
            }
            count++;
            waiting.computeIfAbsent(tenant, t -> new HashSet<>()).add(wait);
        }
        change.completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                .whenComplete((changed, failure) -> remove(tenant, wait));
    }

    private synchronized void remove(String tenant, Wait wait) {
        Set<Wait> all = waiting.get(tenant);
        if (all != null && all.remove(wait)) {
            count--;
            if (all.isEmpty()) {
                waiting.remove(tenant);
            }
        }
    }

    /** Something of the tenant has changed. */
    void changed(String tenant) {
        List<Wait> all;
        synchronized (this) {
            all = List.copyOf(waiting.getOrDefault(tenant, Set.of()));
        }
        all.forEach(wait -> wait.change.complete(null));
    }

    @Override
    public void close() {
        List<String> tenants;
        synchronized (this) {
            tenants = List.copyOf(waiting.keySet());
        }
        tenants.forEach(this::changed);
    }
}
