// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Skill;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one registration; what is wrong with the values is core's to say. Not thread-safe. */
public final class AgentSpecJson {
    /** Above core's own limits, so that core names them, yet bounded. */
    private static final int MAX_ENTRIES = 1000;

    private @Nullable String id;
    private @Nullable String name;
    private String description = "";
    private String version = "1";
    private List<Skill> skills = List.of();
    private int slots = 1;
    private Duration lease = AgentSpec.DEFAULT_LEASE;
    private @Nullable String owner;

    private AgentSpecJson() {}

    /**
     * Reads a registration.
     *
     * @param idWhenAbsent the id of an agent that names none
     * @param ownerWhenAbsent the owner of an agent that names none
     */
    public static AgentSpec read(JsonInput in, String idWhenAbsent, String ownerWhenAbsent) throws IOException {
        AgentSpecJson draft = new AgentSpecJson();
        in.object(member -> draft.member(in, member));
        String id = Objects.requireNonNullElse(draft.id, idWhenAbsent);
        String name = Objects.requireNonNullElse(draft.name, id);
        String owner = Objects.requireNonNullElse(draft.owner, ownerWhenAbsent);
        return new AgentSpec(id, name, draft.description, draft.version, draft.skills, draft.slots, draft.lease, owner);
    }

    private void member(JsonInput in, String member) throws IOException {
        switch (member) {
            case "id" -> id = in.string();
            case "name" -> name = in.string();
            case "description" -> description = Objects.requireNonNullElse(in.string(), "");
            case "version" -> version = Objects.requireNonNullElse(in.string(), "1");
            case "skills" -> skills = in.array(MAX_ENTRIES, AgentSpecJson::skill);
            case "slots" -> slots = in.integer(1);
            case "leaseMillis" -> lease = Objects.requireNonNullElse(in.millis(), AgentSpec.DEFAULT_LEASE);
            case "owner" -> owner = in.string();
            default -> throw in.unknown();
        }
    }

    private static Skill skill(JsonInput in) throws IOException {
        if (in.isString()) {
            return Skill.of(Objects.requireNonNull(in.string()));
        }
        var draft = new Object() {
            @Nullable
            String id;

            @Nullable
            String name;

            String description = "";
            Set<String> tags = Set.of();
            List<String> examples = List.of();
        };
        in.object(member -> {
            switch (member) {
                case "id" -> draft.id = in.string();
                case "name" -> draft.name = in.string();
                case "description" -> draft.description = Objects.requireNonNullElse(in.string(), "");
                case "tags" -> draft.tags = new LinkedHashSet<>(in.strings(MAX_ENTRIES));
                case "examples" -> draft.examples = in.strings(MAX_ENTRIES);
                default -> throw in.unknown();
            }
        });
        String id = in.required("id", draft.id);
        String name = Objects.requireNonNullElse(draft.name, id);
        return new Skill(id, name, draft.description, draft.tags, draft.examples);
    }
}
