// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.task.AttemptEnd;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Budget;
import io.skep.api.task.Completion;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.Usage;
import io.skep.core.EngineHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A server that is killed, a clock that jumps, a network that cuts, and a fleet of agents of which some are slow and some
 * lie. {@link FleetModel} knows what must hold after every step. The server is killed with some of its appends durable and
 * the others not, as they were handed over, and between what is durable and what is answered; it begins again from the
 * log.
 */
final class FleetSimulation {
    private static final int LARGE_ONE_IN = 50;
    private static final int SUBMITTERS = 3;
    private static final String[] SKILLS = {"a", "b"};

    private final Random random;
    private final EngineHarness h;
    private final FleetNet net;
    private final FleetModel model;
    private final List<FleetAgent> agents = new ArrayList<>();
    private final List<FleetNet.Link> submitters = new ArrayList<>();
    /** Events that happen within a step. */
    private final int batch;

    private int count;
    private int crashes;
    /** The latest that the server's clock ever said. */
    private Instant latest = Instant.MIN;

    private boolean calm;
    private boolean over;

    FleetSimulation(long seed) {
        random = new Random(seed);
        int size = seed % LARGE_ONE_IN == 0 ? 1_000 + random.nextInt(2_000) : 3 + random.nextInt(40);
        batch = 1 + size / 10;
        h = new EngineHarness(
                EngineHarness.settings()
                        .with("retainedTasks", 1_000_000)
                        .with("snapshotRecords", size > 1_000 ? 5_000 : 10 + random.nextInt(100))
                        .build(),
                seed);
        model = new FleetModel(h);
        net = new FleetNet(random);
        net.faults(random.nextInt(20), random.nextInt(20), 1 + random.nextInt(random.nextBoolean() ? 100 : 20_000));
        FleetAgent.Manners[] manners = FleetAgent.Manners.values();
        for (int i = 0; i < size; i++) {
            FleetAgent.Manners its = random.nextInt(2) == 0 ? manners[0] : manners[random.nextInt(manners.length)];
            FleetAgent agent = new FleetAgent(this, net, random, "a" + i, 1 + random.nextInt(4), its);
            agents.add(agent);
            register(agent);
            agent.live();
        }
        for (int i = 0; i < SUBMITTERS; i++) {
            FleetNet.Link link = new FleetNet.Link();
            submitters.add(link);
            net.later(random.nextInt(1_000), () -> submitOverAndOver(link));
        }
        h.run();
        h.log().manual();
    }

    /** Runs; says in a line what came about. */
    String run(int steps) {
        for (int i = 0; i < steps; i++) {
            misfortune();
            for (int j = 0; j < batch; j++) {
                happen();
            }
            turn();
        }
        drain();
        over = true;
        return agents.size() + " agents, " + crashes + " crashes, " + model.summary();
    }

    private void happen() {
        long until = net.untilNext();
        if (until < Long.MAX_VALUE) {
            h.clock().advance(Duration.ofMillis(Math.max(0, until)));
            net.next();
        }
    }

    /** A turn of the engine; that what went before is durable may take a while. */
    private void turn() {
        if (calm || random.nextInt(3) > 0) {
            h.log().sync();
        }
        h.step();
        latest = h.clock().instant().isAfter(latest) ? h.clock().instant() : latest;
        model.check();
    }

    private void misfortune() {
        int dice = random.nextInt(400);
        if (dice < 4) {
            crash();
        } else if (dice < 6) {
            h.clock().jump(Duration.ofMillis(random.nextInt(2 * 3_600_000)));
        } else if (dice < 8) {
            h.clock().jump(Duration.ofMillis(-random.nextInt(3_600_000)));
        } else if (dice < 16) {
            partition();
        }
    }

    private void crash() {
        crashes++;
        if (random.nextBoolean()) {
            h.log().sync(random.nextInt(h.log().pending() + 1));
        } else {
            h.log().sync();
        }
        h.restart();
        model.restarted();
        model.check();
    }

    private void partition() {
        int share = random.nextInt(100);
        long millis = random.nextInt(random.nextBoolean() ? 10_000 : 200_000);
        agents.stream().filter(agent -> random.nextInt(100) < share).forEach(agent -> net.cut(agent.link(), millis));
        submitters.stream().filter(link -> random.nextInt(100) < share).forEach(link -> net.cut(link, millis));
    }

    private void submitOverAndOver(FleetNet.Link link) {
        if (calm) {
            return;
        }
        net.later(500 + random.nextInt(4_000), () -> submitOverAndOver(link));
        List<TaskSpec> specs = new ArrayList<>();
        int size = 1 + random.nextInt(agents.size() / 8 + 3);
        for (int i = 0; i < size; i++) {
            specs.add(spec());
        }
        submitUntilAnswered(link, specs, new boolean[1]);
        String some = someTask();
        if (some != null && random.nextInt(10) == 0) {
            net.send(
                    link,
                    () -> model.when(h.tasks().cancel(some, null), (task, refusal) -> {
                        if (task != null) {
                            model.canceled(some);
                        }
                    }));
        }
    }

    private void submitUntilAnswered(FleetNet.Link link, List<TaskSpec> specs, boolean[] answered) {
        if (answered[0] || calm) {
            return;
        }
        net.later(3_000, () -> submitUntilAnswered(link, specs, answered));
        net.send(
                link,
                () -> model.when(h.tasks().submit(specs), (all, refusal) -> {
                    for (int i = 0; all != null && i < all.size(); i++) {
                        model.submitted(String.valueOf(specs.get(i).idempotencyKey()), all.get(i));
                    }
                    boolean isFinal = refusal == null || refusal.reason() != Refusal.Reason.UNAVAILABLE;
                    net.send(link, () -> answered[0] |= isFinal);
                }));
    }

    private TaskSpec spec() {
        TaskSpecBuilder spec = TaskSpec.of("task " + ++count)
                .idempotencyKey("k" + count)
                .priority(random.nextInt(10))
                .retry(new RetryPolicy(
                        1 + random.nextInt(5), Duration.ofMillis(random.nextInt(3_000)), Duration.ofSeconds(9)));
        if (random.nextInt(3) == 0) {
            spec.skills(SKILLS[random.nextInt(2)]);
        }
        if (random.nextInt(8) == 0) {
            spec.attemptTimeout(Duration.ofMillis(1 + random.nextInt(60_000)));
        }
        if (random.nextInt(10) == 0) {
            spec.deadline(h.clock().instant().plusMillis(random.nextInt(300_000)));
        }
        String parent = someTask();
        if (parent != null && random.nextInt(3) == 0) {
            spec.parent(parent);
        }
        if (random.nextInt(4) == 0) {
            spec.budget(new Budget(
                    random.nextBoolean() ? null : 1 + random.nextInt(6),
                    random.nextBoolean() ? null : Duration.ofSeconds(1 + random.nextInt(300)),
                    random.nextBoolean() ? null : 1L + random.nextInt(100),
                    null,
                    random.nextBoolean() ? null : random.nextInt(3),
                    random.nextBoolean() ? null : random.nextInt(5)));
        }
        return spec.build();
    }

    /** One of the newest tasks, if there is any. */
    @Nullable
    String someTask() {
        List<String> ids = model.ids();
        return ids.isEmpty() ? null : ids.get(Math.max(0, ids.size() - 1 - random.nextInt(40)));
    }

    boolean isOver() {
        return over;
    }

    private void register(FleetAgent agent) {
        int number = Integer.parseInt(agent.id().substring(1));
        String[] skills = number % 3 == 0 ? SKILLS : new String[] {SKILLS[number % 3 - 1]};
        model.when(
                h.agents().register(EngineHarness.agent(agent.id(), agent.slots(), skills), true),
                (registered, refusal) -> {});
    }

    // What comes to the server from an agent.

    void heartbeat(FleetAgent agent) {
        model.when(h.agents().heartbeat(agent.id(), null), (heard, refusal) -> {
            if (refusal != null && refusal.reason() == Refusal.Reason.NOT_FOUND) {
                register(agent);
            }
        });
    }

    void claim(FleetAgent agent, int max, Duration wait) {
        model.when(h.attempts().claim(agent.id(), max, wait), (assignments, refusal) -> {
            if (assignments != null) {
                assignments.forEach(model::assigned);
                net.send(agent.link(), () -> assignments.forEach(agent::got));
            }
        });
    }

    void complete(AttemptRef ref, String result, BiConsumer<AttemptRef, @Nullable Refusal> heard) {
        said(ref, h.attempts().complete(List.of(new Completion(ref, result))).get(0), heard, true);
    }

    void fail(AttemptRef ref, AttemptEnd end, boolean again, BiConsumer<AttemptRef, @Nullable Refusal> heard) {
        said(ref, h.attempts().fail(ref, end, "broken", again), heard, false);
    }

    void renew(AttemptRef ref, BiConsumer<AttemptRef, @Nullable Refusal> heard) {
        model.when(h.attempts().heartbeat(ref, null), (until, refusal) -> answer(ref, refusal, heard));
    }

    void use(AttemptRef ref, Usage total) {
        model.when(h.attempts().use(ref, total), (task, refusal) -> {});
    }

    private void said(
            AttemptRef ref,
            CompletionStage<Task> stage,
            BiConsumer<AttemptRef, @Nullable Refusal> heard,
            boolean isCompletion) {
        model.when(stage, (task, refusal) -> {
            if (task != null && isCompletion) {
                model.completed(ref, task);
            }
            answer(ref, refusal, heard);
        });
    }

    private void answer(AttemptRef ref, @Nullable Refusal refusal, BiConsumer<AttemptRef, @Nullable Refusal> heard) {
        FleetNet.Link link =
                agents.get(Integer.parseInt(ref.agent().substring(1))).link();
        net.send(link, () -> heard.accept(ref, refusal));
    }

    /** With a network that works and agents that do what they should, every task ends. */
    private void drain() {
        calm = true;
        net.faults(0, 0, 10);
        agents.forEach(FleetAgent::reform);
        submitters.forEach(net::heal);
        h.clock().jump(Duration.between(h.clock().instant(), latest).plusHours(1));
        for (int i = 0; i < 1_000 && (i < 20 || h.engine().state().liveCount() > 0); i++) {
            for (int j = 0; j < 4 * batch; j++) {
                happen();
            }
            turn();
        }
        for (int i = 0; i < 5; i++) {
            turn();
        }
        assertThat(model.live()).as("tasks that never end").isEmpty();
        Replay.check(h);
    }
}
