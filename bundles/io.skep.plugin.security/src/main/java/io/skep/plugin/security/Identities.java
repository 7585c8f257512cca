// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.edge.Identity;
import io.skep.plugin.security.identity.edge.IdentitySettings;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Identity as the configuration wants it now.
 *
 * @param identity itself
 * @param settings that it was made of
 * @param withoutScopes issuers whose tokens have no scopes, so that their roles alone decide
 */
record Identities(Identity identity, IdentitySettings settings, Set<String> withoutScopes) {
    static Identities of(Identity identity, IdentitySettings settings) {
        Set<String> without = settings.issuers().stream()
                .filter(issuer -> issuer.mapping().scopes().isEmpty())
                .map(TrustedIssuer::issuer)
                .collect(Collectors.toUnmodifiableSet());
        return new Identities(identity, settings, without);
    }

    Who who(Principal principal) {
        return Who.of(principal, settings.local().issuer(), issuer -> !withoutScopes.contains(issuer));
    }
}
