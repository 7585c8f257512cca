// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.nimbusds.jose.JWSHeader;
import io.skep.plugin.security.identity.UnavailableException;
import java.security.Key;
import java.util.List;

/** The public keys of an issuer. Thread-safe. */
public interface Keys extends AutoCloseable {
    /**
     * The keys that may have made a signature with this header; empty if the issuer has none such.
     *
     * @throws UnavailableException if that cannot be known now
     */
    List<Key> select(JWSHeader header) throws UnavailableException;

    /** Whether {@link #select} never has to wait for somebody. */
    default boolean areAtHand() {
        return false;
    }

    /** Fetches nothing any more. Idempotent. */
    @Override
    default void close() {}
}
