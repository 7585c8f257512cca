// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

/**
 * What is refused though its issuer vouches for it. Times are milliseconds since 1970.
 *
 * @param id what: see {@link Revocations}
 * @param beforeMillis credentials issued up to then
 * @param untilMillis when no such credential can live any more, and this is forgotten
 */
record Revocation(String id, long beforeMillis, long untilMillis) {
    /** The wider of the two. */
    Revocation and(Revocation other) {
        return new Revocation(id, Math.max(beforeMillis, other.beforeMillis), Math.max(untilMillis, other.untilMillis));
    }
}
