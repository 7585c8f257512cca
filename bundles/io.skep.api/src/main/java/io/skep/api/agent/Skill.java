// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Something an agent can do; the shape of a skill on an A2A agent card. Immutable.
 *
 * @param id what tasks ask for; letters, digits, dot, underscore and hyphen, at most 128
 * @param name for people, at most 256 characters
 * @param description in words, at most 4,096 characters
 * @param tags at most 32
 * @param examples of requests, at most 32 of at most 1,024 characters each
 */
public record Skill(String id, String name, String description, Set<String> tags, List<String> examples) {
    public Skill {
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        Objects.requireNonNull(description);
        tags = Set.copyOf(tags);
        examples = List.copyOf(examples);
    }

    /** A skill of which only the id matters. */
    public static Skill of(String id) {
        return new Skill(id, id, "", Set.of(), List.of());
    }
}
