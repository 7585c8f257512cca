// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.fasterxml.jackson.core.JsonPointer;
import io.skep.plugin.security.identity.Checks;
import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Names;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which claim of an issuer says what. Each is the name of a claim, or a JSON pointer into nested ones (it begins with a
 * slash), as {@code /realm_access/roles}. Immutable.
 *
 * @param subject who it is
 * @param roles its roles: texts with spaces between, or lists
 * @param scopes its scopes, in the same way
 * @param tenant on whose behalf
 * @param kind {@code human}, {@code agent} or {@code service}
 * @param owner the person accountable for an agent
 * @param rules what holds of those
 */
public record ClaimMapping(
        String subject,
        List<String> roles,
        List<String> scopes,
        String tenant,
        String kind,
        String owner,
        ClaimRules rules) {
    /** The names that our own tokens have, and many others'. */
    public static final ClaimMapping DEFAULT =
            new ClaimMapping("sub", List.of("roles"), List.of("scope"), "tenant", "kind", "owner", ClaimRules.DEFAULT);

    /**
     * What holds of the values of the claims.
     *
     * @param defaultKind of a token that does not say; not agent, as that needs an owner
     * @param defaultTenant of a token that does not say; null to refuse it
     * @param tenants that the issuer may speak for; empty for any
     * @param roleNames from the issuer's name of a role to ours
     * @param mappedRolesOnly whether a role that is not among {@code roleNames} is dropped, or else keeps its name
     */
    public record ClaimRules(
            Kind defaultKind,
            @Nullable String defaultTenant,
            Set<String> tenants,
            Map<String, String> roleNames,
            boolean mappedRolesOnly) {
        /** Takes tenants and roles as they are, and a token that names no tenant for one of the tenant {@code default}. */
        public static final ClaimRules DEFAULT = new ClaimRules(Kind.SERVICE, "default", Set.of(), Map.of(), false);

        /**
         * Checks them.
         *
         * @throws IllegalArgumentException if a name is none
         */
        public ClaimRules {
            Checks.that(defaultKind != Kind.AGENT, "the default kind must be human or service");
            Checks.that(defaultTenant == null || Names.isTenant(defaultTenant), "the default tenant is not a name");
            tenants = Set.copyOf(tenants);
            roleNames = Map.copyOf(roleNames);
            Checks.that(tenants.stream().allMatch(Names::isTenant), "a tenant is not a name");
            Checks.that(roleNames.values().stream().allMatch(Names::isGrant), "a role is not a name");
        }
    }

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if a claim has no name, or a pointer is none
     */
    public ClaimMapping {
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
        List.of(subject, tenant, kind, owner).forEach(ClaimMapping::check);
        roles.forEach(ClaimMapping::check);
        scopes.forEach(ClaimMapping::check);
    }

    /** The same with other rules. */
    public ClaimMapping with(ClaimRules other) {
        return new ClaimMapping(subject, roles, scopes, tenant, kind, owner, other);
    }

    private static void check(String name) {
        Checks.that(!name.isBlank(), "a claim has no name");
        if (name.startsWith("/")) {
            JsonPointer.compile(name);
        }
    }
}
