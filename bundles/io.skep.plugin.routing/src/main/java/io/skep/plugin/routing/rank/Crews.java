// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing.rank;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each agent, and of the agents of one kind together: what one of them has shown says as much of the
 * others. Of an agent that is alone in its slot both are the same account. Not thread-safe.
 */
final class Crews {
    private static final int MOST = 20_000;

    /** By id, the one that was heard of last at the end; of more than {@value #MOST} the first is forgotten. */
    private final Map<String, Account> own = new LinkedHashMap<>(16, 0.75f, true);

    private @Nullable Account[] bySlot = new Account[16];

    Map<String, Account> own() {
        return own;
    }

    /** The account of an agent, made if there is none. */
    Account own(String agent) {
        Account known = own.get(agent);
        if (known == null) {
            known = new Account();
            own.put(agent, known);
            if (own.size() > MOST) {
                own.remove(own.keySet().iterator().next());
            }
        }
        return known;
    }

    /** What is known of the agents of a slot together, or null. */
    @Nullable
    Account of(int slot) {
        return slot < bySlot.length ? bySlot[slot] : null;
    }

    /** The account to learn with for the agents of a slot, made if there is none; the agent's own if it is alone or in none. */
    Account of(int slot, String agent, boolean alone) {
        if (slot < 0) {
            return own(agent);
        }
        Account known = alone ? own(agent) : of(slot);
        if (known == null) {
            known = new Account();
        }
        set(slot, known);
        return known;
    }

    /** An agent has come to a slot with so many, itself included. */
    void joined(int slot, String agent, int count) {
        Account brought = own.get(agent);
        if (count == 1) {
            set(slot, brought);
            return;
        }
        Account before = of(slot);
        if (count == 2 && before != null) {
            // What was one agent's account becomes everybody's, and that one keeps its own.
            Account together = new Account();
            together.add(before);
            before = together;
        }
        if (brought != null) {
            before = before == null ? new Account() : before;
            before.add(brought);
        }
        set(slot, before);
    }

    /** An agent has left a slot to these. */
    void left(int slot, String agent, Collection<String> others) {
        Account together = of(slot);
        Account gone = own.get(agent);
        if (others.size() <= 1) {
            set(slot, others.isEmpty() ? null : own.get(others.iterator().next()));
        } else if (together != null && gone != null) {
            together.subtract(gone);
        }
    }

    private void set(int slot, @Nullable Account account) {
        if (slot >= bySlot.length) {
            bySlot = Arrays.copyOf(bySlot, Math.max(slot + 1, bySlot.length * 2));
        }
        bySlot[slot] = account;
    }
}
