// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an agent says of itself. Immutable.
 *
 * @param id its id
 * @param name for people
 * @param description in words, may be empty
 * @param skills names, descriptions and examples of its skills, may be empty
 */
public record AgentText(String id, String name, String description, List<String> skills) {
    /** How many skills, examples and sentences count. */
    public static final int MAX_PARTS = 32;

    private static final int MAX_CHARS = 2000;

    public AgentText {
        skills = List.copyOf(skills);
    }

    /** Name and description in one. */
    public String full() {
        String label = label();
        return clipped(description.isBlank() ? label : label + ": " + description);
    }

    /**
     * Each skill, example and sentence by itself. A bare name is asked for in several ways, because a task is a request
     * and a name is none.
     */
    public List<String> parts() {
        Set<String> parts = new LinkedHashSet<>(skills);
        for (String part : description.split("[,.;!?\\n]+")) {
            if (part.strip().length() > 2) {
                parts.add(part.strip());
            }
        }
        if (parts.isEmpty()) {
            parts.add(label());
        }
        return parts.stream().limit(MAX_PARTS).map(AgentText::clipped).toList();
    }

    /** Every text that needs a vector: the full one first. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        texts.add(full());
        texts.addAll(parts());
        return texts;
    }

    Set<String> words() {
        return Words.of(label() + ' ' + description + ' ' + String.join(" ", skills));
    }

    private String label() {
        return name.isBlank() ? id : name;
    }

    private static String clipped(String text) {
        return text.substring(0, Math.min(text.length(), MAX_CHARS));
    }
}
