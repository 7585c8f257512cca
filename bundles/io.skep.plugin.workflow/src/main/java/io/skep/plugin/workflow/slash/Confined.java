// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Reach;
import java.util.List;
import java.util.Map;

/** Which commands that the plugin carries out itself keep to the tenant of a caller who may reach no other. */
final class Confined {
    /** By command, its verbs; the first is that of a line that says none. Empty for a command without verbs. */
    private static final Map<String, List<String>> KEEPING = Map.of(
            "help", List.of(),
            "submit", List.of(),
            "why", List.of(),
            "tasks", List.of("list", "show"),
            "workflow", List.of("runs", "start"));

    private Confined() {}

    /**
     * Lets those commands pass, and for a caller who is not confined every one.
     *
     * @throws Declination for any other
     */
    static void check(String command, Arguments arguments, Reach reach) {
        List<String> verbs = KEEPING.get(command);
        boolean keeps = verbs != null
                && (verbs.isEmpty() || verbs.contains(arguments.word(0).orElse("list")));
        if (reach.isConfined() && !keeps) {
            throw new Declination("this command reaches beyond one tenant, and this caller may reach no more than one");
        }
    }
}
