// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.plugin.base.Declination;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a text that a value takes: {@code input.x}, {@code steps.ID.result.x}, {@code item.x}, {@code index} or
 * {@code run}; names are separated by dots, and entries of lists are named by their number.
 *
 * @param root the first name
 * @param step whose result it is, for steps
 * @param path the names after that
 */
record Place(String root, @Nullable String step, List<String> path) {
    static final String ITEM = "item";
    static final String INDEX = "index";

    /**
     * Reads what is between the braces.
     *
     * @throws Declination if it names nothing
     */
    static Place of(String text) {
        List<String> names = Arrays.asList(text.split("\\.", -1));
        String root = names.get(0);
        boolean whole = names.size() == 1;
        if (names.stream().noneMatch(String::isEmpty)) {
            if (root.equals("input") || root.equals(ITEM) || (whole && (root.equals(INDEX) || root.equals("run")))) {
                return new Place(root, null, names.subList(1, names.size()));
            } else if (root.equals("steps") && names.size() >= 3 && names.get(2).equals("result")) {
                return new Place(root, names.get(1), names.subList(3, names.size()));
            }
        }
        throw new Declination("there is no place ${" + Run.line(text.substring(0, Math.min(text.length(), 60)))
                + "}; there are ${input…}, ${steps.ID.result…}, ${item…}, ${index} and ${run}");
    }

    /** The value; a missing one if there is none. */
    JsonNode value(Values values) {
        JsonNode value = values.root(this);
        for (String name : path) {
            value = value.isArray() && name.matches("[0-9]{1,6}")
                    ? value.path(Integer.parseInt(name))
                    : value.path(name);
        }
        return value;
    }
}
