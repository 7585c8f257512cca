// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.edge;

import io.skep.plugin.security.identity.Checks;
import java.time.Duration;

/**
 * What is read and remembered of tokens. Immutable.
 *
 * @param maxTokenChars longer credentials are refused unread, 256 to 65536
 * @param tokens remembered at most, about 1 KB each; those used least give way and are verified again
 * @param keep how long a verified JWT is remembered, at most 60 s: so long, at most, its issuer's word holds without asking
 */
public record CacheSettings(int maxTokenChars, int tokens, Duration keep) {
    /** 8,192 characters; 10,000 tokens for 60 s. */
    public static final CacheSettings DEFAULT = new CacheSettings(8192, 10_000, Duration.ofSeconds(60));

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException naming what is out of bounds
     */
    public CacheSettings {
        Checks.within("maxTokenChars", maxTokenChars, 256, 65_536);
        Checks.within("tokens", tokens, 0, 1_000_000);
        Checks.within("keep", keep, Duration.ZERO, Duration.ofSeconds(60));
    }
}
