// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.sessions;

import io.skep.api.agent.AgentService;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import org.jspecify.annotations.Nullable;

/** What one caller may do with sessions, for the other parts of the plugin. Thread-safe. */
public final class Gate {
    private final Reach reach;
    private final Sessions sessions;

    /**
     * That of whoever makes the call.
     *
     * @throws Declination if it names a tenant that is out of reach
     */
    public Gate(IntegrationRequest request, AgentService agents, Sessions sessions) {
        this.reach = Reach.of(request, agents);
        this.sessions = sessions;
    }

    /**
     * A session that the caller may read.
     *
     * @throws Declination if there is none, or it may not
     */
    public Session readable(@Nullable String id) {
        String named = Inputs.required("session", id);
        Inputs.name("session", named);
        return sessions.find(named)
                .filter(reach::sees)
                .orElseThrow(() -> new Declination("there is no session " + named));
    }

    /**
     * A session that the caller may change.
     *
     * @throws Declination if there is none, or it may not
     */
    public Session changeable(@Nullable String id) {
        Session session = readable(id);
        reach.checkChanges(session);
        return session;
    }

    /** Whether the caller may read a session of that id now. */
    public boolean reads(String id) {
        return sessions.find(id).filter(reach::sees).isPresent();
    }
}
