// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentState;
import io.skep.api.agent.Skill;
import io.skep.plugin.routing.rank.AgentText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The agents by slot of the ranker: who is active, who has which skill, how full each is. Thread-safe. */
final class Roster {
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, BitSet> skilled = new HashMap<>();
    private final BitSet active = new BitSet();
    private float[] loads = new float[16];
    /** Made anew when something changes, so that equal questions get the same object. */
    private @Nullable BitSet everybody;

    /** An agent and the text it has in the ranker. */
    record Entry(int slot, AgentText text, Set<String> skills) {}

    static AgentText textOf(Agent agent) {
        List<String> skills = new ArrayList<>();
        for (Skill skill : agent.spec().skills()) {
            skills.add(skill.description().isBlank() ? skill.name() : skill.name() + ": " + skill.description());
            skills.addAll(skill.examples());
        }
        return new AgentText(
                agent.id(),
                agent.spec().name(),
                agent.spec().description(),
                skills.subList(0, Math.min(skills.size(), AgentText.MAX_PARTS)));
    }

    /** The text that the ranker has of it, or null. */
    synchronized @Nullable AgentText text(String id) {
        Entry entry = entries.get(id);
        return entry == null ? null : entry.text();
    }

    synchronized void put(Agent agent, AgentText text, int slot) {
        forgetSkills(agent.id());
        Entry entry = new Entry(slot, text, agent.spec().skillIds());
        entries.put(agent.id(), entry);
        for (String skill : entry.skills()) {
            skilled.computeIfAbsent(skill, absent -> new BitSet()).set(slot);
        }
        update(agent);
    }

    /**
     * Takes over whether it is there and how full it is. One that was not heard of lately, as all are after a restart of the
     * server, counts as there: else a task would go to the best of those that came back first.
     */
    synchronized void update(Agent agent) {
        Entry entry = entries.get(agent.id());
        if (entry == null) {
            return;
        }
        int slot = entry.slot();
        boolean is = agent.state() == AgentState.ACTIVE || agent.state() == AgentState.UNKNOWN;
        if (active.get(slot) != is) {
            active.set(slot, is);
            everybody = null;
        }
        if (slot >= loads.length) {
            loads = Arrays.copyOf(loads, Math.max(slot + 1, loads.length * 2));
        }
        // Changed in place: who ranks meanwhile sees the old or the new load, and either is right.
        loads[slot] = Math.min(
                1f, (agent.busy() + agent.reserved()) / (float) agent.spec().slots());
    }

    synchronized void remove(String id) {
        forgetSkills(id);
        Entry entry = entries.remove(id);
        if (entry != null) {
            active.clear(entry.slot());
            everybody = null;
        }
    }

    synchronized Set<String> ids() {
        return Set.copyOf(entries.keySet());
    }

    synchronized boolean knows(String id) {
        return entries.containsKey(id);
    }

    synchronized float[] loads() {
        return loads;
    }

    /** The slots of the active agents with all these skills, or of the named ones of them. Not to be changed. */
    synchronized BitSet eligible(List<String> skills, @Nullable List<String> candidates) {
        if (skills.isEmpty() && candidates == null) {
            BitSet all = everybody == null ? (BitSet) active.clone() : everybody;
            everybody = all;
            return all;
        }
        BitSet slots;
        if (candidates == null) {
            slots = (BitSet) active.clone();
        } else {
            slots = new BitSet();
            for (String candidate : candidates) {
                Entry entry = entries.get(candidate);
                if (entry != null) {
                    slots.set(entry.slot());
                }
            }
        }
        for (String skill : skills) {
            slots.and(skilled.getOrDefault(skill, new BitSet()));
        }
        return slots;
    }

    private void forgetSkills(String id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return;
        }
        for (String skill : entry.skills()) {
            BitSet has = skilled.get(skill);
            if (has != null) {
                has.clear(entry.slot());
                if (has.isEmpty()) {
                    skilled.remove(skill);
                }
            }
        }
        everybody = null;
    }
}
