// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A role, compiled. Not changed after it is published in a policy. */
final class Role {
    final String name;
    final Grid<List<Rule>> grants = new Grid<>();
    /** Itself and all that it inherits from, nearest first. */
    final List<Role> line = new ArrayList<>();
    /** Numbers of resource types of which its bearers reach only their own. */
    final Set<Integer> confined = new HashSet<>();

    Role(String name) {
        this.name = name;
    }
}
