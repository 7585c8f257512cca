// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Skill;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Checks of what an agent says of itself. */
final class AgentChecks {
    private AgentChecks() {}

    /** The specification with its lease in whole milliseconds, as the log keeps it. */
    static AgentSpec check(AgentSpec spec) {
        Checks.name("id", spec.id(), 128);
        Checks.text("name", spec.name(), 1, 256);
        Checks.text("description", spec.description(), 0, 4096);
        Checks.text("version", spec.version(), 1, 64);
        Checks.text("owner", spec.owner(), 1, 256);
        Checks.range("slots", spec.slots(), 1, 10_000);
        Checks.duration("leaseMillis", spec.lease(), Duration.ofSeconds(1), Duration.ofHours(1));
        Checks.count("skills", spec.skills(), 256);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < spec.skills().size(); i++) {
            check("skills[" + i + "].", spec.skills().get(i));
            if (!ids.add(spec.skills().get(i).id())) {
                throw Refusal.invalid(
                        "skills[" + i + "].id", "\"" + spec.skills().get(i).id() + "\" is there twice");
            }
        }
        return new AgentSpec(
                spec.id(),
                spec.name(),
                spec.description(),
                spec.version(),
                spec.skills(),
                spec.slots(),
                Duration.ofMillis(spec.lease().toMillis()),
                spec.owner());
    }

    private static void check(String at, Skill skill) {
        Checks.name(at + "id", skill.id(), 128);
        Checks.text(at + "name", skill.name(), 1, 256);
        Checks.text(at + "description", skill.description(), 0, 4096);
        Checks.count(at + "tags", skill.tags(), 32);
        skill.tags().forEach(tag -> Checks.text(at + "tags", tag, 1, 128));
        Checks.count(at + "examples", skill.examples(), 32);
        skill.examples().forEach(example -> Checks.text(at + "examples", example, 1, 1024));
    }
}
