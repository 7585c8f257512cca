// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as the edge has authenticated it. Immutable. Ids are compared exactly.
 *
 * @param id of the person, agent or service
 * @param tenant that it belongs to; null reaches only what a rule grants for all tenants
 * @param roles as the token names them; those that the policy does not know give nothing
 * @param scopes of the token; null for a credential that has none by its nature. A token with scopes needs a scope and a
 *     role, so an empty collection may do nothing
 */
public record Subject(
        String id,
        @Nullable String tenant,
        Collection<String> roles,
        @Nullable Collection<String> scopes) {
    /** How many roles and how many scopes are looked at, in the order of the alphabet; the rest give nothing. */
    public static final int MOST_NAMES = 256;

    /** Sorts roles and scopes, so that a decision names the same rule each time. */
    public Subject {
        roles = sorted(roles);
        scopes = scopes == null ? null : sorted(scopes);
    }

    private static List<String> sorted(Collection<String> names) {
        boolean isSorted = names.size() < 2 || (names instanceof SortedSet<?> set && set.comparator() == null);
        if (isSorted && names.size() <= MOST_NAMES) {
            return List.copyOf(names);
        }
        return names.stream().distinct().sorted().limit(MOST_NAMES).toList();
    }
}
