// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.security.Admission.Ask;
import io.skep.plugin.security.policy.Context;
import io.skep.plugin.security.policy.Decision;
import io.skep.plugin.security.policy.Policy;
import io.skep.plugin.security.policy.Resource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The most of what is asked that the policy allows: all of it, or where less would do, what is in the caller's tenant, what
 * is the caller's own, or both. Immutable.
 *
 * @param decision on that
 * @param tenant the only one that the caller may reach, or null for every one
 * @param isOwn whether the caller may reach only what is its own
 */
record Narrowing(Decision decision, @Nullable String tenant, boolean isOwn) {
    static Narrowing of(Policy policy, Ask ask, Who who, Context context) {
        String action = Objects.requireNonNull(ask.action());
        Resource asked = Decider.resource(ask, who);
        if (!Boolean.TRUE.equals(ask.narrowable())) {
            return new Narrowing(policy.decide(who.subject(), action, asked, context), null, false);
        }
        String owner = ask.id() == null ? ask.owner() : asked.owner();
        Decision first = null;
        for (boolean own : owner == null ? new boolean[] {false, true} : new boolean[] {false}) {
            for (boolean within : isNarrower(ask, who) ? new boolean[] {false, true} : new boolean[] {false}) {
                String tenant = within ? who.tenant() : ask.tenant();
                Resource part = new Resource(asked.type(), asked.id(), tenant, own ? who.name() : owner);
                Decision decision = policy.decide(who.subject(), action, part, context);
                if (decision.allowed()) {
                    return new Narrowing(decision, within ? tenant : null, own);
                }
                first = first == null ? decision : first;
            }
        }
        return new Narrowing(Objects.requireNonNull(first), null, false);
    }

    /** Whether there is a tenant of the caller's to keep to, which is none of another's. */
    private static boolean isNarrower(Ask ask, Who who) {
        return who.tenant() != null && ask.tenant() == null;
    }
}
