// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.routing.rank.Profile;
import io.skep.plugin.routing.rank.Ranker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each agent is good at, from real outcomes. Thread-safe. */
final class AgentProfiling {
    private static final int MAX_ID = 128;
    private static final int MOST = 200;

    private final Brain brain;

    AgentProfiling(Brain brain) {
        this.brain = brain;
    }

    /** Of which agent; the one that the call is about if absent. */
    record ProfileRequest(@Nullable String agent) {
        ProfileRequest {
            Inputs.text("agent", agent, MAX_ID);
        }
    }

    /**
     * An agent from its outcomes.
     *
     * @param tasks with an outcome
     * @param success share of them, newer ones counting more; absent if there are none
     * @param low of the 95 % interval of that share
     * @param high of the same
     * @param latencyP50Millis half of its attempts took at most this, absent if unknown
     * @param latencyP90Millis nine of ten of them
     * @param costMicros of an attempt, averaged; absent if unknown
     * @param drift success of late less that in the long run
     * @param clusters kinds of tasks that it did, the most frequent first
     */
    record AgentProfile(
            String agent,
            long tasks,
            @Nullable Double success,
            double low,
            double high,
            @Nullable Double latencyP50Millis,
            @Nullable Double latencyP90Millis,
            @Nullable Double costMicros,
            double drift,
            List<Profile.Cluster> clusters) {}

    /** From which agent on, in the order of ids, and how many, 1 to {@value #MOST}. */
    record ExportRequest(@Nullable String after, @Nullable Long limit) {
        ExportRequest {
            Inputs.text("after", after, MAX_ID);
            Inputs.range("limit", limit, 1, MOST);
        }
    }

    /** Some profiles, and where to go on, absent at the end. */
    record Exported(List<AgentProfile> profiles, @Nullable String next) {}

    AgentProfile profile(ProfileRequest request, @Nullable String concerning) {
        String agent = request.agent() == null ? concerning : request.agent();
        if (agent == null) {
            throw new Declination("field \"agent\" is needed");
        }
        return profile(agent);
    }

    Exported export(ExportRequest request) {
        int limit = (int) (request.limit() == null ? MOST / 2 : request.limit());
        String after = request.after() == null ? "" : request.after();
        List<String> agents = brain.ranker().known().stream()
                .filter(agent -> agent.compareTo(after) > 0)
                .sorted()
                .toList();
        List<AgentProfile> profiles = new ArrayList<>();
        for (String agent : agents.subList(0, Math.min(limit, agents.size()))) {
            profiles.add(profile(agent));
        }
        return new Exported(
                profiles,
                agents.size() > limit ? profiles.get(profiles.size() - 1).agent() : null);
    }

    private AgentProfile profile(String agent) {
        Ranker ranker = brain.ranker();
        Profile of = ranker.profile(agent);
        boolean timed = of.p50Millis() > 0;
        return new AgentProfile(
                agent,
                of.tasks(),
                of.tasks() == 0 ? null : of.success(),
                of.low(),
                of.high(),
                timed ? of.p50Millis() : null,
                timed ? of.p90Millis() : null,
                of.costMicros() > 0 ? of.costMicros() : null,
                of.drift(),
                of.clusters());
    }
}
