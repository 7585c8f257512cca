// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.Refusal;
import io.skep.api.agent.Reservation;
import io.skep.api.task.Submitted;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TraceContext;
import io.skep.core.CoreSettings;
import io.skep.core.dispatch.AgentRuntime;
import io.skep.core.engine.Command;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Turn;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates tasks, all or none. Looks at everything before it changes anything. */
final class Submission implements Command<List<Submitted>> {
    private final Engine engine;
    private final List<TaskSpec> specs;
    private final Forgotten forgotten;
    /** The tasks that this submission names by key; they may not be in memory. */
    private final Map<String, Task> known = new HashMap<>();

    /**
     * With checked specifications.
     *
     * @param forgotten what the submission refers to and is no longer in memory
     */
    Submission(Engine engine, List<TaskSpec> specs, Forgotten forgotten) {
        this.engine = engine;
        this.specs = specs;
        this.forgotten = forgotten;
    }

    /** One task to be: known already, or with the id it will get. */
    private record Planned(@Nullable Task known, String id) {}

    @Override
    public List<Submitted> decide(Turn turn) {
        List<Planned> plan = plan(turn);
        plan.stream().map(Planned::known).filter(Objects::nonNull).forEach(task -> known.put(task.id(), task));
        List<TaskSpec> resolved = resolve(turn, plan);
        checkBudgets(turn, plan);
        List<Submitted> answers = new ArrayList<>(specs.size());
        for (int i = 0; i < plan.size(); i++) {
            Task known = plan.get(i).known();
            if (known == null) {
                answers.add(new Submitted(create(turn, plan.get(i).id(), resolved.get(i)), false));
            } else {
                answers.add(new Submitted(known, true));
            }
        }
        return answers;
    }

    private List<Planned> plan(Turn turn) {
        List<Planned> plan = new ArrayList<>(specs.size());
        int common = engine.ids().nextShard(turn.state().shards().size());
        int created = 0;
        for (int i = 0; i < specs.size(); i++) {
            TaskSpec spec = specs.get(i);
            Task known = known(turn, spec);
            if (known != null) {
                checkSame(field(i, "idempotencyKey"), spec, known);
                plan.add(new Planned(known, known.id()));
            } else {
                check(turn, i, spec);
                plan.add(new Planned(
                        null,
                        engine.ids().next(shard(turn, spec, common), turn.now().toEpochMilli())));
                created++;
            }
        }
        if (created > 0) {
            checkTenants(turn, plan, created);
            checkRoom(turn);
        }
        return plan;
    }

    /**
     * A child is where its parent is. Others of one submission are together, so that they become durable together; a
     * single task with a key is where the key says.
     */
    private int shard(Turn turn, TaskSpec spec, int common) {
        if (spec.parent() != null) {
            return turn.state().task(spec.parent()).shard();
        }
        String key = spec.idempotencyKey();
        return key == null || specs.size() > 1 ? common : turn.state().shardOfKey(spec.tenant(), key);
    }

    private @Nullable Task known(Turn turn, TaskSpec spec) {
        String key = spec.idempotencyKey();
        if (key == null) {
            return null;
        }
        Task inMemory = turn.state().byKey(spec.tenant(), key);
        return inMemory != null ? inMemory : forgotten.byKey(spec.tenant(), key);
    }

    private static void checkSame(String field, TaskSpec spec, Task known) {
        TaskSpec before = known.spec();
        if (!spec.description().equals(before.description())
                || !Objects.equals(spec.input(), before.input())
                || !spec.skills().equals(before.skills())) {
            throw Refusal.of(Refusal.Reason.CONFLICT, field, "this key was used for another task, " + known.id());
        }
    }

    private void check(Turn turn, int index, TaskSpec spec) {
        String parent = spec.parent();
        if (parent != null) {
            checkParent(turn, field(index, "parent"), parent, spec.tenant());
        }
        checkReservation(turn, field(index, "reservation"), spec);
        if (engine.settings().rejectUnknownSkills()) {
            for (String skill : spec.skills()) {
                if (!turn.agents().knowsSkill(skill)) {
                    throw Refusal.invalid(
                            field(index, "skills"), "no registered agent has the skill \"" + skill + "\"");
                }
            }
        }
    }

    /** One that is over or unknown is none: the task is for any agent. */
    private void checkReservation(Turn turn, String field, TaskSpec spec) {
        Reservation reservation = engine.dispatcher().reservation(spec.reservation());
        AgentRuntime agent = reservation == null ? null : turn.agents().find(reservation.agent());
        if (agent != null && !agent.record().spec().skillIds().containsAll(spec.skills())) {
            throw Refusal.invalid(
                    field,
                    "agent " + agent.id() + ", whose slot is reserved, does not have all of the skills "
                            + spec.skills());
        }
    }

    /** One of another tenant is none: a tree is of one tenant. */
    private void checkParent(Turn turn, String field, String parent, String tenant) {
        CoreSettings settings = engine.settings();
        Task task = turn.state().find(parent);
        if (task == null || !isOf(tenant, task)) {
            throw Refusal.invalid(field, "there is no task " + parent + " of tenant " + tenant);
        }
        if (task.state().isTerminal()) {
            throw Refusal.of(Refusal.Reason.CONFLICT, field, "task " + parent + " has ended");
        }
        if (engine.trees().childCount(parent) + specs.size() > settings.maxChildren()) {
            throw Refusal.invalid(
                    field, "task " + parent + " would have more than " + settings.maxChildren() + " children");
        }
        int depth = 1;
        for (Task above = task; above != null && depth <= settings.maxDepth(); depth++) {
            String next = above.spec().parent();
            above = next == null ? null : turn.state().find(next);
        }
        if (depth > settings.maxDepth()) {
            throw Refusal.invalid(field, "the tree would be deeper than " + settings.maxDepth());
        }
    }

    /** Comes last, since a tree that would grow beyond its budget is stopped. */
    private void checkBudgets(Turn turn, List<Planned> plan) {
        Map<String, List<Integer>> created = new LinkedHashMap<>();
        for (int i = 0; i < plan.size(); i++) {
            String parent = specs.get(i).parent();
            if (parent != null && plan.get(i).known() == null) {
                created.computeIfAbsent(parent, p -> new ArrayList<>()).add(i);
            }
        }
        // Two parents may be in one tree.
        Map<String, Integer> planned = new HashMap<>();
        created.forEach((parent, its) ->
                engine.trees().checkGrowth(turn, field(its.get(0), "parent"), parent, its.size(), planned));
    }

    /**
     * When there is no more room in all, tenants that have less than an equal part of it may go on within a quarter
     * more: those that fill it do not shut the others out.
     */
    private void checkTenants(Turn turn, List<Planned> plan, int created) {
        int most = engine.settings().maxLiveTasks();
        int live = turn.state().liveCount() + created;
        if (live <= most) {
            return;
        }
        Map<String, Integer> byTenant = new HashMap<>();
        for (int i = 0; i < plan.size(); i++) {
            if (plan.get(i).known() == null) {
                byTenant.merge(specs.get(i).tenant(), 1, Integer::sum);
            }
        }
        int part = most / Math.max(1, engine.dispatcher().tenantCount());
        byTenant.forEach((tenant, more) -> {
            int its = engine.dispatcher().liveOf(tenant) + more;
            if (its > part || live > most + most / 4) {
                throw Refusal.retryLater(
                        Refusal.Reason.BUSY,
                        most + " tasks have not ended yet, " + (its - more) + " of them of tenant " + tenant,
                        Duration.ofSeconds(1));
            }
        });
    }

    private void checkRoom(Turn turn) {
        CoreSettings settings = engine.settings();
        Duration wait = Duration.ofSeconds(1);
        long characters = specs.stream()
                .mapToLong(s -> s.input() == null ? 0L : s.input().length())
                .sum();
        if (turn.state().payloadChars() + characters > settings.maxPayloadChars() * 2) {
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY, "inputs and results fill the memory set apart for them", wait);
        }
        if (engine.projectionLag() > settings.maxProjectionLag()) {
            throw Refusal.retryLater(
                    Refusal.Reason.BUSY, "the projection is " + engine.projectionLag() + " records behind", wait);
        }
    }

    /** Dependencies by name become ids; unknown ones are refused. */
    private List<TaskSpec> resolve(Turn turn, List<Planned> plan) {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < specs.size(); i++) {
            String name = specs.get(i).name();
            if (name != null) {
                names.put(name, plan.get(i).id());
            }
        }
        List<TaskSpec> resolved = new ArrayList<>(specs.size());
        for (int i = 0; i < specs.size(); i++) {
            TaskSpec spec = specs.get(i);
            if (spec.dependsOn().isEmpty() || plan.get(i).known() != null) {
                resolved.add(spec);
                continue;
            }
            List<String> ids = new ArrayList<>();
            for (String dependency : spec.dependsOn()) {
                String id = names.getOrDefault(dependency, dependency);
                if (!names.containsKey(dependency) && !isOf(spec.tenant(), lookup(turn, id))) {
                    throw Refusal.invalid(
                            field(i, "dependsOn"),
                            "there is no task \"" + dependency + "\" of tenant " + spec.tenant()
                                    + ", here or in this submission");
                }
                ids.add(id);
            }
            resolved.add(spec.toBuilder().dependsOn(ids).build());
        }
        return resolved;
    }

    private static boolean isOf(String tenant, @Nullable Task task) {
        return task != null && task.spec().tenant().equals(tenant);
    }

    private @Nullable Task lookup(Turn turn, String id) {
        Task inMemory = turn.state().find(id);
        return inMemory != null ? inMemory : known.getOrDefault(id, forgotten.byId(id));
    }

    private Task create(Turn turn, String id, TaskSpec spec) {
        Set<String> waitingFor = new LinkedHashSet<>(spec.dependsOn());
        List<Task> ended = new ArrayList<>();
        for (String dependency : waitingFor) {
            Task task = lookup(turn, dependency);
            if (task != null && task.state().isTerminal()) {
                ended.add(task);
            }
        }
        Task task = Transitions.submit(id, traced(turn, id, owned(turn, spec)), waitingFor, turn.now());
        turn.put(task);
        for (Task dependency : ended) {
            if (!task.state().isTerminal()) {
                task = Transitions.resolve(task, dependency, turn.now());
                turn.put(task);
            }
        }
        return task;
    }

    /** A part of a task belongs to whom the whole belongs, whichever agent submits it. */
    private static TaskSpec owned(Turn turn, TaskSpec spec) {
        Task parent = spec.parent() == null || spec.owner() != null
                ? null
                : turn.state().find(spec.parent());
        String owner = parent == null ? null : parent.spec().owner();
        return owner == null ? spec : spec.toBuilder().owner(owner).build();
    }

    /**
     * A tree is one trace: a child whose submitter is in another one is below the attempt at its parent. The first says whether the trace
     * is sampled, and what says nothing is, so that most tasks need not say.
     */
    private TaskSpec traced(Turn turn, String id, TaskSpec spec) {
        Optional<TraceContext> said = TraceContext.parse(spec.traceparent());
        Task parent = spec.parent() == null ? null : turn.state().find(spec.parent());
        if (parent != null) {
            TraceContext above = parent.currentAttempt()
                    .map(attempt -> TraceContext.of(parent, attempt.token()))
                    .orElseGet(() -> TraceContext.of(parent));
            TraceContext in =
                    said.filter(it -> it.traceId().equals(above.traceId())).orElse(above);
            return traced(spec, in.sampled(above.isSampled()));
        }
        if (said.isPresent()) {
            return traced(spec, said.get());
        }
        TraceContext own = TraceContext.begin(id);
        return own.isWithin(engine.settings().tracedPermille()) ? spec : traced(spec, own.sampled(false));
    }

    private static TaskSpec traced(TaskSpec spec, TraceContext in) {
        return spec.toBuilder().traceparent(in.traceparent()).build();
    }

    private String field(int index, String name) {
        return specs.size() == 1 ? name : "[" + index + "]." + name;
    }
}
