// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One grant, compiled: it allows unless something stands against it.
 *
 * @param id that decisions name
 * @param role that has it
 * @param allTenants whether it reaches every tenant and the platform
 * @param own whether it reaches only what the subject owns
 * @param conditions all of which must hold
 * @param words that a decision by it says
 */
record Rule(String id, String role, boolean allTenants, boolean own, List<Condition> conditions, String words) {
    static Rule of(String id, String role, boolean allTenants, boolean own, List<Condition> conditions) {
        return new Rule(id, role, allTenants, own, List.copyOf(conditions), id + " of role " + role + " allows it");
    }

    /** The id of the denial that stands against it, or null if it allows. The first of tenant, ownership, condition. */
    @Nullable
    String against(Subject subject, Resource resource, Context context) {
        if (!allTenants && (resource.tenant() == null || !resource.tenant().equals(subject.tenant()))) {
            return Decision.TENANT;
        }
        if (own && !owns(subject, resource)) {
            return Decision.OWNERSHIP;
        }
        return unmet(context) == null ? null : Decision.CONDITION;
    }

    /** The first condition that does not hold. */
    @Nullable
    Condition unmet(Context context) {
        // By index: it is asked for each candidate of each decision.
        for (int i = 0; i < conditions.size(); i++) {
            if (!conditions.get(i).holds(context)) {
                return conditions.get(i);
            }
        }
        return null;
    }

    static boolean owns(Subject subject, Resource resource) {
        return subject.id().equals(resource.owner());
    }
}
