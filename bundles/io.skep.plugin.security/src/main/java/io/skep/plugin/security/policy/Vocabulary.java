// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The actions, or the resource types, that there are, each with a number from 1. */
final class Vocabulary {
    private final String kind;
    private final Map<String, Integer> numbers = new HashMap<>();

    Vocabulary(String kind) {
        this.kind = kind;
    }

    /** Adds the names of a list, none of which may be there. */
    void add(@Nullable Place names) {
        if (names != null) {
            for (Place place : names.list()) {
                if (numbers.putIfAbsent(place.name(), numbers.size() + 1) != null) {
                    throw place.wrong("the " + kind + " \"" + place.name() + "\" is there already");
                }
            }
        }
    }

    /** The number of a name, exactly as it is written; null if it is not known. */
    @Nullable
    Integer find(String name) {
        return numbers.get(name);
    }

    /** The numbers of the names in a list of a document, {@link Grid#ANY} for {@code *}. */
    Set<Integer> numbers(Place list, boolean starMayBe) {
        return list.names(starMayBe).stream()
                .map(name -> number(list, name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Integer number(Place list, String name) {
        Integer number = name.equals("*") ? Integer.valueOf(Grid.ANY) : numbers.get(name);
        if (number == null) {
            throw list.wrong("the " + kind + " \"" + name + "\" is not known");
        }
        return number;
    }

    Stream<String> names() {
        return numbers.keySet().stream().sorted();
    }
}
