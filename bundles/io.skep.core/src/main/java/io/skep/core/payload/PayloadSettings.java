// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import java.time.Duration;

/**
 * Limits of payloads. Immutable.
 *
 * @param maxBytes the largest one
 * @param totalBytes all of them together, or 0 for no limit but the disk's
 * @param minFreeBytes what they leave free on the disk
 * @param orphan how long one stays at least after it came, or was last referred to anew, though no task refers to it
 */
public record PayloadSettings(long maxBytes, long totalBytes, long minFreeBytes, Duration orphan) {
    /** What the configuration says by default. */
    public static final PayloadSettings DEFAULT = new PayloadSettings(64 << 20, 0, 128 << 20, Duration.ofHours(1));
}
