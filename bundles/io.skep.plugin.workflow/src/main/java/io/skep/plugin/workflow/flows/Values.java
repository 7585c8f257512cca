// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What places in texts can name. Immutable.
 *
 * @param run its id
 * @param input what the run was given
 * @param results of steps that completed, by id
 * @param item the entry of the list, for a task of a step that fans out
 * @param index its number, from 0
 */
record Values(
        String run,
        JsonNode input,
        Map<String, JsonNode> results,
        @Nullable JsonNode item,
        int index) {
    Values with(JsonNode entry, int number) {
        return new Values(run, input, results, entry, number);
    }

    /** The result of a step; a missing one if it has none. */
    JsonNode result(String step) {
        return Objects.requireNonNullElse(results.get(step), MissingNode.getInstance());
    }

    JsonNode root(Place place) {
        return switch (place.root()) {
            case "input" -> input;
            case "steps" -> result(Objects.requireNonNullElse(place.step(), ""));
            case Place.ITEM -> Objects.requireNonNullElse(item, MissingNode.getInstance());
            case Place.INDEX -> IntNode.valueOf(index);
            default -> TextNode.valueOf(run);
        };
    }
}
