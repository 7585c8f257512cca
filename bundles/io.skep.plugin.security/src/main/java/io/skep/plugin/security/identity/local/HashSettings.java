// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.Checks;
import java.time.Duration;

/**
 * How hard client secrets are hashed (Argon2id, RFC 9106). Immutable.
 *
 * @param memoryKib of one hash, 8 MiB to 1 GiB; tests may take less, from 64 KiB
 * @param passes over the memory
 * @param lanes of the hash, one after the other here
 * @param parallel hashes at a time, so that many log-ins take neither all memory nor all cores
 * @param patience how long one waits for room; then the answer is unavailable
 */
public record HashSettings(int memoryKib, int passes, int lanes, int parallel, Duration patience) {
    /** 19 MiB and 2 passes, the OWASP Password Storage Cheat Sheet's minimum for Argon2id; 2 at a time; 2 s. */
    public static final HashSettings DEFAULT = new HashSettings(19_456, 2, 1, 2, Duration.ofSeconds(2));

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException naming what is out of bounds
     */
    public HashSettings {
        Checks.within("memoryKib", memoryKib, 64, 1 << 20);
        Checks.within("passes", passes, 1, 100);
        Checks.within("lanes", lanes, 1, 8);
        Checks.within("parallel", parallel, 1, 64);
        Checks.within("patience", patience, Duration.ZERO, Duration.ofSeconds(30));
    }
}
