// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The actions, newest last, at most {@value #MOST_ACTIONS}; which agents rest from them; and the policy. Not thread-safe.
 */
final class Ledger {
    /** These, with as many bounds and rests, are less than a document may have. */
    static final int MOST_ACTIONS = 150;
    /** Agents that are bounded, or rest, at once. */
    static final int MOST_AGENTS = 300;
    /** An agent rests for no longer after its actions were undone, and so long after somebody undid one. */
    private static final long LONGEST_REST = Duration.ofHours(1).toMillis();

    private static final int MOST_DOUBLINGS = 10;
    private static final long MINUTE = 60_000;

    private final Map<Long, Action> actions = new LinkedHashMap<>();
    private final Map<String, Rest> rests = new TreeMap<>();
    private final long restMillis;
    private Mode mode = Mode.ACT;
    private long last;

    /** After an action an agent rests for so long, and twice as long after each that is undone. */
    Ledger(long restMillis) {
        this.restMillis = restMillis;
    }

    /** What is done without being asked. */
    enum Mode {
        /** What is proposed. */
        ACT,
        /** Nothing; actions that were begun are measured and undone all the same. */
        PROPOSE
    }

    /** Nothing is done to the agent until then; {@code undone} actions of it one after the other did not help. */
    record Rest(long until, int undone) {}

    /**
     * The document.
     *
     * @param last the id of the newest action
     * @param bounds by agent, the slots that an action leaves it
     */
    record Kept(
            @Nullable Mode mode,
            long last,
            @Nullable List<Action> actions,
            @Nullable Map<String, Rest> rests,
            @Nullable Map<String, Integer> bounds) {}

    Kept kept(Map<String, Integer> bounds) {
        return new Kept(mode, last, List.copyOf(actions.values()), new TreeMap<>(rests), bounds);
    }

    /** In the place of what is here. */
    void become(Kept kept) {
        mode = Objects.requireNonNullElse(kept.mode(), Mode.ACT);
        last = kept.last();
        actions.clear();
        Objects.requireNonNullElse(kept.actions(), List.<Action>of()).forEach(this::put);
        rests.clear();
        rests.putAll(Objects.requireNonNullElse(kept.rests(), Map.of()));
    }

    Mode mode() {
        return mode;
    }

    void mode(Mode next) {
        mode = next;
    }

    long nextId() {
        return ++last;
    }

    /** A new one, or the same in another state. */
    void put(Action action) {
        actions.put(action.id(), action);
        while (actions.size() > MOST_ACTIONS) {
            actions.values().stream()
                    .filter(old -> !old.isMeasuring())
                    .findFirst()
                    .or(() -> actions.values().stream().findFirst())
                    .ifPresent(old -> actions.remove(old.id()));
        }
    }

    Optional<Action> find(long id) {
        return Optional.ofNullable(actions.get(id));
    }

    /** Newest first. */
    List<Action> all() {
        List<Action> all = new ArrayList<>(actions.values());
        Collections.reverse(all);
        return all;
    }

    List<Action> measuring() {
        return actions.values().stream().filter(Action::isMeasuring).toList();
    }

    boolean isMeasuring(String agent) {
        return actions.values().stream()
                .anyMatch(action -> action.isMeasuring() && action.agent().equals(agent));
    }

    long begunWithinAMinute(long now) {
        return actions.values().stream()
                .filter(action -> now - action.begunAt() < MINUTE)
                .count();
    }

    /** Until when the agent rests; 0 if it never had to. */
    long restsUntil(String agent) {
        Rest rest = rests.get(agent);
        return rest == null ? 0 : rest.until();
    }

    /** An action ended. */
    void rest(String agent, boolean helped, boolean bySomebody, long now) {
        Rest before = rests.getOrDefault(agent, new Rest(0, 0));
        int undone = helped ? 0 : Math.min(MOST_DOUBLINGS, before.undone() + 1);
        long millis = bySomebody ? LONGEST_REST : Math.min(LONGEST_REST, restMillis << undone);
        rests.put(agent, new Rest(now + millis, undone));
        if (rests.size() > MOST_AGENTS) {
            rests.values().stream()
                    .min(Comparator.comparingLong(Rest::until))
                    .ifPresent(soonest -> rests.values().remove(soonest));
        }
    }

    /** Forgets the rests of agents that are not among these. */
    void retain(Set<String> known) {
        rests.keySet().retainAll(known);
    }
}
