// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.admin.Caller;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Declination;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions a call may read and change. An agent reaches its own, what is public, and what the teams share of the tenants
 * whose tasks it holds. Everybody else keeps to a tenant if confined to one. Immutable.
 */
final class Reach {
    private final @Nullable Caller by;
    private final @Nullable String named;
    private final Set<String> held;

    private Reach(@Nullable Caller by, @Nullable String named, Set<String> held) {
        this.by = by;
        this.named = named;
        this.held = held;
    }

    /**
     * That of whoever makes the call.
     *
     * @throws Declination if it names a tenant that is out of reach
     */
    static Reach of(IntegrationRequest request, AgentService agents) {
        Caller by = request.caller();
        String agent = by == null ? null : by.agent();
        Set<String> held = agent == null
                ? Set.of()
                : agents.held(agent).stream().map(task -> task.spec().tenant()).collect(Collectors.toSet());
        String named = request.tenant();
        if (by != null && named != null && (agent == null ? !by.reaches(named) : !held.contains(named))) {
            throw new Declination(
                    agent == null
                            ? "this caller may name tenant " + by.tenant() + " only"
                            : "agent " + agent + " holds no task of that tenant");
        }
        return new Reach(by, named, held);
    }

    /** The agent that calls, or null. */
    @Nullable
    String agent() {
        return by == null ? null : by.agent();
    }

    /** To whom a new session belongs, or null for core itself. */
    @Nullable
    String owner() {
        return by == null ? null : by.principal().id();
    }

    /** In which tenant a new session is. */
    String tenant() {
        if (named != null) {
            return named;
        }
        if (agent() != null) {
            return held.size() == 1 ? held.iterator().next() : TaskSpec.DEFAULT_TENANT;
        }
        String only = by == null ? null : by.tenant();
        return only == null ? TaskSpec.DEFAULT_TENANT : only;
    }

    private boolean isOwn(Session session) {
        String agent = agent();
        return agent == null ? owner() != null && owner().equals(session.owner()) : agent.equals(session.agent());
    }

    /** Whether it is core itself, or somebody who is confined to nothing. */
    private boolean isEverything() {
        return by == null || (by.agent() == null && by.tenant() == null && !by.isOwnOnly());
    }

    /** Whether a session is there for it. */
    boolean sees(Session session) {
        if (isEverything() || session.access() == Session.Access.PUBLIC) {
            return true;
        }
        boolean itsTenant =
                agent() == null ? by != null && by.reaches(session.tenant()) : held.contains(session.tenant());
        return switch (session.access()) {
            case TEAM -> isOwn(session) || itsTenant;
            default -> isOwn(session) && (agent() != null || itsTenant);
        };
    }

    /**
     * Refuses those who may only read it.
     *
     * @throws Declination that says so
     */
    void checkChanges(Session session) {
        boolean may = isEverything()
                || isOwn(session)
                || (by != null
                        && agent() == null
                        && !by.isOwnOnly()
                        && by.reaches(session.tenant())
                        && session.access() != Session.Access.PRIVATE);
        if (!may) {
            throw new Declination("session " + session.id() + " is not this caller's own, and it may only read it");
        }
    }

    /**
     * Refuses an agent that wants to have a session of another one.
     *
     * @throws Declination that says so
     */
    void checkOpens(String forAgent) {
        if (agent() != null && !forAgent.equals(agent())) {
            throw new Declination("agent " + agent() + " opens sessions of its own only");
        }
    }
}
