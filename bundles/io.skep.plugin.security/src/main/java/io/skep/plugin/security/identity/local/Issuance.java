// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.Verdict;
import java.time.Duration;
import java.util.Set;

/** What became of a request for a token. Immutable. */
public sealed interface Issuance {
    /**
     * There it is.
     *
     * @param token the access token, a bearer token (RFC 6750)
     * @param life how long it lives
     * @param scopes that it has
     */
    record Issued(String token, Duration life, Set<String> scopes) implements Issuance {
        /** Without the token. */
        @Override
        public String toString() {
            return "Issued[life=" + life + ", scopes=" + scopes + "]";
        }
    }

    /**
     * There is none.
     *
     * @param why never {@link Verdict.Authenticated}
     */
    record Denied(Verdict why) implements Issuance {}
}
