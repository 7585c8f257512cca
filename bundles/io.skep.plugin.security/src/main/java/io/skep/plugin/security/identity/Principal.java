// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has shown who it is. Immutable. Two of different issuers are different, whatever their subjects say.
 *
 * @param subject who it is to its issuer; see {@link Names#isPlain}
 * @param kind human, agent or service
 * @param tenant on whose behalf; see {@link Names#isTenant}
 * @param roles that were given to it, at most {@value #MAX_GRANTS}; see {@link Names#isGrant}
 * @param scopes that the token was given, at most {@value #MAX_GRANTS}; none at all if the credential has no scopes
 * @param issuer who vouches for it
 * @param owner the person accountable for an agent: always there for one
 * @param issued when the credential was made; {@link Instant#EPOCH} if it does not say
 * @param expiry from when on the credential is worth nothing
 * @param tokenId names the credential to its issuer: the claim {@code jti}, an API key's id, or a hash of the token
 */
public record Principal(
        String subject,
        Kind kind,
        String tenant,
        Set<String> roles,
        Set<String> scopes,
        String issuer,
        @Nullable String owner,
        Instant issued,
        Instant expiry,
        String tokenId) {
    /** So many roles or scopes at most. */
    public static final int MAX_GRANTS = 256;

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if a name is none, or an agent has no owner
     */
    public Principal {
        check(subject, kind, tenant, roles, scopes, owner);
        check(Names.isPlain(issuer), "the issuer is not a name");
        check(Names.isPlain(tokenId), "the token id is not a name");
        Objects.requireNonNull(issued);
        Objects.requireNonNull(expiry);
        roles = Set.copyOf(roles);
        scopes = Set.copyOf(scopes);
    }

    /**
     * Checks what is the same in each credential of a principal.
     *
     * @throws IllegalArgumentException if a name is none, or an agent has no owner
     */
    public static void check(
            String subject, Kind kind, String tenant, Set<String> roles, Set<String> scopes, @Nullable String owner) {
        check(Names.isPlain(subject), "the subject is not a name");
        check(Names.isTenant(tenant), "the tenant is not a name");
        check(owner == null || Names.isPlain(owner), "the owner is not a name");
        check(kind != Kind.AGENT || owner != null, "an agent needs an owner");
        check(
                roles.size() <= MAX_GRANTS && scopes.size() <= MAX_GRANTS,
                "more than " + MAX_GRANTS + " roles or scopes");
        check(roles.stream().allMatch(Names::isGrant), "a role is not a name");
        check(scopes.stream().allMatch(Names::isGrant), "a scope is not a name");
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
