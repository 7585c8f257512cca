// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A value of a document with its path, so that every refusal can name it. */
record Place(String path, Object value) {

    /** The text here. */
    String text() {
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw wrong("must be a text");
    }

    /** The legal name here. */
    String name() {
        return Names.checked(path, text());
    }

    /** The text here, one of {@code allowed}. */
    String oneOf(String... allowed) {
        String text = text();
        if (!List.of(allowed).contains(text)) {
            throw wrong("must be " + String.join(" or ", allowed) + ", not \"" + PlainYaml.line(text) + '"');
        }
        return text;
    }

    /** The places of the list here; there is at least one. */
    List<Place> list() {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw wrong("must be a list of at least one");
        }
        List<Place> places = new ArrayList<>();
        for (Object element : list) {
            places.add(new Place(path + '[' + places.size() + ']', element));
        }
        return places;
    }

    /** The legal names of the list here, each once; {@code *} too if it may be. */
    Set<String> names(boolean starMayBe) {
        Set<String> names = new LinkedHashSet<>();
        for (Place place : list()) {
            String name = starMayBe && place.value().equals("*") ? "*" : place.name();
            if (!names.add(name)) {
                throw place.wrong("\"" + name + "\" is there twice");
            }
        }
        return names;
    }

    /** Hands over each entry of the map here. */
    void each(BiConsumer<String, Place> entry) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong("must be a map");
        }
        map.forEach((name, inner) -> entry.accept((String) name, at((String) name, inner)));
    }

    /** The map here, which has no other keys than these. */
    Place only(String... keys) {
        each((key, place) -> {
            if (!List.of(keys).contains(key)) {
                throw place.wrong("is not known here; known are " + String.join(", ", keys));
            }
        });
        return this;
    }

    /** What the map here has under the key. */
    @Nullable
    Place find(String key) {
        Object inner = ((Map<?, ?>) value).get(key);
        return inner == null ? null : at(key, inner);
    }

    /** What the map here must have under the key. */
    Place get(String key) {
        Place found = find(key);
        if (found == null) {
            throw wrong("has no \"" + key + '"');
        }
        return found;
    }

    private Place at(String key, Object inner) {
        return new Place(path.isEmpty() ? key : path + '.' + PlainYaml.line(key), inner);
    }

    PolicyException wrong(String problem) {
        return new PolicyException(path, problem);
    }
}
