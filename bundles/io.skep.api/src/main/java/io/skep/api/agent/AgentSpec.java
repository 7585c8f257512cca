// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an agent says of itself when it registers. Immutable. The limits are checked by {@link AgentService}, which names
 * the field.
 *
 * @param id unique; letters, digits, dot, underscore and hyphen, at most 128
 * @param name for people, at most 256 characters
 * @param description in words, at most 4,096 characters
 * @param version of the agent, at most 64 characters
 * @param skills what it can do, at most 256, of different ids
 * @param slots how many tasks it takes at once, 1 to 10,000
 * @param lease how long it may be silent, one second to one hour
 * @param owner the person who is accountable for it, at most 256 characters
 */
public record AgentSpec(
        String id,
        String name,
        String description,
        String version,
        List<Skill> skills,
        int slots,
        Duration lease,
        String owner) {
    /** The owner of an agent that names none: whoever runs the server. */
    public static final String DEFAULT_OWNER = "administrator";

    /** The lease of an agent that names none. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    public AgentSpec {
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        Objects.requireNonNull(description);
        Objects.requireNonNull(version);
        Objects.requireNonNull(lease);
        Objects.requireNonNull(owner);
        skills = List.copyOf(skills);
    }

    /** An agent of whoever runs the server. */
    public AgentSpec(
            String id, String name, String description, String version, List<Skill> skills, int slots, Duration lease) {
        this(id, name, description, version, skills, slots, lease, DEFAULT_OWNER);
    }

    /** An agent of which only id, slots and skills matter. */
    public static AgentSpec of(String id, int slots, String... skillIds) {
        List<Skill> skills = Arrays.stream(skillIds).map(Skill::of).collect(Collectors.toUnmodifiableList());
        return new AgentSpec(id, id, "", "1", skills, slots, DEFAULT_LEASE);
    }

    /** The same of another owner. */
    public AgentSpec ownedBy(String other) {
        return new AgentSpec(id, name, description, version, skills, slots, lease, other);
    }

    /** The ids of {@link #skills()}. */
    public Set<String> skillIds() {
        return skills.stream().map(Skill::id).collect(Collectors.toUnmodifiableSet());
    }
}
