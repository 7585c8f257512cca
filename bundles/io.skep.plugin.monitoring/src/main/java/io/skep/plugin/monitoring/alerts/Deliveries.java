// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.alerts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to the webhook. Each delivery is a document before it is sent, and until it is known to have arrived:
 * it arrives at least once, also over a restart, and its id is the same each time. It is tried again after 1, 2, 4 … s, at
 * most 5 min, so many times; then it is dead: kept to be seen, and tried again when that is asked, the last {@value #DEAD}. Of more than so many that wait the
 * oldest is given up. Used by one thread; only outcomes come from others.
 */
public final class Deliveries {
    /** With which the keys of their documents begin. */
    public static final String PREFIX = "delivery.";
    /** The most that are dead which are kept. */
    static final int DEAD = 100;
    /** The most that are sent at once. */
    static final int AT_ONCE = 4;

    private static final long BASE_MILLIS = 1_000;
    private static final long LONGEST_MILLIS = 300_000;

    private final int mostPending;
    private final int mostAttempts;
    private final Map<String, Delivery> all = new LinkedHashMap<>();
    private final Set<String> sending = new HashSet<>();
    private final Set<String> changed = new HashSet<>();
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();

    /** How one attempt ended: null for well. */
    private record Outcome(String id, @Nullable String error) {}

    /** Goes on from what was kept, in the order in which it came to be. */
    public Deliveries(List<Delivery> kept, int mostPending, int mostAttempts) {
        this.mostPending = mostPending;
        this.mostAttempts = mostAttempts;
        kept.stream()
                .sorted(Comparator.comparingLong(Delivery::at))
                .forEach(delivery -> all.put(delivery.id(), delivery));
    }

    /** All, the oldest first. */
    public List<Delivery> all() {
        return List.copyOf(all.values());
    }

    /** Takes changes in, those of a group together. */
    public void add(List<Change> changes, long now) {
        Map<String, List<Delivery.Told>> groups = new LinkedHashMap<>();
        changes.forEach(change -> groups.computeIfAbsent(change.rule().grouped(), group -> new ArrayList<>())
                .add(Delivery.Told.of(change)));
        groups.forEach((group, told) -> {
            String id = told.get(0).id().replace(':', '-') + '-' + told.get(0).what() + '-' + now;
            put(new Delivery(id, now, group, told, 0, now, null, false));
        });
        bound(false, mostPending);
    }

    private void put(Delivery delivery) {
        all.put(delivery.id(), delivery);
        changed.add(delivery.id());
    }

    private void bound(boolean dead, int most) {
        List<Delivery> those =
                all.values().stream().filter(one -> one.dead() == dead).toList();
        for (Delivery oldest : those.subList(0, Math.max(0, those.size() - most))) {
            if (dead) {
                all.remove(oldest.id());
                changed.add(oldest.id());
            } else {
                put(oldest.given("too many were waiting"));
            }
        }
        if (!dead) {
            bound(true, DEAD);
        }
    }

    /** Tries one again that is dead. */
    public void replay(String id, long now) {
        Delivery its = all.get(id);
        if (its != null && its.dead()) {
            put(its.revived(now));
        }
    }

    /** Takes in how attempts ended. */
    public void settle(long now) {
        for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            sending.remove(outcome.id());
            Delivery its = all.get(outcome.id());
            if (its == null) {
                continue;
            }
            if (outcome.error() == null) {
                all.remove(its.id());
                changed.add(its.id());
            } else {
                put(later(its, outcome.error(), now));
            }
        }
        bound(true, DEAD);
    }

    private Delivery later(Delivery its, String why, long now) {
        long pause = Math.min(LONGEST_MILLIS, BASE_MILLIS << Math.min(20, its.attempts()));
        Delivery failed = its.failed(why, now + pause);
        return failed.attempts() >= mostAttempts ? failed.given(why) : failed;
    }

    /** What is to be kept with the next change: documents by key, empty to remove one. */
    public Map<String, Optional<Object>> changes() {
        Map<String, Optional<Object>> written = new HashMap<>();
        for (String id : changed) {
            written.put(PREFIX + id, Optional.ofNullable(all.get(id)));
        }
        changed.clear();
        return written;
    }

    /** Whether there is something to be kept. */
    public boolean isChanged() {
        return !changed.isEmpty();
    }

    /**
     * Sends what it is time for, and is kept.
     *
     * @param kept whether the document of a key is there still: the generation before this one may have seen it arrive
     */
    public void send(long now, Predicate<String> kept, Function<Delivery, CompletionStage<Void>> webhook) {
        all.keySet().removeIf(id -> !changed.contains(id) && !sending.contains(id) && !kept.test(PREFIX + id));
        for (Delivery delivery : all.values()) {
            String id = delivery.id();
            boolean due = !delivery.dead() && delivery.nextAt() <= now && !changed.contains(id);
            if (due && !sending.contains(id) && sending.size() < AT_ONCE) {
                sending.add(id);
                webhook.apply(delivery).whenComplete((sent, failed) -> outcomes.add(new Outcome(id, why(failed))));
            }
        }
    }

    private static @Nullable String why(@Nullable Throwable failed) {
        if (failed == null) {
            return null;
        }
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        return String.valueOf(cause.getMessage());
    }
}
