// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import io.skep.api.Page;
import io.skep.api.payload.Payload;
import io.skep.api.store.Projection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskQuery;
import io.skep.core.codec.TaskCodec;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes payloads to which no task refers any more, neither one in memory nor one in the history, and whose time is
 * long past.
 *
 * <p>A task refers to a payload only after the payload's time was set anew. So whatever was older than the grace when a
 * sweep began was referred to before, or not at all: looking in memory first and in the projection then finds every
 * reference, since a task leaves memory only when the projection has it. What is referred to anew meanwhile is not old
 * any more when it is about to be removed.
 *
 * <p>The history is read through only when there is something to remove that is not known to be referred to: of each
 * payload one task is remembered that did.
 */
public final class Sweep implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final long LONGEST_PAUSE_MILLIS = 600_000;
    private static final long SHORTEST_PAUSE_MILLIS = 1_000;
    /** Between two pages of the history, so that others have their turn. */
    private static final long BREATH_MILLIS = 2;

    private static final int PAGE = 500;

    private final Payloads payloads;
    private final Supplier<Stream<Task>> inMemory;
    private final Projection projection;
    private final BooleanSupplier isHistoryWhole;
    private final Duration orphan;
    private final Clock clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** Of each old payload a task that refers to it. */
    private final Map<String, String> referrers = new HashMap<>();

    /**
     * @param inMemory gives every task in memory
     * @param isHistoryWhole whether the projection has all that the log had at the start: one that is being built anew
     *     does not know every reference yet, and until then nothing is removed
     */
    public Sweep(
            Payloads payloads,
            Supplier<Stream<Task>> inMemory,
            Projection projection,
            BooleanSupplier isHistoryWhole,
            Duration orphan,
            Clock clock) {
        this.payloads = payloads;
        this.inMemory = inMemory;
        this.projection = projection;
        this.isHistoryWhole = isHistoryWhole;
        this.orphan = orphan;
        this.clock = clock;
    }

    /** Sweeps now and then until stopped. */
    @Override
    public void run() {
        long pause = Math.max(SHORTEST_PAUSE_MILLIS, Math.min(LONGEST_PAUSE_MILLIS, orphan.toMillis() / 4));
        try {
            while (!stopped.await(pause, TimeUnit.MILLISECONDS)) {
                sweepOrSay();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets {@link #run} end soon. */
    public void stop() {
        stopped.countDown();
    }

    // Whatever it is, the next sweep may be luckier, and nobody waits for this one.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void sweepOrSay() throws InterruptedException {
        try {
            int removed = sweep();
            if (removed > 0) {
                LOG.info("{} payloads are gone to which no task refers any more", removed);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("payloads without a task stay for now", e);
        }
    }

    /** One sweep; answers how many went. */
    int sweep() throws IOException, InterruptedException {
        if (!isHistoryWhole.getAsBoolean()) {
            return 0;
        }
        Instant before = clock.instant().minus(orphan);
        Set<String> old = new HashSet<>();
        payloads.files().visit((sha256, attributes) -> {
            if (attributes.lastModifiedTime().toInstant().isBefore(before)) {
                old.add(sha256);
            }
        });
        referrers.keySet().retainAll(old);
        if (!old.isEmpty()) {
            inMemory.get().forEach(task -> {
                Payload.referred(task.spec().input()).ifPresent(payload -> old.remove(payload.sha256()));
                Payload.referred(task.result()).ifPresent(payload -> old.remove(payload.sha256()));
            });
        }
        old.removeIf(this::hasKnownReferrer);
        if (!lookedAtHistory(old)) {
            return 0;
        }
        int removed = 0;
        for (String sha256 : old) {
            removed += payloads.remove(sha256, before) ? 1 : 0;
        }
        return removed;
    }

    /** Takes out what the history refers to; false if stopped before its end. */
    private boolean lookedAtHistory(Set<String> old) throws IOException, InterruptedException {
        String cursor = null;
        while (!old.isEmpty()) {
            Page<byte[]> page = projection.tasks(new TaskQuery(Set.of(), null, null, null, null, null, PAGE, cursor));
            for (byte[] body : page.items()) {
                spare(old, body);
            }
            cursor = page.next();
            if (cursor == null) {
                return true;
            }
            if (stopped.await(BREATH_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    private boolean hasKnownReferrer(String sha256) {
        String id = referrers.get(sha256);
        if (id == null) {
            return false;
        }
        boolean refers = projection
                .task(id)
                .filter(body -> hashes(body).contains(sha256))
                .isPresent();
        if (!refers) {
            referrers.remove(sha256);
        }
        return refers;
    }

    private void spare(Set<String> old, byte[] body) throws IOException {
        @Nullable String id = null;
        for (String sha256 : hashes(body)) {
            if (old.remove(sha256)) {
                id = id == null ? TaskCodec.decode(body).id() : id;
                referrers.put(sha256, id);
            }
        }
    }

    /** What may be the hashes of payloads in an encoded task; without decoding it, since most have none. */
    private static Set<String> hashes(byte[] body) {
        Set<String> hashes = Set.of();
        for (int at = Needle.next(body, 0); at >= 0; at = Needle.next(body, at)) {
            String hash = Needle.hash(body, at);
            if (Payload.isHash(hash)) {
                hashes = hashes.isEmpty() ? new HashSet<>() : hashes;
                hashes.add(hash);
            }
        }
        return hashes;
    }
}
