// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentCommand;
import io.skep.api.agent.AgentConnector;
import io.skep.api.agent.AgentState;
import io.skep.api.plugin.Advice;
import io.skep.core.state.AgentRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An agent with what a restart forgets: its load, lease, connection and waiting claims. Changed by the engine's thread
 * only, always through {@link AgentPool} where it matters for dispatch; {@link #view()} and {@link #heldTasks()} may be
 * called by any thread.
 */
public final class AgentRuntime {
    private static final int MAX_CANCELS = 1000;
    /** The newest attempt counts as one of so many in the mean. */
    private static final int MEAN_OF = 5;

    private volatile AgentRecord record;
    private volatile @Nullable AgentConnector connector;
    private volatile Instant leaseUntil;
    private volatile int busy;
    private volatile int reserved;
    private Set<String> skills;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final Deque<Claim> claims = new ArrayDeque<>();
    private final Deque<AgentCommand> cancels = new ArrayDeque<>();
    private @Nullable Duration meanAttempt;
    private long lastAssigned;
    private volatile @Nullable Advice advice;
    private boolean receptiveNow;
    private boolean standing;
    private boolean dozing;
    private int free;
    private boolean watched;

    /** An attempt that the agent holds. */
    static final class Held {
        final long token;
        Instant leaseUntil;

        Held(long token, Instant leaseUntil) {
            this.token = token;
            this.leaseUntil = leaseUntil;
        }
    }

    AgentRuntime(AgentRecord record, Instant leaseUntil) {
        this.record = record;
        this.leaseUntil = leaseUntil;
        this.skills = record.spec().skillIds();
    }

    /** What everybody may see. */
    public Agent view() {
        AgentRecord r = record;
        return new Agent(
                r.spec(),
                r.connected(),
                r.state(),
                r.cause(),
                r.since(),
                r.registeredAt(),
                busy,
                reserved,
                r.connected() || r.state() == AgentState.ASLEEP ? null : leaseUntil,
                r.formers().stream().map(AgentRecord.Former::version).toList());
    }

    /** The durable part. */
    public AgentRecord record() {
        return record;
    }

    /** An attempt of its own accord ended after that time. */
    public void attemptTook(Duration time) {
        Duration mean = meanAttempt;
        meanAttempt = mean == null ? time : mean.plus(time.minus(mean).dividedBy(MEAN_OF));
    }

    /** What attempts took since the start, the newest ones counting most; null if none has ended. */
    public @Nullable Duration meanAttempt() {
        return meanAttempt;
    }

    /** {@link AgentRecord#id()}. */
    public String id() {
        return record.id();
    }

    /** Who drives it, if anybody does now. */
    public @Nullable AgentConnector connector() {
        return connector;
    }

    /** When it counts as silent. */
    public Instant leaseUntil() {
        return leaseUntil;
    }

    /** It was heard of. */
    public void renewLease(Instant until) {
        leaseUntil = until;
    }

    /** Notes whether somebody looks when the lease runs out; false if that was known. */
    public boolean setWatched(boolean value) {
        boolean changed = watched != value;
        watched = value;
        return changed;
    }

    /** Whether a claim of it waits. */
    public boolean hasWaitingClaim() {
        return !claims.isEmpty();
    }

    /** The ids of the tasks that it holds. */
    public List<String> heldTasks() {
        return new ArrayList<>(held.keySet());
    }

    /** Until when its attempt at the task lasts, or null if it holds none with that token. */
    public @Nullable Instant attemptLease(String task, long token) {
        Held attempt = held.get(task);
        return attempt != null && attempt.token == token ? attempt.leaseUntil : null;
    }

    /** Renews its attempt at a task, if it holds it. */
    public void renewAttempt(String task, Instant until) {
        Held attempt = held.get(task);
        if (attempt != null) {
            attempt.leaseUntil = until;
        }
    }

    /** Has something to tell with the next heartbeat; the oldest word is dropped when there are too many. */
    public void tell(AgentCommand command) {
        if (cancels.size() == MAX_CANCELS) {
            cancels.remove();
        }
        cancels.add(command);
    }

    /** What is to be told to those whose attempts {@code its} are, once. */
    public List<AgentCommand> takeCommands(Predicate<AgentCommand> its) {
        List<AgentCommand> taken = cancels.stream().filter(its).toList();
        cancels.removeAll(taken);
        return taken;
    }

    /** Whether it would take a task now. */
    public boolean takesMore() {
        return isReceptive();
    }

    boolean isReceptive() {
        return used() < room() && asksForWork();
    }

    /** Whether it would now take a task for which a slot is held. */
    boolean takesReserved() {
        return busy < slots()
                && isReachable()
                && (record.state() == AgentState.ACTIVE || record.state() == AgentState.PREPARING);
    }

    private boolean asksForWork() {
        return record.state() == AgentState.ACTIVE && isReachable();
    }

    private boolean isReachable() {
        return connector != null || !claims.isEmpty();
    }

    boolean isReceptiveNow() {
        return receptiveNow;
    }

    void setReceptiveNow(boolean value) {
        receptiveNow = value;
    }

    Set<String> skills() {
        return skills;
    }

    /** Slots that are in use or held for a task to come. */
    public int used() {
        return busy + reserved;
    }

    /** How many slots it has. */
    public int slots() {
        return record.spec().slots();
    }

    /** How many of its slots it may use as long as the advice about it counts. */
    public int room() {
        Advice its = advice;
        return its == null ? slots() : Math.min(slots(), its.slots());
    }

    /** What is advised about it, if anything counts now. */
    public @Nullable Advice advice() {
        return advice;
    }

    void setAdvice(@Nullable Advice value) {
        advice = value;
    }

    /** Whether it should get nothing while another agent has the skills. */
    public boolean isEjected() {
        Advice its = advice;
        return its != null && its.ejected();
    }

    /** Whether it is active and not ejected. */
    boolean isStanding() {
        return record.state() == AgentState.ACTIVE && !isEjected();
    }

    /** Whether it sleeps, or is about to, and would have room for a task if it were awake. */
    boolean isDozing() {
        AgentState state = record.state();
        return (state == AgentState.ASLEEP || state == AgentState.PREPARING) && used() < room();
    }

    boolean isDozingNow() {
        return dozing;
    }

    void setDozingNow(boolean value) {
        dozing = value;
    }

    /** Slots that it has for tasks, or will have in a moment since it wakes. */
    int freeSlots() {
        AgentState state = record.state();
        boolean counts = (state == AgentState.ACTIVE || state == AgentState.WAKING) && !isEjected();
        return counts ? Math.max(0, room() - used()) : 0;
    }

    /** {@link #freeSlots} when its group took it up; 0 if none did. */
    int freeNow() {
        return free;
    }

    void setFreeNow(int value) {
        free = value;
    }

    boolean isStandingNow() {
        return standing;
    }

    void setStandingNow(boolean value) {
        standing = value;
    }

    /**
     * How much it has to do with so many tasks more than it holds, for its slots and its weight: the share of its slots for
     * the weight 1. A lighter one counts as having something to do when it is idle, so that it is chosen last.
     */
    public double load(int more) {
        Advice its = advice;
        double weight = its == null ? 1 : its.weight();
        return (used() + more + 1 - weight) / (slots() * weight);
    }

    void setReserved(int count) {
        reserved = count;
    }

    int reserved() {
        return reserved;
    }

    long lastAssigned() {
        return lastAssigned;
    }

    Deque<Claim> claims() {
        return claims;
    }

    void setRecord(AgentRecord newRecord) {
        record = newRecord;
        skills = newRecord.spec().skillIds();
    }

    void setConnector(@Nullable AgentConnector newConnector) {
        connector = newConnector;
    }

    void hold(String task, long token, Instant until, long order) {
        held.put(task, new Held(token, until));
        busy = held.size();
        lastAssigned = order;
    }

    void release(String task) {
        held.remove(task);
        busy = held.size();
    }
}
