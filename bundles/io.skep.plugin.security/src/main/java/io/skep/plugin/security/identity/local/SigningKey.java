// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

/**
 * A key that signs our tokens, the private part included. Immutable; times are milliseconds since 1970.
 *
 * @param kid its id: the thumbprint of RFC 7638
 * @param jwk the key as a JWK
 * @param signsMillis from when on it signs, until another one does
 */
record SigningKey(String kid, String jwk, long signsMillis) {
    /** Without the key. */
    @Override
    public String toString() {
        return "SigningKey[kid=" + kid + ", signsMillis=" + signsMillis + "]";
    }
}
