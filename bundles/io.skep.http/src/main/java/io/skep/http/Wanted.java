// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.Guard;
import io.skep.api.admin.Intent;
import org.jspecify.annotations.Nullable;

/**
 * What a policy must allow for a call. Immutable.
 *
 * @param action a verb of the policy's vocabulary; null for what everybody may do who is known
 * @param type of the resource; null with {@code action}
 * @param isNarrowable whether the call keeps to one tenant where its caller may reach no other
 * @param isGuarded whether the caller must be allowed to set the policy besides, whatever the path names
 */
record Wanted(@Nullable String action, @Nullable String type, boolean isNarrowable, boolean isGuarded) {
    /** Nothing but to be known. */
    static final Wanted NOTHING = new Wanted(null, null, false, false);

    /** Allowed for every tenant, or for what the path names. */
    static Wanted to(String action, String type) {
        return new Wanted(action, type, false, false);
    }

    /** Allowed for every tenant or for one. */
    static Wanted within(String action, String type) {
        return new Wanted(action, type, true, false);
    }

    /** The same, for those only who may set the policy. */
    Wanted guarded() {
        return new Wanted(action, type, isNarrowable, true);
    }

    /** What the caller wants, of what the path names if it names something. */
    @Nullable
    Intent intent(String id) {
        return action == null || type == null ? null : new Intent(action, type, id.isEmpty() ? null : id, isNarrowable);
    }

    /** What the caller must be allowed besides, or null: to change what decides about callers takes more. */
    @Nullable
    Intent besides(String id) {
        boolean isItself = ("plugin".equals(type) && !"read".equals(action) && Guard.isPlugin(id))
                || ("flag".equals(type) && Guard.isFlag(id));
        return isGuarded || isItself ? Guard.INTENT : null;
    }
}
