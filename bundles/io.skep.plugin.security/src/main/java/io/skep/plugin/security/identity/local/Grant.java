// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Principal;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whom a credential of ours is for, and what it gives. Immutable; the parts are those of {@link Principal}.
 *
 * @param subject who
 * @param kind human, agent or service
 * @param tenant on whose behalf
 * @param roles in order
 * @param scopes in order; none for a credential that is not limited to scopes
 * @param owner the person accountable for an agent
 */
public record Grant(
        String subject,
        Kind kind,
        String tenant,
        Set<String> roles,
        Set<String> scopes,
        @Nullable String owner) {
    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if a name is none, or an agent has no owner
     */
    public Grant {
        Principal.check(subject, kind, tenant, roles, scopes, owner);
        // In order, so that the same is kept in the same words.
        roles = Collections.unmodifiableSet(new TreeSet<>(roles));
        scopes = Collections.unmodifiableSet(new TreeSet<>(scopes));
    }
}
