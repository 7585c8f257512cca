// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.skep.plugin.base.Declination;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts values into texts: {@code ${…}} is a {@link Place}, {@code $$} a dollar. What was put in is not looked at again, so
 * that a result cannot bring places of its own.
 */
final class Texts {
    private static final Pattern PLACE = Pattern.compile("\\$(?:\\$|\\{([^}]{0,200})\\})");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Texts() {}

    /**
     * The places in a text.
     *
     * @throws Declination if one names nothing
     */
    static List<Place> places(String text) {
        List<Place> places = new ArrayList<>();
        Matcher found = PLACE.matcher(text);
        while (found.find()) {
            if (found.group(1) != null) {
                places.add(Place.of(found.group(1)));
            }
        }
        return places;
    }

    /** The places in all texts of a value, names of members aside. */
    static List<Place> places(@Nullable JsonNode value) {
        List<Place> places = new ArrayList<>();
        if (value != null && value.isTextual()) {
            places.addAll(places(value.textValue()));
        } else if (value != null) {
            value.forEach(part -> places.addAll(places(part)));
        }
        return places;
    }

    /**
     * The text with the values.
     *
     * @throws Declination if it becomes longer than {@code most}
     */
    static String fill(String what, String text, Values values, int most) {
        StringBuilder filled = new StringBuilder();
        Matcher found = PLACE.matcher(text);
        int from = 0;
        while (found.find()) {
            filled.append(text, from, found.start());
            filled.append(
                    found.group(1) == null
                            ? "$"
                            : shown(Place.of(found.group(1)).value(values)));
            from = found.end();
            limit(what, filled.length(), most);
        }
        filled.append(text, from, text.length());
        limit(what, filled.length(), most);
        return filled.toString();
    }

    /**
     * A value with values in its texts; a text that is nothing but one place becomes the value itself, of whatever type.
     *
     * @throws Declination if it becomes longer than {@code most}
     */
    static JsonNode fill(String what, JsonNode value, Values values, int most) {
        JsonNode filled = filled(what, value, values, new int[] {most});
        limit(what, filled.toString().length(), most);
        return filled;
    }

    /** {@code left}: how many characters may still come, so that naming a long value often ends soon. */
    private static JsonNode filled(String what, JsonNode value, Values values, int[] left) {
        if (value.isTextual()) {
            JsonNode put = put(what, value.textValue(), values, left[0]);
            left[0] -=
                    put.isTextual() ? put.textValue().length() : put.toString().length();
            limit(what, 0, left[0]);
            return put;
        } else if (value.isArray()) {
            ArrayNode list = NODES.arrayNode();
            value.forEach(part -> list.add(filled(what, part, values, left)));
            return list;
        } else if (value.isObject()) {
            ObjectNode object = NODES.objectNode();
            value.properties()
                    .forEach(member -> object.set(member.getKey(), filled(what, member.getValue(), values, left)));
            return object;
        }
        return value;
    }

    private static JsonNode put(String what, String text, Values values, int most) {
        Matcher one = PLACE.matcher(text);
        if (one.matches() && one.group(1) != null) {
            JsonNode value = Place.of(one.group(1)).value(values);
            return value.isMissingNode() ? NullNode.getInstance() : value;
        }
        return TextNode.valueOf(fill(what, text, values, Math.max(0, most)));
    }

    private static String shown(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private static void limit(String what, int length, int most) {
        if (length > most) {
            throw new Declination(what + " becomes too long with what is put into it");
        }
    }
}
