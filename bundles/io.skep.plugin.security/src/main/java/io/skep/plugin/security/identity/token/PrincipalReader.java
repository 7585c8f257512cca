// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Names;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a principal of claims that were checked. Immutable. */
final class PrincipalReader {
    private final ClaimMapping mapping;

    PrincipalReader(ClaimMapping mapping) {
        this.mapping = mapping;
    }

    /**
     * The principal.
     *
     * @throws RefusedException if a claim is missing or wrong
     */
    Principal read(Claims claims, String issuer, Instant expiry, String tokenHash) throws RefusedException {
        Kind kind = kind(claims);
        String owner = claims.text(mapping.owner());
        if (kind == Kind.AGENT && owner == null) {
            throw new RefusedException(Refusal.NO_OWNER);
        }
        Instant issued = claims.time("iat");
        String id = claims.text("jti");
        return new Principal(
                plain(claims.needText(mapping.subject())),
                kind,
                tenant(claims),
                roles(claims),
                grants(claims, mapping.scopes()),
                issuer,
                owner == null ? null : plain(owner),
                issued == null ? Instant.EPOCH : issued,
                expiry,
                id == null ? tokenHash : plain(id));
    }

    private Kind kind(Claims claims) throws RefusedException {
        String word = claims.text(mapping.kind());
        if (word == null) {
            return mapping.rules().defaultKind();
        }
        return Kind.of(word).orElseThrow(() -> new RefusedException(Refusal.BAD_CLAIM));
    }

    private String tenant(Claims claims) throws RefusedException {
        String said = claims.text(mapping.tenant());
        String tenant = said == null ? mapping.rules().defaultTenant() : said;
        if (tenant == null) {
            throw new RefusedException(Refusal.MISSING_CLAIM);
        }
        if (!Names.isTenant(tenant)) {
            throw new RefusedException(Refusal.BAD_CLAIM);
        }
        Set<String> allowed = mapping.rules().tenants();
        if (!allowed.isEmpty() && !allowed.contains(tenant)) {
            throw new RefusedException(Refusal.TENANT);
        }
        return tenant;
    }

    private Set<String> roles(Claims claims) throws RefusedException {
        Set<String> ours = new LinkedHashSet<>();
        for (String role : words(claims, mapping.roles())) {
            String name = mapping.rules().roleNames().get(role);
            if (name != null) {
                ours.add(name);
            } else if (!mapping.rules().mappedRolesOnly()) {
                keep(role, ours);
            }
        }
        return bounded(ours);
    }

    private static Set<String> grants(Claims claims, List<String> names) throws RefusedException {
        Set<String> grants = new LinkedHashSet<>();
        for (String word : words(claims, names)) {
            keep(word, grants);
        }
        return bounded(grants);
    }

    /** What no policy can name grants nothing; providers add such of their own to every token, so it is no error. */
    private static void keep(@Nullable String word, Set<String> into) {
        if (word != null && Names.isGrant(word)) {
            into.add(word);
        }
    }

    private static Set<String> words(Claims claims, List<String> names) throws RefusedException {
        Set<String> words = new LinkedHashSet<>();
        for (String name : names) {
            // Only a text is several words: in a list, "not admin" is the name of one role and does not give "admin".
            words.addAll(claims.isText(name) ? List.of(claims.needText(name).split(" ", -1)) : claims.texts(name));
        }
        return words;
    }

    private static Set<String> bounded(Set<String> grants) throws RefusedException {
        if (grants.size() > Principal.MAX_GRANTS) {
            throw new RefusedException(Refusal.BAD_CLAIM);
        }
        return grants;
    }

    private static String plain(String name) throws RefusedException {
        if (!Names.isPlain(name)) {
            throw new RefusedException(Refusal.BAD_CLAIM);
        }
        return name;
    }
}
