// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentService;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Notice;
import io.skep.api.task.QueueStatus;
import io.skep.plugin.base.Declination;
import io.skep.plugin.loadbalancing.Optimizations.Applied;
import io.skep.plugin.loadbalancing.Optimizations.Overview;
import io.skep.plugin.loadbalancing.Optimizations.Policy;
import io.skep.plugin.loadbalancing.Optimizations.Preview;
import io.skep.plugin.loadbalancing.Optimizations.Proposed;
import io.skep.plugin.loadbalancing.balance.Effect;
import io.skep.plugin.loadbalancing.balance.Sample;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives agents fewer slots or more, looks what comes of it, and undoes what did not help. Of one agent one action is
 * measured at a time, and of a tenth of the active agents, at least one. Thread-safe.
 */
final class Optimizing {
    /** The key of the document. */
    static final String KEY = "optimizations";

    private static final int MOST_SHOWN = 1000;
    private static final int ONE_IN = 10;
    /** What an agent did with few at once is known for so many measurements. */
    private static final int FEW_LASTS = 10;

    private final AgentService agents;
    private final Room room;
    private final OptimizeSettings settings;
    private final Clock clock;
    private final Proposals proposals;
    private final Gauges gauges = new Gauges();
    private final Ledger ledger;
    private final List<Notice> untold = new ArrayList<>();

    Optimizing(AgentService agents, Room room, OptimizeSettings settings, Clock clock) {
        this.agents = agents;
        this.room = room;
        this.settings = settings;
        this.clock = clock;
        this.proposals = new Proposals(settings);
        this.ledger = new Ledger(settings.measure().toMillis());
    }

    /** As a document. */
    Keeper.Part<Ledger.Kept> part() {
        return new Keeper.Part<>(KEY, Duration.ofSeconds(5), Ledger.Kept.class, this::kept, this::become);
    }

    private synchronized Ledger.Kept kept() {
        return ledger.kept(room.bounds());
    }

    private synchronized void become(Ledger.Kept kept) {
        ledger.become(kept);
        room.become(Objects.requireNonNullElse(kept.bounds(), Map.of()));
        ledger.measuring()
                .forEach(action -> gauges.resume(action.agent(), action.to(), action.begunAt(), action.after()));
    }

    /** An attempt ended. */
    synchronized void ended(String agent, int held, long since, long at, boolean isGood) {
        gauges.ended(agent, held, since, at, isGood);
    }

    /** Whether an agent is bounded, so that it matters which tasks wait. */
    boolean isBounding() {
        return !room.bounds().isEmpty();
    }

    /**
     * Looks at the agents, all of which are given.
     *
     * @param serves whether this generation may do something by itself
     * @return what is to be told
     */
    synchronized List<Notice> look(Collection<Agent> all, List<QueueStatus> queues, boolean serves, long now) {
        Set<String> known = all.stream().map(Agent::id).collect(Collectors.toSet());
        gauges.retain(known);
        long measure = settings.measure().toMillis();
        gauges.forget(now - measure, now - FEW_LASTS * measure);
        all.forEach(agent -> gauges.given(agent.id(), room.given(agent), now));
        if (!serves) {
            return List.of();
        }
        ledger.retain(known);
        room.retain(known);
        ledger.measuring().forEach(action -> measure(action, now));
        if (ledger.mode() == Ledger.Mode.ACT) {
            List<Agent> active = active(all);
            for (Proposals.Proposal proposal : proposed(active, queues, null)) {
                if (hindrance(proposal, active.size(), now) == null) {
                    begin(proposal, Action.By.PLUGIN, now);
                }
            }
        }
        List<Notice> told = List.copyOf(untold);
        untold.clear();
        return told;
    }

    private static List<Agent> active(Collection<Agent> all) {
        return all.stream().filter(agent -> agent.state() == AgentState.ACTIVE).toList();
    }

    private List<Proposals.Proposal> proposed(
            Collection<Agent> active, List<QueueStatus> queues, @Nullable String only) {
        long now = clock.millis();
        return active.stream()
                .filter(agent -> only == null || agent.id().equals(only))
                .map(agent -> {
                    int given = room.given(agent);
                    return proposals.about(agent, given, gauges.given(agent.id(), given, now), queues);
                })
                .flatMap(Optional::stream)
                .limit(MOST_SHOWN)
                .toList();
    }

    /** Why it cannot be done now, or null. */
    private @Nullable String hindrance(Proposals.Proposal proposal, int active, long now) {
        String agent = proposal.agent();
        if (ledger.isMeasuring(agent)) {
            return "another action of the agent is measured";
        } else if (ledger.restsUntil(agent) > now) {
            return "the agent rests from actions until " + Instant.ofEpochMilli(ledger.restsUntil(agent));
        } else if (ledger.measuring().size() >= Math.max(1, active / ONE_IN)) {
            return "of so many agents as can be at once actions are measured";
        } else if (ledger.begunWithinAMinute(now) >= settings.perMinute()) {
            return "there were " + settings.perMinute() + " actions within a minute";
        }
        boolean isFull = room.bounds().size() >= Ledger.MOST_AGENTS && room.bound(agent) == Integer.MAX_VALUE;
        return isFull ? Ledger.MOST_AGENTS + " agents are bounded already" : null;
    }

    private Action begin(Proposals.Proposal proposal, Action.By by, long now) {
        int before = room.bound(proposal.agent());
        Sample.Kept seen = gauges.given(proposal.agent(), proposal.from(), now).full();
        Action action = new Action(
                ledger.nextId(),
                proposal.agent(),
                proposal.aim(),
                proposal.from(),
                proposal.to(),
                before == Integer.MAX_VALUE ? null : before,
                proposal.because(),
                by,
                now,
                Action.State.MEASURING,
                null,
                null,
                seen,
                new Sample().kept());
        ledger.put(action);
        bound(action.agent(), action.to());
        gauges.given(action.agent(), action.to(), now);
        tell(action, proposal.to() < proposal.from() ? "fewer" : "more", proposal.because());
        return action;
    }

    private void bound(String agent, int slots) {
        agents.find(agent).ifPresent(found -> room.bound(found, slots));
    }

    private void tell(Action action, String what, String why) {
        String cause = String.format(
                Locale.ROOT, "action %d, from %d to %d slots: %s", action.id(), action.from(), action.to(), why);
        untold.add(new Notice("balancing.slots." + what, action.agent(), cause));
    }

    private void measure(Action before, long now) {
        Optional<Agent> agent = agents.find(before.agent());
        if (agent.isEmpty()) {
            undo(before, "the agent is gone", false, now);
            return;
        }
        int given = room.given(agent.get());
        if (given != before.to()) {
            undo(before, "the agent is given " + given + " slots for another reason", false, now);
            return;
        }
        Action action = before.with(gauges.given(before.agent(), given, now).full());
        ledger.put(action);
        Effect.Verdict verdict = action.effect().judge(action.aim(), settings.attempts());
        if (verdict == Effect.Verdict.HELPED) {
            keep(action, now);
        } else if (verdict == Effect.Verdict.HARMED) {
            undo(action, "it did harm: " + action.effect().inWords(), false, now);
        } else if (now - action.begunAt() >= settings.measure().toMillis()) {
            undo(action, "it did not show that it helps: " + action.effect().inWords(), false, now);
        }
    }

    private void keep(Action action, long now) {
        Action kept =
                action.ended(Action.State.KEPT, "it helped: " + action.effect().inWords(), now);
        ledger.put(kept);
        ledger.rest(action.agent(), true, false, now);
        tell(kept, "kept", Objects.requireNonNull(kept.outcome()));
    }

    private Action undo(Action action, String why, boolean bySomebody, long now) {
        Action undone = action.ended(Action.State.UNDONE, why, now);
        ledger.put(undone);
        bound(action.agent(), Objects.requireNonNullElse(action.boundBefore(), Integer.MAX_VALUE));
        ledger.rest(action.agent(), false, bySomebody, now);
        tell(undone, "undone", why);
        return undone;
    }

    /** What it would do, and what stands against that. */
    synchronized Preview preview(@Nullable String agent, List<QueueStatus> queues) {
        List<Agent> active = activeOr(agent);
        long now = clock.millis();
        return new Preview(
                wire(ledger.mode()),
                proposed(active, queues, agent).stream()
                        .map(proposal -> Proposed.of(proposal, hindrance(proposal, active.size(), now)))
                        .toList());
    }

    private List<Agent> activeOr(@Nullable String agent) {
        List<Agent> active = active(agents.list());
        if (agent != null && active.stream().noneMatch(one -> one.id().equals(agent))) {
            throw new Declination("there is no active agent \"" + agent + "\"");
        }
        return active;
    }

    /** Does what it would do, as far as nothing stands against that. */
    synchronized Applied apply(@Nullable String agent, List<QueueStatus> queues) {
        List<Agent> active = activeOr(agent);
        long now = clock.millis();
        List<Action.Shown> begun = new ArrayList<>();
        List<Proposed> left = new ArrayList<>();
        for (Proposals.Proposal proposal : proposed(active, queues, agent)) {
            String hindrance = hindrance(proposal, active.size(), now);
            if (hindrance == null) {
                begun.add(begin(proposal, Action.By.CALLER, now).shown());
            } else {
                left.add(Proposed.of(proposal, hindrance));
            }
        }
        return new Applied(begun, left);
    }

    /** The actions, of one agent or all. */
    synchronized Overview actions(@Nullable String agent) {
        return new Overview(
                wire(ledger.mode()),
                ledger.all().stream()
                        .filter(action -> agent == null || action.agent().equals(agent))
                        .map(Action::shown)
                        .toList());
    }

    /** Gives the agent of an action the slots that it had before; it is left alone for an hour. */
    synchronized Action.Shown undo(long id) {
        Action action =
                ledger.find(id).orElseThrow(() -> new Declination("there is no action " + id + ", or it is forgotten"));
        if (action.state() == Action.State.UNDONE) {
            throw new Declination("action " + id + " is undone already: " + action.outcome());
        }
        boolean isLast = ledger.all().stream()
                .filter(other -> other.agent().equals(action.agent()) && other.state() != Action.State.UNDONE)
                .allMatch(other -> other.id() <= id);
        if (!isLast) {
            throw new Declination("a later action of agent " + action.agent() + " must be undone first");
        }
        return undo(action, "somebody undid it", true, clock.millis()).shown();
    }

    /** The policy, in which nothing or the mode is changed. */
    synchronized Policy policy(@Nullable String mode) {
        if (mode != null) {
            ledger.mode(Ledger.Mode.valueOf(mode.toUpperCase(Locale.ROOT)));
        }
        return new Policy(
                wire(ledger.mode()),
                settings.perMinute(),
                settings.measure().toMillis(),
                settings.attempts(),
                settings.leastSlots());
    }

    private static String wire(Ledger.Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
