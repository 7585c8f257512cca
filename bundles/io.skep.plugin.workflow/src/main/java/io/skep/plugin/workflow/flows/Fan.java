// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The list over which a step fans out: {@code /input…}, or {@code /steps/ID/result…}.
 *
 * @param step whose result it is in; null for what the run was given
 */
record Fan(@Nullable String step, JsonPointer within) {
    /** Tasks of one step, at most. */
    static final int MAX = 100;

    private static final String INPUT = "/input";

    /**
     * Reads a pointer.
     *
     * @throws Declination if it is none of these
     */
    static Fan of(String pointer) {
        String[] parts = pointer.split("/", 5);
        if (pointer.equals(INPUT) || pointer.startsWith(INPUT + '/')) {
            return new Fan(null, Condition.pointer("forEach", pointer.substring(INPUT.length())));
        } else if (parts.length >= 4 && parts[0].isEmpty() && parts[1].equals("steps") && parts[3].equals("result")) {
            return new Fan(parts[2], Condition.pointer("forEach", parts.length == 4 ? "" : '/' + parts[4]));
        }
        throw new Declination("field \"forEach\" must begin with /input or /steps/ID/result");
    }

    /**
     * The entries.
     *
     * @throws Declination if there is no list, or one that is too long
     */
    List<JsonNode> entries(Values values) {
        JsonNode list = (step == null ? values.input() : values.result(step)).at(within);
        if (!list.isArray()) {
            throw new Declination("there is no list where \"forEach\" points to");
        } else if (list.size() > MAX) {
            throw new Declination(
                    "the list where \"forEach\" points to has " + list.size() + " entries, more than " + MAX);
        }
        List<JsonNode> entries = new ArrayList<>();
        list.forEach(entries::add);
        return entries;
    }
}
