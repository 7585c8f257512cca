// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.keycloak;

import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.edge.Authenticator;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What became of the tokens that were presented; each is new to the authenticator. Thread-safe. */
final class Seen {
    private final AtomicInteger in = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final Queue<Verdict> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> byKey = new ConcurrentHashMap<>();

    /** Presents a good token. */
    Verdict present(Authenticator authenticator, String token) throws Exception {
        String kid = Realm.kid(token);
        long begin = System.nanoTime();
        Verdict verdict = authenticator.authenticate(token, "10.0.0.1");
        long took = System.nanoTime() - begin;
        if (verdict instanceof Verdict.Authenticated) {
            nanos.add(took);
            in.incrementAndGet();
            byKey.computeIfAbsent(kid, first -> new AtomicInteger()).incrementAndGet();
        } else if (verdict instanceof Verdict.Unavailable) {
            unavailable.incrementAndGet();
        } else {
            wrong.add(verdict);
        }
        return verdict;
    }

    int in() {
        return in.get();
    }

    /** How many were let in that were signed with this key. */
    int in(String kid) {
        AtomicInteger count = byKey.get(kid);
        return count == null ? 0 : count.get();
    }

    int keys() {
        return byKey.size();
    }

    int unavailable() {
        return unavailable.get();
    }

    /** Good tokens that were refused, or not looked at. */
    Queue<Verdict> wrong() {
        return wrong;
    }

    @Override
    public String toString() {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%d let in with %d keys, %d unavailable, %d wrong; uncached p50 %.2f ms, p99 %.2f ms, max %.0f ms",
                in.get(),
                keys(),
                unavailable.get(),
                wrong.size(),
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                millis(sorted, 1));
    }

    private static double millis(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)] / 1e6;
    }
}
