// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.Skill;
import io.skep.plugin.routing.rank.AgentText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agents by slot of the ranker, where those that say the same of themselves are a crew: who is active, who has which
 * skill, how full each is. Thread-safe.
 */
final class Roster {
    /** Of a large crew so many, at most, are compared by load for one question; the next question begins behind them. */
    private static final int COMPARED = 256;

    private final Map<String, Member> members = new HashMap<>();
    private final Map<Integer, Crew> crews = new HashMap<>();
    private final Map<String, BitSet> skilled = new HashMap<>();
    private final BitSet active = new BitSet();
    private float[] loads = new float[16];
    /** Made anew when something changes, so that equal questions get the same object. */
    private @Nullable BitSet everybody;

    /** An agent with the text it has in the ranker. */
    private static final class Member {
        private final String id;
        private final AgentText text;
        private final Set<String> skills;
        private final int slot;
        private int place;
        private boolean isActive;
        private int used;
        private int room = 1;

        Member(String id, AgentText text, int slot) {
            this.id = id;
            this.text = text;
            this.skills = text.skillIds();
            this.slot = slot;
        }

        double load() {
            return (double) used / room;
        }
    }

    /** The agents of a slot; sums are of the active ones. */
    private static final class Crew {
        private final List<Member> members = new ArrayList<>();
        private int active;
        private long used;
        private long room;
        private int next;

        void add(Member member) {
            member.place = members.size();
            members.add(member);
        }

        void remove(Member member) {
            Member last = members.remove(members.size() - 1);
            if (last != member) {
                last.place = member.place;
                members.set(last.place, last);
            }
        }

        void count(Member member, int sign) {
            if (member.isActive) {
                active += sign;
                used += (long) sign * member.used;
                room += (long) sign * member.room;
            }
        }
    }

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
                skills.subList(0, Math.min(skills.size(), AgentText.MAX_PARTS)),
                agent.spec().skillIds());
    }

    /** The text that the ranker has of it, or null. */
    synchronized @Nullable AgentText text(String id) {
        Member member = members.get(id);
        return member == null ? null : member.text;
    }

    synchronized void put(Agent agent, AgentText text, int slot) {
        remove(agent.id());
        Member member = new Member(agent.id(), text, slot);
        members.put(agent.id(), member);
        crews.computeIfAbsent(slot, absent -> new Crew()).add(member);
        for (String skill : member.skills) {
            skilled.computeIfAbsent(skill, absent -> new BitSet()).set(slot);
        }
        update(agent);
    }

    /**
     * Takes over whether it is there and how full it is. One that was not heard of lately, as all are after a restart of the
     * server, counts as there: else a task would go to the best of those that came back first.
     */
    synchronized void update(Agent agent) {
        Member member = members.get(agent.id());
        Crew crew = member == null ? null : crews.get(member.slot);
        if (member == null || crew == null) {
            return;
        }
        crew.count(member, -1);
        member.isActive = agent.state().isRoutable();
        member.used = agent.busy() + agent.reserved();
        member.room = agent.spec().slots();
        crew.count(member, 1);
        changed(member.slot, crew);
    }

    synchronized void remove(String id) {
        Member member = members.remove(id);
        Crew crew = member == null ? null : crews.get(member.slot);
        if (member == null || crew == null) {
            return;
        }
        crew.count(member, -1);
        crew.remove(member);
        changed(member.slot, crew);
        if (crew.members.isEmpty()) {
            crews.remove(member.slot);
            forgetSkills(member);
        }
    }

    private void changed(int slot, Crew crew) {
        if (active.get(slot) != crew.active > 0) {
            active.set(slot, crew.active > 0);
            everybody = null;
        }
        if (slot >= loads.length) {
            loads = Arrays.copyOf(loads, Math.max(slot + 1, loads.length * 2));
        }
        // Changed in place: who ranks meanwhile sees the old or the new load, and either is right.
        loads[slot] = crew.room == 0 ? 0 : Math.min(1f, (float) crew.used / crew.room);
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
                Member member = members.get(candidate);
                if (member != null) {
                    slots.set(member.slot);
                }
            }
        }
        for (String skill : skills) {
            slots.and(skilled.getOrDefault(skill, new BitSet()));
        }
        return slots;
    }

    /**
     * The active agents that say the same of themselves as this one, or the candidates among them: those with the least to do,
     * so many at most, the one with the least first. This one alone if it has gone meanwhile.
     */
    synchronized List<String> alike(String agent, @Nullable List<String> candidates, int most) {
        Member one = members.get(agent);
        Crew crew = one == null ? null : crews.get(one.slot);
        if (one == null || crew == null || crew.members.size() == 1) {
            return List.of(agent);
        }
        List<Member> found = new ArrayList<>();
        if (candidates == null) {
            int count = Math.min(COMPARED, crew.members.size());
            for (int i = 0; i < count || (found.isEmpty() && i < crew.members.size()); i++) {
                Member member = crew.members.get((crew.next + i) % crew.members.size());
                if (member.isActive) {
                    found.add(member);
                }
            }
            crew.next = (crew.next + Math.min(most, count)) % crew.members.size();
        } else {
            for (String candidate : candidates) {
                Member member = members.get(candidate);
                if (member != null && member.slot == one.slot) {
                    found.add(member);
                }
            }
        }
        found.sort(Comparator.comparingDouble(Member::load));
        List<String> ids =
                found.stream().limit(most).map(member -> member.id).distinct().toList();
        return ids.isEmpty() ? List.of(agent) : ids;
    }

    /** Whether an agent may be taken. */
    synchronized boolean isOpen(String agent, @Nullable List<String> candidates) {
        Member member = members.get(agent);
        return member != null && (candidates == null ? member.isActive : candidates.contains(agent));
    }

    private void forgetSkills(Member last) {
        for (String skill : last.skills) {
            BitSet has = skilled.get(skill);
            if (has != null) {
                has.clear(last.slot);
                if (has.isEmpty()) {
                    skilled.remove(skill);
                }
            }
        }
    }
}
