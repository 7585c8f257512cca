// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import java.security.PublicKey;

/**
 * What signatures of a log are checked with.
 *
 * @param name of the log, as it stands in its notes; no space and no plus sign
 * @param key Ed25519
 */
public record VerifyingKey(String name, PublicKey key) {
    /**
     * Reads a verifier key of C2SP signed-note, {@code NAME+ID+KEY}.
     *
     * @throws IllegalArgumentException if it is none, or not of Ed25519
     */
    public static VerifyingKey parse(String encoded) {
        return Note.decode(encoded);
    }

    /** The verifier key of C2SP signed-note; what an auditor is given. */
    public String encoded() {
        return Note.encode(name, key);
    }
}
