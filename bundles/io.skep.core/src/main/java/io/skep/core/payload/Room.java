// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import io.skep.api.Refusal;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The space that payloads may use: what they use already, and what the disk has left. Thread-safe. */
final class Room {
    private static final Duration COME_BACK = Duration.ofSeconds(5);

    private final PayloadSettings settings;
    private final LongSupplier usable;
    private long used;

    /**
     * Room of which nothing is used.
     *
     * @param usable bytes that the disk has left
     */
    Room(PayloadSettings settings, LongSupplier usable) {
        this.settings = settings;
        this.usable = usable;
    }

    /** What all payloads and uploads have together. */
    synchronized long used() {
        return used;
    }

    /**
     * Looks whether so many bytes fit, on the disk too, and takes nothing.
     *
     * @throws Refusal if they do not
     */
    synchronized void check(long bytes) {
        if (settings.totalBytes() > 0 && used + bytes > settings.totalBytes()) {
            throw full("payloads may have at most " + settings.totalBytes()
                    + " bytes together (payload.total.bytes), and have " + used);
        }
        long left = usable.getAsLong();
        if (left - bytes < settings.minFreeBytes()) {
            throw full("the disk has " + left + " bytes left, of which payloads leave " + settings.minFreeBytes()
                    + " free (payload.min.free.bytes)");
        }
    }

    /**
     * Takes so many bytes.
     *
     * @throws Refusal if all payloads together would have too many
     */
    synchronized void take(long bytes) {
        if (settings.totalBytes() > 0 && used + bytes > settings.totalBytes()) {
            throw full("payloads may have at most " + settings.totalBytes() + " bytes together (payload.total.bytes)");
        }
        used += bytes;
    }

    /** Takes bytes that are there already. */
    synchronized void found(long bytes) {
        used += bytes;
    }

    /** Gives bytes back. */
    synchronized void give(long bytes) {
        used -= bytes;
    }

    static Refusal full(String message) {
        return Refusal.retryLater(Refusal.Reason.STORE_FULL, message, COME_BACK);
    }
}
