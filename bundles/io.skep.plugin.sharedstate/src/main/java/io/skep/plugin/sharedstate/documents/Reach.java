// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

import io.skep.api.admin.Caller;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Declination;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a call may reach, and who makes it. Immutable.
 *
 * @param tenant whose documents
 * @param caller by whom changes are made; {@value #SERVER} for core, plugins and the shell
 * @param owner whose documents alone may be changed, or null for everybody's
 */
public record Reach(String tenant, String caller, @Nullable String owner) {
    /** Who calls if it comes by no edge. */
    static final String SERVER = "server";

    /**
     * That of whoever makes the call. An agent works for whichever tenant's task it is given: it reaches the documents of
     * the tenants whose tasks it holds at this moment.
     *
     * @throws Declination if it names a tenant that is out of reach, or none where it has to
     */
    public static Reach of(IntegrationRequest request, AgentService agents) {
        Caller by = request.caller();
        String named = request.tenant();
        if (by == null) {
            return new Reach(orDefault(named), SERVER, null);
        }
        String id = by.principal().id();
        String agent = by.agent();
        if (agent != null) {
            // What an agent shares with others is its own as long as it works for that tenant.
            return new Reach(tenantOf(agent, named, agents), id, null);
        }
        if (named != null && !by.reaches(named)) {
            throw new Declination("this caller may name tenant " + by.tenant() + " only");
        }
        return new Reach(orDefault(by.tenant() == null ? named : by.tenant()), id, by.isOwnOnly() ? id : null);
    }

    private static String orDefault(@Nullable String tenant) {
        return tenant == null ? TaskSpec.DEFAULT_TENANT : tenant;
    }

    private static String tenantOf(String agent, @Nullable String named, AgentService agents) {
        Set<String> tenants = new TreeSet<>();
        agents.held(agent).forEach(task -> tenants.add(task.spec().tenant()));
        if (named != null && !tenants.contains(named)) {
            throw new Declination("agent " + agent + " holds no task of tenant " + named);
        }
        if (named == null && tenants.size() != 1) {
            throw new Declination(
                    tenants.isEmpty()
                            ? "agent " + agent + " holds no task, and reaches the documents of the tenants of its tasks"
                            : "agent " + agent + " holds tasks of several tenants and has to name one");
        }
        return named == null ? tenants.iterator().next() : named;
    }

    /**
     * Refuses those who may change only their own.
     *
     * @throws Declination that says so
     */
    void checkChanges(String key, String itsOwner) {
        if (owner != null && !owner.equals(itsOwner)) {
            throw new Declination("document " + key + " is not this caller's own");
        }
    }
}
