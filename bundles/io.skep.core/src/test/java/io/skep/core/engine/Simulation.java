// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.agent.AgentState;
import io.skep.api.agent.Reservation;
import io.skep.api.plugin.Stage;
import io.skep.api.store.StoreFullException;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Submitters, agents, an operator and bad luck, all at random; {@link SimulationModel} knows what must hold. */
final class Simulation {
    private static final List<String> SKILLS = List.of("a", "b");
    private static final String[][] AGENTS = {{"p0"}, {"p1", "a"}, {"p2", "b"}, {"p3", "a", "b"}};
    private static final List<TaskSpec.DependencyFailure> POLICIES = List.of(TaskSpec.DependencyFailure.values());
    private static final String CONNECTED = "c0";

    private final Random random;
    private final EngineHarness h;
    private final SimulationModel model;
    private final List<AttemptRef> inHand = new ArrayList<>();
    private final Map<String, TaskSpec> keys = new HashMap<>();
    private final List<Runnable> answers = new ArrayList<>();
    private RecordingConnector connector = connector();
    private FaultyLog faulty;
    private boolean full;
    private int count;

    Simulation(long seed) {
        random = new Random(seed);
        h = new EngineHarness(
                EngineHarness.settings()
                        .with("retainedTasks", 16)
                        .with("snapshotRecords", 10)
                        .with("retainedEvents", random.nextBoolean() ? 0 : 400)
                        .build(),
                seed,
                log -> faulty = new FaultyLog(log));
        model = new SimulationModel(h);
        if (random.nextBoolean()) {
            h.rankBy(new RandomRouter());
        }
        if (random.nextBoolean()) {
            h.checkBy(new RandomChecker());
        }
        if (random.nextBoolean()) {
            h.log().manual();
        }
        for (String[] agent : AGENTS) {
            register(agent);
        }
        connect();
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            act();
            if (random.nextInt(3) == 0) {
                h.log().sync();
            }
            h.step();
            model.readEvents(1 + random.nextInt(40));
            if (random.nextInt(8) == 0 && !full) {
                quiet();
                model.check();
            }
        }
        drain();
    }

    /** Ranks some tasks, whenever it likes, whoever can do them or not. */
    private final class RandomRouter implements Router {
        @Override
        public boolean isOn(Task task) {
            return task.spec().priority() > 2;
        }

        @Override
        public CompletionStage<Router.Verdict> rank(Task task, @Nullable List<String> candidates) {
            CompletableFuture<Router.Verdict> answer = new CompletableFuture<>();
            answers.add(() -> answer.complete(verdict()));
            return answer;
        }

        private Router.Verdict verdict() {
            List<Selection.Choice> choices = new ArrayList<>();
            for (String[] agent : AGENTS) {
                if (random.nextBoolean()) {
                    choices.add(new Selection.Choice(agent[0], random.nextDouble()));
                }
            }
            choices.add(new Selection.Choice(CONNECTED, random.nextDouble()));
            choices.sort(
                    Comparator.comparingDouble(Selection.Choice::probability).reversed());
            return switch (random.nextInt(8)) {
                case 0 -> new Silent("silent", random.nextBoolean());
                case 1 -> new NobodyFits("d", Policy.values()[random.nextInt(3)], choices, List.of("no"));
                default -> new Ranked("d", choices, List.of("yes"));
            };
        }
    }

    /** Checks some tasks, whenever it likes. */
    private final class RandomChecker implements Checker {
        @Override
        public boolean isOn(Stage stage, Task task) {
            return task.spec().priority() % 2 == stage.ordinal();
        }

        @Override
        public CompletionStage<Checker.Verdict> check(Stage stage, Task task) {
            CompletableFuture<Checker.Verdict> answer = new CompletableFuture<>();
            answers.add(() -> answer.complete(verdict()));
            return answer;
        }

        private Checker.Verdict verdict() {
            return switch (random.nextInt(6)) {
                case 0 -> new Failed(List.of("no"), random.nextBoolean());
                case 1 -> new Pending("later", Duration.ofSeconds(random.nextInt(100)));
                case 2 -> Passed.UNASKED;
                default -> new Passed(true, random.nextBoolean() ? Map.of() : Map.of("a", "1"), List.of());
            };
        }
    }

    private void answer(int most) {
        for (int i = 0; i < most && !answers.isEmpty(); i++) {
            answers.remove(random.nextInt(answers.size())).run();
        }
    }

    private void act() {
        answer(random.nextInt(3));
        int dice = random.nextInt(100);
        if (dice < 25) {
            submit();
        } else if (dice < 45) {
            claim(random.nextInt(AGENTS.length));
        } else if (dice < 70) {
            word();
        } else if (dice < 80) {
            h.clock().advance(Duration.ofMillis((long) Math.pow(10, random.nextDouble() * 4.6)));
        } else if (dice < 86) {
            submitterWord();
        } else if (dice < 90) {
            h.agents().heartbeat(AGENTS[random.nextInt(AGENTS.length)][0], null);
        } else if (dice < 94) {
            operator();
        } else if (dice < 96) {
            connect();
        } else if (dice < 98) {
            fill(!full);
        } else {
            crash();
        }
    }

    /** The whole disk, or what one shard wants to write at the wrong moment. */
    private void fill(boolean now) {
        int shard = random.nextInt(2 * EngineHarness.SHARDS);
        full = now;
        h.log().full(full && shard >= EngineHarness.SHARDS);
        faulty.fault = s -> full && s == shard ? new StoreFullException("no space in shard " + s) : null;
    }

    private void crash() {
        fill(false);
        h.restart();
        connector = connector();
    }

    private RecordingConnector connector() {
        return new RecordingConnector(assignment -> got(List.of(assignment)));
    }

    private void register(String[] agent) {
        String[] skills = new String[agent.length - 1];
        System.arraycopy(agent, 1, skills, 0, skills.length);
        h.agents().register(EngineHarness.agent(agent[0], 1 + random.nextInt(3), skills), true);
    }

    private void operator() {
        String[] agent = AGENTS[random.nextInt(AGENTS.length)];
        List<Reservation> reserved = model.reservations();
        switch (random.nextInt(7)) {
            case 0 -> h.agents().drain(agent[0], null);
            case 1 -> h.agents().remove(agent[0], "replaced");
            case 2, 3 -> model.reserve(agent[0], Duration.ofMillis(1 + random.nextInt(60_000)));
            case 4 ->
                reserved.stream()
                        .skip(random.nextInt(reserved.size() + 1))
                        .findFirst()
                        .ifPresent(reservation -> h.agents().release(reservation.id()));
            default -> register(agent);
        }
    }

    /** As a connector does: what it does not know of ends as interrupted. */
    private void connect() {
        if (random.nextInt(3) == 0) {
            h.agents().disconnect(CONNECTED, connector);
            return;
        }
        RecordingConnector mine = connector;
        h.agents().connect(EngineHarness.agent(CONNECTED, 2, "a", "b"), mine).thenAccept(agent -> {
            for (Task task : h.agents().held(CONNECTED)) {
                if (mine.assigned.stream().noneMatch(a -> a.task().id().equals(task.id()))) {
                    h.attempts().fail(EngineHarness.ref(task), AttemptEnd.INTERRUPTED, "not mine", true);
                }
            }
        });
    }

    private void submit() {
        List<TaskSpec> specs = new ArrayList<>();
        int size = random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 1;
        for (int i = 0; i < size; i++) {
            specs.add(spec(specs));
        }
        model.when(h.tasks().submit(specs), answers -> {
            for (int i = 0; i < answers.size(); i++) {
                model.submitted(specs.get(i), answers.get(i));
            }
        });
    }

    private TaskSpec spec(List<TaskSpec> before) {
        if (!keys.isEmpty() && random.nextInt(6) == 0) {
            TaskSpec again = keys.get("k" + random.nextInt(keys.size()));
            if (before.stream().noneMatch(s -> again.idempotencyKey().equals(s.idempotencyKey()))) {
                return again;
            }
        }
        TaskSpecBuilder spec = TaskSpec.of("task " + ++count).priority(random.nextInt(10));
        spec.name("n" + count);
        if (random.nextInt(2) == 0) {
            spec.skills(SKILLS.get(random.nextInt(2)));
        }
        if (random.nextInt(3) == 0) {
            spec.input("\"" + "x".repeat(random.nextInt(50)) + "\"");
        }
        spec.retry(
                new RetryPolicy(1 + random.nextInt(4), Duration.ofMillis(random.nextInt(2000)), Duration.ofSeconds(9)));
        List<String> known = model.ids();
        if (!known.isEmpty() && random.nextInt(3) == 0) {
            spec.dependsOn(known.get(random.nextInt(known.size())), known.get(random.nextInt(known.size())));
        } else if (!before.isEmpty() && random.nextInt(2) == 0) {
            spec.dependsOn(before.get(random.nextInt(before.size())).name());
        }
        spec.onDependencyFailure(POLICIES.get(random.nextInt(3)));
        return timesAndKeys(spec, known);
    }

    private TaskSpec timesAndKeys(TaskSpecBuilder spec, List<String> known) {
        if (random.nextInt(8) == 0) {
            spec.notBefore(h.clock().instant().plusMillis(random.nextInt(60_000)));
        }
        if (random.nextInt(8) == 0) {
            spec.deadline(h.clock().instant().plusMillis(random.nextInt(120_000)));
        }
        if (random.nextInt(8) == 0) {
            spec.attemptTimeout(Duration.ofMillis(1 + random.nextInt(60_000)));
        }
        if (!known.isEmpty() && random.nextInt(6) == 0) {
            spec.parent(known.get(random.nextInt(known.size())));
        }
        List<Reservation> reserved = model.reservations();
        if (!reserved.isEmpty() && random.nextInt(3) == 0) {
            spec.reservation(reserved.get(random.nextInt(reserved.size())).id());
        }
        if (random.nextInt(4) == 0) {
            String key = "k" + keys.size();
            keys.put(key, spec.idempotencyKey(key).build());
        }
        return spec.build();
    }

    private void claim(int agent) {
        Duration wait = Duration.ofSeconds(random.nextInt(3) == 0 ? random.nextInt(60) : 0);
        model.when(h.attempts().claim(AGENTS[agent][0], 1 + random.nextInt(3), wait), this::got);
    }

    private void got(List<Assignment> assignments) {
        assignments.forEach(assignment -> {
            model.assigned(assignment);
            inHand.add(EngineHarness.ref(assignment.task()));
        });
    }

    private void word() {
        if (inHand.isEmpty()) {
            return;
        }
        int newest = inHand.size() - 1;
        AttemptRef ref = inHand.get(Math.max(0, newest - random.nextInt(random.nextInt(3) == 0 ? newest + 1 : 6)));
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> model.complete(ref, "\"" + random.nextInt(1000) + "\"");
            case 3 -> h.attempts().fail(ref, AttemptEnd.FAILED, "broken", random.nextInt(4) > 0);
            case 4 -> h.attempts().requireInput(ref, "which?");
            case 5 -> h.attempts().start(ref, null);
            case 6 -> h.attempts().takeBack(ref, "moved");
            default -> h.attempts().heartbeat(ref, random.nextBoolean() ? "line" : null);
        }
    }

    private void submitterWord() {
        List<String> known = model.ids();
        if (known.isEmpty()) {
            return;
        }
        String id = known.get(random.nextInt(known.size()));
        switch (random.nextInt(5)) {
            case 0 -> model.cancel(id);
            case 3 -> h.tasks().route(id, AGENTS[random.nextInt(AGENTS.length)][0]);
            case 1 -> model.retry(id);
            case 2 -> h.tasks().why(id);
            default -> h.tasks().answer(id, "1");
        }
    }

    /** Everything durable, everything answered, nothing due. */
    private void quiet() {
        for (int i = 0; i < 10; i++) {
            h.log().sync();
            h.run();
            if (h.log().pending() == 0 && h.engine().isIdle() && h.engine().trouble() == null && i > 2) {
                return;
            }
        }
        throw new AssertionError("never quiet: " + h.engine().trouble());
    }

    /** With space, time and willing agents every task ends. */
    private void drain() {
        fill(false);
        quiet();
        for (int round = 0; round < 400 && !model.live().isEmpty(); round++) {
            for (String[] agent : AGENTS) {
                if (h.agents()
                        .find(agent[0])
                        .filter(a -> a.state() == AgentState.ACTIVE)
                        .isEmpty()) {
                    register(agent);
                }
                quiet();
                model.when(h.attempts().claim(agent[0], 1000, Duration.ZERO), this::got);
                quiet();
                completeHeld(agent[0]);
            }
            h.agents().connect(EngineHarness.agent(CONNECTED, 2, "a", "b"), connector);
            quiet();
            completeHeld(CONNECTED);
            answer(Integer.MAX_VALUE);
            routeHeld();
            quiet();
            model.check();
            h.clock().advance(Duration.ofSeconds(7));
        }
        quiet();
        model.check();
        model.checkEnd();
    }

    /** As a person does: what nobody fits goes to the one that has every skill. */
    private void routeHeld() {
        for (Task task : model.live()) {
            if (task.selection() != null && task.selection().held()) {
                h.tasks().route(task.id(), "p3");
            }
        }
    }

    private void completeHeld(String agent) {
        for (Task task : h.agents().held(agent)) {
            if (task.state() == TaskState.INPUT_REQUIRED) {
                h.tasks().answer(task.id(), "2");
            }
            model.complete(EngineHarness.ref(task), "\"drained\"");
        }
    }
}
