// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has shown who it is. Immutable.
 *
 * @param id of the person, agent or service; an agent's is the id that it registers by
 * @param kind {@code human}, {@code agent} or {@code service}
 * @param tenant on whose behalf, or null for one who belongs to none
 * @param roles that were given to it
 * @param scopes of its token, or null for a credential that has none by its nature
 * @param issuer who vouches for it; {@value #CORE} is this server itself
 * @param owner the person accountable for an agent, or null
 */
public record Principal(
        String id,
        String kind,
        @Nullable String tenant,
        Set<String> roles,
        @Nullable Set<String> scopes,
        String issuer,
        @Nullable String owner) {
    /** The issuer of the tokens that core itself makes and knows. */
    public static final String CORE = "skep-core";

    /** {@link #kind} of agents. */
    public static final String AGENT = "agent";

    /** The local administrator, who has the token in the server's directory. */
    public static final Principal ADMINISTRATOR =
            new Principal("administrator", "human", null, Set.of("admin"), null, CORE, null);

    public Principal {
        Objects.requireNonNull(id);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(issuer);
        roles = Set.copyOf(roles);
        scopes = scopes == null ? null : Set.copyOf(scopes);
    }

    /** An agent that shows the secret of its registration. */
    public static Principal agent(String id, @Nullable String owner) {
        return new Principal(id, AGENT, null, Set.of(AGENT), null, CORE, owner);
    }

    /** Whether it is an agent. */
    public boolean isAgent() {
        return kind.equals(AGENT);
    }
}
