// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is to be looked at later, by the engine's thread. What has an owner is forgotten with it, so that far deadlines
 * and long leases of tasks that have gone on do not pile up; whoever is called looks whether there still is something
 * to do.
 */
final class Timers {
    private final TreeSet<Timer> timers = new TreeSet<>();
    private final Map<String, List<Timer>> byOwner = new HashMap<>();
    private long count;

    /** Something to do at some time. */
    interface Due {
        void run(Turn turn);
    }

    private record Timer(
            long atMillis, long order, @Nullable String owner, Due due) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** Calls {@code due} at that time. */
    void at(Instant when, Due due) {
        timers.add(new Timer(when.toEpochMilli(), count++, null, due));
    }

    /** Calls {@code due} at that time, unless {@code owner} is forgotten before. */
    void at(String owner, Instant when, Due due) {
        Timer timer = new Timer(when.toEpochMilli(), count++, owner, due);
        timers.add(timer);
        byOwner.computeIfAbsent(owner, o -> new ArrayList<>(2)).add(timer);
    }

    /** Takes back everything that the owner has. */
    void forget(String owner) {
        List<Timer> its = byOwner.remove(owner);
        if (its != null) {
            its.forEach(timers::remove);
        }
    }

    /** How many there are. */
    int size() {
        return timers.size();
    }

    /** Milliseconds until the next one, 0 if it is due, or {@code most} if that is less or there is none. */
    long millisToNext(Instant now, long most) {
        return timers.isEmpty()
                ? most
                : Math.max(0, Math.min(most, timers.first().atMillis() - now.toEpochMilli()));
    }

    /** Runs what is due. */
    void run(Turn turn) {
        long now = turn.now().toEpochMilli();
        while (!timers.isEmpty() && timers.first().atMillis() <= now) {
            Timer next = timers.first();
            timers.remove(next);
            disown(next);
            next.due().run(turn);
        }
    }

    void clear() {
        timers.clear();
        byOwner.clear();
    }

    private void disown(Timer timer) {
        String owner = timer.owner();
        List<Timer> its = owner == null ? null : byOwner.get(owner);
        if (its != null) {
            its.remove(timer);
            if (its.isEmpty()) {
                byOwner.remove(owner);
            }
        }
    }
}
