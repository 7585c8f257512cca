// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Where core has to ask so that every hook before something is heard. */
final class Points {
    private Points() {}

    /** One for each stage, for the tasks that some hook may be for. */
    static List<Checkpoint> of(List<HookSpec> hooks) {
        List<Checkpoint> all = new ArrayList<>();
        for (HookSpec hook : hooks) {
            boolean isStart = Objects.requireNonNull(hook.on()).contains(EventNames.BEFORE_START);
            Match match = hook.match();
            Checkpoint one = new Checkpoint(
                    isStart ? Stage.BEFORE : Stage.AFTER,
                    Capabilities.LIFECYCLE_HOOKS,
                    "check",
                    match == null ? Set.of() : Set.copyOf(match.ofTenants()),
                    match == null || match.skills() == null ? Set.of() : Set.copyOf(match.skills()),
                    0,
                    null);
            merge(all, one);
        }
        return all;
    }

    private static void merge(List<Checkpoint> all, Checkpoint one) {
        for (int i = 0; i < all.size(); i++) {
            Checkpoint other = all.get(i);
            if (other.stage() == one.stage()) {
                boolean isAll = other.tenants().isEmpty() || one.tenants().isEmpty();
                Set<String> tenants = new HashSet<>(isAll ? List.of() : other.tenants());
                tenants.addAll(isAll ? List.of() : one.tenants());
                Set<String> skills = new HashSet<>(other.skills());
                skills.retainAll(one.skills());
                all.set(i, new Checkpoint(one.stage(), one.capability(), one.operation(), tenants, skills, 0, null));
                return;
            }
        }
        all.add(one);
    }
}
