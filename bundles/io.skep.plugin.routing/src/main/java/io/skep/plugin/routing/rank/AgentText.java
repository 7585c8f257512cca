// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an agent says of itself. Immutable.
 *
 * @param id its id
 * @param name for people
 * @param description in words, may be empty
 * @param skills names, descriptions and examples of its skills, may be empty
 * @param skillIds by which tasks ask for them
 */
public record AgentText(String id, String name, String description, List<String> skills, Set<String> skillIds) {
    /** How many skills, examples and sentences count. */
    public static final int MAX_PARTS = 32;

    private static final int MAX_CHARS = 2000;
    /** What is no longer says nothing. */
    private static final int SHORT = 2;

    /** Ways to ask for a name; they were chosen with the agents of docs/benchmarks.md that are for development. */
    private static final List<String> ASKED =
            List.of("how do I %?", "I need help with %", "information about %", "do % for me");

    private static final Pattern NUMBERED = Pattern.compile("[\\p{L}\\p{N}]*\\p{N}[\\p{L}\\p{N}]*");

    public AgentText {
        skills = List.copyOf(skills);
        skillIds = Set.copyOf(skillIds);
    }

    /** One that no task asks for by the id of a skill. */
    public AgentText(String id, String name, String description, List<String> skills) {
        this(id, name, description, skills, Set.of());
    }

    /** What an agent says but for what only tells it from others like it: agents of one kind are one in a ranking. */
    record Kind(String name, String description, List<String> skills, Set<String> skillIds) {}

    /**
     * Its kind. A name counts without the words that have a digit, as in worker-17; an id in place of a name only where
     * there is no description; and all of either where there is nothing else.
     */
    Kind kind() {
        boolean named = !name.isBlank() && !name.equals(id);
        String says = description.isBlank() && skills.isEmpty()
                ? label()
                : named || description.isBlank()
                        ? NUMBERED.matcher(label()).replaceAll("").strip()
                        : "";
        return new Kind(says, description, skills, skillIds);
    }

    /** Name and description in one. */
    public String full() {
        String label = label();
        return clipped(description.isBlank() ? label : label + ": " + description);
    }

    /** Whether there is only a name. */
    boolean isBare() {
        return skills.isEmpty() && description.strip().length() <= SHORT;
    }

    /**
     * Each skill, example and sentence by itself. A bare name is asked for in several ways, because a task is a request
     * and a name is none.
     */
    public List<String> parts() {
        Set<String> parts = new LinkedHashSet<>(skills);
        for (String part : description.split("[,.;!?\\n]+")) {
            if (part.strip().length() > SHORT) {
                parts.add(part.strip());
            }
        }
        if (isBare()) {
            ASKED.forEach(asked -> parts.add(asked.replace("%", label())));
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
