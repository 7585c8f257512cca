// SPDX-License-Identifier: Apache-2.0
package io.skep.core.dispatch;

import io.skep.api.agent.Reservation;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings ready tasks and free slots together: of the tasks that some agent can take it serves the tenant that uses the
 * least for its weight, of that tenant the first by priority and age, to the least loaded agent that has its skills. A
 * share of the assignments goes to whichever task waits longest. A task that is for one agent waits for that one alone; a
 * task that names a reservation waits for that slot alone while the reservation lasts. Used by the engine's thread only.
 */
public final class Dispatcher {
    /** How many tasks are counted to say how many stand before one. */
    public static final int MOST_BEFORE = 10_000;

    private final AgentPool pool;
    private final Map<ReadyQueue.Key, ReadyQueue> queues = new HashMap<>();
    private final Reservations reservations;
    private final Tenants tenants;
    private final Traffic traffic = new Traffic();
    private final Comparator<Task> order;
    private final int backlogPercent;
    /** Grows by the backlog's share with each assignment; at 100 the next one is for the backlog. */
    private int backlogCredit;

    /** Over the agents of {@code pool}. */
    public Dispatcher(AgentPool pool, Fairness fairness) {
        this.pool = pool;
        this.reservations = new Reservations(pool);
        this.tenants = new Tenants(fairness.weights());
        this.order = order(fairness.ageing());
        this.backlogPercent = fairness.backlogPercent();
    }

    /**
     * Priority and age in one: a step of priority is worth {@code ageing} of waiting, so that the order of two tasks
     * never changes while they wait.
     */
    private static Comparator<Task> order(Duration ageing) {
        if (ageing.isZero()) {
            return Comparator.<Task>comparingInt(task -> -task.spec().priority())
                    .thenComparing(TenantQueue.OLDEST);
        }
        long step = ageing.toMillis();
        return Comparator.<Task>comparingLong(
                        task -> TenantQueue.readySince(task).toEpochMilli()
                                - step * task.spec().priority())
                .thenComparing(TenantQueue.OLDEST);
    }

    /** A task of the tenant came into being or, with -1, ended. */
    public void live(String tenant, int more) {
        tenants.live(tenant, more);
    }

    /** How many tasks of the tenant have not ended. */
    public int liveOf(String tenant) {
        Tenant its = tenants.find(tenant);
        return its == null ? 0 : its.live();
    }

    /** How many tenants have tasks that have not ended. */
    public int tenantCount() {
        return tenants.count();
    }

    /** The task came to wait for an agent. */
    public void arrived(Task task, Instant now) {
        traffic.arrived(queueOf(task), now.toEpochMilli());
    }

    private static Traffic.Key queueOf(Task task) {
        return new Traffic.Key(task.spec().skills(), task.spec().tenant());
    }

    /** The queues in which a task waits or that had traffic in the last minute, at most {@code most}, deepest first. */
    public List<QueueStatus> queues(Instant now, int most) {
        Set<Traffic.Key> keys = new LinkedHashSet<>(traffic.queues(now.toEpochMilli()));
        Map<Traffic.Key, List<TenantQueue>> waiting = new HashMap<>();
        queues.values()
                .forEach(queue -> queue.tenants()
                        .forEach(tasks -> waiting.computeIfAbsent(
                                        new Traffic.Key(
                                                queue.key().skills(),
                                                tasks.tenant().name()),
                                        key -> new ArrayList<>(1))
                                .add(tasks)));
        keys.addAll(waiting.keySet());
        Map<Set<String>, Able> able = new HashMap<>();
        return keys.stream()
                .sorted(Comparator.<Traffic.Key>comparingInt(key -> depth(waiting.getOrDefault(key, List.of())))
                        .reversed()
                        .thenComparing(Traffic.Key::tenant))
                .limit(most)
                .map(key -> status(
                        key,
                        waiting.getOrDefault(key, List.of()),
                        able.computeIfAbsent(key.skills(), skills -> Able.of(pool, skills)),
                        now))
                .toList();
    }

    private static int depth(List<TenantQueue> waiting) {
        return waiting.stream().mapToInt(TenantQueue::size).sum();
    }

    private QueueStatus status(Traffic.Key key, List<TenantQueue> waiting, Able able, Instant now) {
        int depth = depth(waiting);
        double in = traffic.inPerSecond(key, now.toEpochMilli());
        double out = traffic.outPerSecond(key, now.toEpochMilli());
        return new QueueStatus(
                key.skills(),
                key.tenant(),
                depth,
                waiting.stream()
                        .map(tasks -> TenantQueue.readySince(tasks.first(TenantQueue.OLDEST)))
                        .min(Comparator.naturalOrder())
                        .orElse(null),
                in,
                out,
                drainEta(depth, in, out),
                able.agents(),
                able.active(),
                able.freeSlots());
    }

    private static @Nullable Duration drainEta(int depth, double in, double out) {
        if (depth == 0) {
            return Duration.ZERO;
        }
        return out <= in ? null : Duration.ofMillis(Math.round(1000 * depth / (out - in)));
    }

    /** An attempt at a task of the tenant began or, with -1, ended. */
    public void held(String tenant, int more) {
        tenants.get(tenant).hold(more);
    }

    /** What is done with a match; it must make the task leave the queue. */
    public interface Assign {
        void assign(Task task, AgentRuntime agent);
    }

    /** Holds a slot of an agent that has a free one. */
    public void reserve(Reservation reservation, AgentRuntime agent) {
        reservations.add(reservation, agent);
    }

    /** The reservation of that id, while it lasts. */
    public @Nullable Reservation reservation(@Nullable String id) {
        return reservations.find(id);
    }

    /** Ends a reservation, if it lasts: the slot is free for anybody, the tasks that waited for it are for any agent. */
    public void endReservation(String id) {
        reservations.end(id).forEach(this::ready);
    }

    /** The reservations that the agent, as it is now, cannot keep; they are to be ended. */
    public Set<String> brokenReservations(String agent) {
        return reservations.broken(agent);
    }

    /** The task could start now. */
    public void ready(Task task) {
        Reservations.Held held = reservations.of(task);
        if (held != null) {
            reservations.ready(held, task);
            return;
        }
        queues.computeIfAbsent(ReadyQueue.Key.of(task), ReadyQueue::new).add(task, tenants);
    }

    /** The task, as it was given to {@link #ready}, is not ready any more. */
    public void unready(Task task) {
        Reservations.Held held = reservations.of(task);
        if (held != null) {
            reservations.unready(held, task);
            return;
        }
        ReadyQueue queue = queueFor(task);
        if (queue != null) {
            queue.remove(task);
            if (queue.isEmpty()) {
                queues.remove(queue.key());
            }
        }
    }

    /**
     * How many ready tasks of the same tenant and skills that are for the same agent, or of the same reservation, stand
     * before this one; counted up to {@link #MOST_BEFORE}.
     */
    public int tasksBefore(Task task) {
        Reservations.Held held = reservations.of(task);
        if (held != null) {
            return held.tasks().headSet(task).size();
        }
        ReadyQueue queue = queueFor(task);
        TenantQueue its = queue == null ? null : queue.of(task.spec().tenant());
        return its == null ? 0 : its.before(task, order, MOST_BEFORE);
    }

    private @Nullable ReadyQueue queueFor(Task task) {
        return queues.get(ReadyQueue.Key.of(task));
    }

    /** The ready tasks that are for the agent. */
    public List<Task> waitingFor(String agent) {
        return queues.values().stream()
                .filter(queue -> agent.equals(queue.key().agent()))
                .flatMap(queue -> queue.tenants().stream())
                .flatMap(TenantQueue::tasks)
                .toList();
    }

    /** The ready tasks that are for one agent alone, at most so many. */
    public List<Task> waitingForOne(int most) {
        return queues.values().stream()
                .filter(queue -> queue.key().agent() != null)
                .flatMap(queue -> queue.tenants().stream())
                .flatMap(TenantQueue::tasks)
                .limit(most)
                .toList();
    }

    /** How many other tenants have ready tasks of the same skills. */
    public int otherTenants(Task task) {
        ReadyQueue queue = queueFor(task);
        return queue == null
                ? 0
                : queue.tenants().size() - (queue.of(task.spec().tenant()) == null ? 0 : 1);
    }

    /** What the tenant uses and what it is worth, in words. */
    public String shareOf(String tenant) {
        Tenant its = tenants.get(tenant);
        return "tenant " + tenant + " has the weight " + its.weight() + " and uses " + its.held() + " slots";
    }

    /** Forgets every ready task and every reservation. */
    public void reset() {
        queues.clear();
        reservations.reset();
        tenants.reset();
        traffic.reset();
    }

    /** Matches until no ready task finds a free slot. */
    public void run(Instant now, Assign assign) {
        runReserved(assign);
        Match match = match();
        while (match != null) {
            tenants.served(match.tenant());
            traffic.left(queueOf(match.task()), now.toEpochMilli());
            assign.assign(match.task(), match.agent());
            match = match();
        }
    }

    /**
     * An agent that should wake.
     *
     * @param task the id of one that waits for it
     */
    public record Wanted(AgentRuntime agent, String task) {}

    /** The sleeping agents that ready tasks need, since no slot of another is free for them. */
    public List<Wanted> wantedSleepers() {
        if (pool.dozing() == 0) {
            return List.of();
        }
        List<Wanted> wanted = new ArrayList<>();
        for (ReadyQueue queue : queues.values()) {
            for (AgentRuntime agent : queue.wantedSleepers(pool)) {
                wanted.add(new Wanted(agent, queue.oldest().id()));
            }
        }
        return wanted;
    }

    private record Match(Tenant tenant, Task task, AgentRuntime agent) {}

    private @Nullable Match match() {
        boolean backlog = backlogCredit + backlogPercent >= 100;
        Match first = null;
        for (ReadyQueue queue : queues.values()) {
            if (!queue.isWanted(pool)) {
                continue;
            }
            Match its = backlog ? oldest(queue, first) : next(queue, first);
            first = its == null ? first : its;
        }
        if (first != null) {
            backlogCredit = (backlogCredit + backlogPercent) % 100;
        }
        return first;
    }

    /** The queue's next task, if it goes before {@code other} and an agent can take it. */
    private @Nullable Match next(ReadyQueue queue, @Nullable Match other) {
        TenantQueue tasks = queue.next();
        int turn = other == null ? -1 : Tenant.NEXT.compare(tasks.tenant(), other.tenant());
        if (turn > 0) {
            return null;
        }
        Task task = tasks.first(order);
        boolean goesFirst = turn < 0 || other == null || order.compare(task, other.task()) < 0;
        return goesFirst ? matched(queue, tasks.tenant(), task) : null;
    }

    /** The queue's oldest task, if it is older than {@code other} and an agent can take it. */
    private @Nullable Match oldest(ReadyQueue queue, @Nullable Match other) {
        Task task = queue.oldest();
        boolean goesFirst = other == null || TenantQueue.OLDEST.compare(task, other.task()) < 0;
        return goesFirst ? matched(queue, tenants.get(task.spec().tenant()), task) : null;
    }

    private @Nullable Match matched(ReadyQueue queue, Tenant tenant, Task task) {
        AgentRuntime agent = queue.choose(task, pool);
        return agent == null ? null : new Match(tenant, task, agent);
    }

    /** Whatever else is ready: a reserved slot is for those who named it. */
    private void runReserved(Assign assign) {
        for (Reservations.Held held : reservations.wanted()) {
            AgentRuntime agent = pool.find(held.agent());
            if (agent != null && agent.takesReserved()) {
                Task first = held.tasks().first();
                endReservation(held.id());
                assign.assign(first, agent);
            }
        }
    }
}
