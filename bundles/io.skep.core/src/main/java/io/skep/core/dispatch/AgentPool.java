// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Advice;
import io.skep.api.task.Assignment;
import io.skep.core.state.AgentRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The agents of this node, grouped by what they can do so that finding one for a task does not look at all of them.
 * Changed by the engine's thread only; {@link #find} and {@link #all} may be called by any thread.
 */
public final class AgentPool {
    private final Map<String, AgentRuntime> agents = new ConcurrentHashMap<>();
    private final Map<Set<String>, AgentGroup> groups = new HashMap<>();
    private final Map<String, Integer> skillCounts = new ConcurrentHashMap<>();
    private final Map<String, AgentRuntime> bySecret = new ConcurrentHashMap<>();
    private long groupsVersion;
    private long assignments;
    private int dozing;
    private final List<Filled> filled = new ArrayList<>();

    private record Filled(AgentRuntime agent, Claim claim) {}

    /** The agent of that id. */
    public @Nullable AgentRuntime find(String id) {
        return agents.get(id);
    }

    /** The agent of which a version has a bearer token of that hash. */
    public @Nullable AgentRuntime ofSecret(String hash) {
        return bySecret.get(hash);
    }

    /** Every agent. */
    public Collection<AgentRuntime> all() {
        return agents.values();
    }

    /** How many agents there are. */
    public int size() {
        return agents.size();
    }

    /** Whether some agent, in whatever state, has the skill. */
    public boolean knowsSkill(String skill) {
        return skillCounts.containsKey(skill);
    }

    /** Takes over the durable part of an agent; makes or removes the agent as it says. */
    public void put(AgentRecord record, Instant leaseUntil) {
        AgentRuntime agent = agents.get(record.id());
        if (agent == null) {
            if (record.state() != AgentState.REMOVED) {
                AgentRuntime added = new AgentRuntime(record, leaseUntil);
                agents.put(record.id(), added);
                secretsOf(record).forEach(secret -> bySecret.put(secret, added));
                countSkills(added.skills(), 1);
                settle(added);
            }
            return;
        }
        unsettle(agent);
        countSkills(agent.skills(), -1);
        List<String> secretsBefore = secretsOf(agent.record());
        agent.setRecord(record);
        List<String> secrets = record.state() == AgentState.REMOVED ? List.of() : secretsOf(record);
        if (!secrets.equals(secretsBefore)) {
            secrets.forEach(secret -> bySecret.put(secret, agent));
            secretsBefore.stream().filter(secret -> !secrets.contains(secret)).forEach(bySecret::remove);
        }
        if (record.state() == AgentState.REMOVED) {
            agents.remove(record.id());
        } else {
            countSkills(agent.skills(), 1);
            settle(agent);
        }
    }

    /** Connects or, with null, disconnects an agent. */
    public void connect(AgentRuntime agent, @Nullable AgentConnector connector) {
        unsettle(agent);
        agent.setConnector(connector);
        settle(agent);
    }

    /** The agent holds an attempt from now on. */
    public void hold(String agent, String task, long token, Instant leaseUntil) {
        AgentRuntime runtime = agents.get(agent);
        if (runtime != null) {
            unsettle(runtime);
            runtime.hold(task, token, leaseUntil, ++assignments);
            settle(runtime);
        }
    }

    /** The agent holds it no longer. */
    public void release(String agent, String task) {
        AgentRuntime runtime = agents.get(agent);
        if (runtime != null) {
            unsettle(runtime);
            runtime.release(task);
            settle(runtime);
        }
    }

    /** So many slots more, or with a negative number fewer, are held for tasks to come. */
    void reserve(AgentRuntime agent, int more) {
        unsettle(agent);
        agent.setReserved(agent.reserved() + more);
        settle(agent);
    }

    /** From now on that is advised about the agent; null for nothing. */
    public void advise(AgentRuntime agent, @Nullable Advice advice) {
        unsettle(agent);
        agent.setAdvice(advice);
        settle(agent);
    }

    /** A claim begins to wait. */
    public void addClaim(AgentRuntime agent, Claim claim) {
        unsettle(agent);
        agent.claims().add(claim);
        settle(agent);
    }

    /** A claim waits no longer; whether it did. */
    public boolean removeClaim(AgentRuntime agent, Claim claim) {
        unsettle(agent);
        boolean waited = agent.claims().remove(claim);
        settle(agent);
        return waited;
    }

    /** A waiting claim of the agent gets a task. */
    public void fill(AgentRuntime agent, Assignment assignment) {
        unsettle(agent);
        Claim claim = Objects.requireNonNull(agent.claims().peek());
        if (claim.taken().isEmpty()) {
            filled.add(new Filled(agent, claim));
        }
        claim.add(assignment);
        if (claim.isFull()) {
            agent.claims().remove();
        }
        settle(agent);
    }

    /** The claims that got tasks since this was asked last; they wait no longer. */
    public List<Claim> takeFilled() {
        if (filled.isEmpty()) {
            return List.of();
        }
        List<Claim> taken = new ArrayList<>(filled.size());
        for (Filled entry : filled) {
            if (!entry.claim().isFull()) {
                removeClaim(entry.agent(), entry.claim());
            }
            taken.add(entry.claim());
        }
        filled.clear();
        return taken;
    }

    /** Every waiting claim, which waits no longer. */
    public List<Claim> takeWaiting() {
        List<Claim> waiting = new ArrayList<>();
        agents.values().forEach(agent -> waiting.addAll(takeWaiting(agent)));
        return waiting;
    }

    /** The waiting claims of an agent, which wait no longer. */
    public List<Claim> takeWaiting(AgentRuntime agent) {
        unsettle(agent);
        List<Claim> waiting = List.copyOf(agent.claims());
        agent.claims().clear();
        settle(agent);
        return waiting;
    }

    /**
     * Forgets everything durable and every watch, before it is read anew; leases, connections and claims stay with known
     * agents.
     */
    public void reset() {
        for (AgentRuntime agent : agents.values()) {
            unsettle(agent);
            agent.heldTasks().forEach(agent::release);
            agent.setReserved(0);
            agent.setWatched(false);
            settle(agent);
        }
    }

    /** Drops agents that are not among {@code known}. */
    public void retain(Set<String> known) {
        for (AgentRuntime agent : new ArrayList<>(agents.values())) {
            if (!known.contains(agent.id())) {
                unsettle(agent);
                countSkills(agent.skills(), -1);
                secretsOf(agent.record()).forEach(bySecret::remove);
                agents.remove(agent.id());
            }
        }
    }

    /** How many agents sleep, or are about to, that would have room for a task. */
    int dozing() {
        return dozing;
    }

    /** Grows whenever {@link #matching} may answer differently. */
    long groupsVersion() {
        return groupsVersion;
    }

    /** The groups that can do it. */
    List<AgentGroup> matching(Set<String> required) {
        List<AgentGroup> matching = new ArrayList<>();
        for (AgentGroup group : groups.values()) {
            if (group.canDo(required)) {
                matching.add(group);
            }
        }
        return matching;
    }

    private static List<String> secretsOf(AgentRecord record) {
        List<String> secrets = new ArrayList<>(1);
        if (!record.secretHash().isEmpty()) {
            secrets.add(record.secretHash());
        }
        record.formers().forEach(former -> secrets.add(former.secretHash()));
        return secrets;
    }

    private void unsettle(AgentRuntime agent) {
        if (agent.isStandingNow() || agent.isReceptiveNow() || agent.isDozingNow() || agent.freeNow() > 0) {
            dozing -= agent.isDozingNow() ? 1 : 0;
            group(agent).leave(agent);
        }
    }

    private void settle(AgentRuntime agent) {
        if (agent.isStanding() || agent.isReceptive() || agent.isDozing() || agent.freeSlots() > 0) {
            group(agent).enter(agent);
            dozing += agent.isDozingNow() ? 1 : 0;
        }
    }

    private AgentGroup group(AgentRuntime agent) {
        return groups.computeIfAbsent(agent.skills(), skills -> {
            groupsVersion++;
            return new AgentGroup(skills);
        });
    }

    private void countSkills(Set<String> skills, int by) {
        for (String skill : skills) {
            skillCounts.compute(skill, (s, n) -> {
                int count = (n == null ? 0 : n) + by;
                return count == 0 ? null : count;
            });
        }
        dropEmptyGroups();
    }

    /** Agents come and go with ever new sets of skills; groups that nobody is in would pile up. */
    private void dropEmptyGroups() {
        if (groups.size() > 2 * agents.size() + 100) {
            groups.values().removeIf(AgentGroup::isEmpty);
            groupsVersion++;
        }
    }
}
