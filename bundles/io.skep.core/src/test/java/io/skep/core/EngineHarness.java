// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.Refusal;
import io.skep.api.agent.Agent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Skill;
import io.skep.api.event.Event;
import io.skep.api.event.EventBatch;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Stage;
import io.skep.api.store.LogStore;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.core.engine.Checker;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Parts;
import io.skep.core.engine.Router;
import io.skep.core.engine.Sleeper;
import io.skep.core.payload.Payloads;
import io.skep.core.service.Agents;
import io.skep.core.service.Attempts;
import io.skep.core.service.References;
import io.skep.core.service.Secrets;
import io.skep.core.service.Tasks;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import io.skep.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** An engine without threads over a store in memory: {@link #run} does all there is to do at the clock's time. */
public final class EngineHarness {
    public static final int SHARDS = 4;
    public static final Duration LEASE = Duration.ofSeconds(30);
    public static final Duration GRACE = Duration.ofSeconds(40);

    private final ManualClock clock = new ManualClock();
    private final InMemoryLogStore log = new InMemoryLogStore(SHARDS, Path.of("none"));
    private final InMemoryProjection projection = new InMemoryProjection(SHARDS);
    private final LogStore seen;
    private final CoreSettings settings;
    private final RandomGenerator random;
    private boolean projecting = true;
    private Router router = Router.NONE;
    private final Router routing = new Router() {
        @Override
        public boolean isOn(Task task) {
            return router.isOn(task);
        }

        @Override
        public CompletionStage<Router.Verdict> rank(Task task, @Nullable List<String> candidates) {
            return router.rank(task, candidates);
        }
    };
    private Checker checker = Checker.NONE;
    private final Checker checking = new Checker() {
        @Override
        public boolean isOn(Stage stage, Task task) {
            return checker.isOn(stage, task);
        }

        @Override
        public void remember(Collection<String> kept) {
            checker.remember(kept);
        }

        @Override
        public CompletionStage<Checker.Verdict> check(Stage stage, Task task) {
            return checker.check(stage, task);
        }
    };
    private Sleeper sleeper = Sleeper.NONE;
    private final Sleeper sleeping = new Sleeper() {
        @Override
        public CompletionStage<Sleeper.Verdict> prepare(Agent agent) {
            return sleeper.prepare(agent);
        }

        @Override
        public CompletionStage<Sleeper.Verdict> restore(Agent agent) {
            return sleeper.restore(agent);
        }
    };
    private Payloads payloads;
    private Engine engine;
    private Tasks tasks;
    private Attempts attempts;
    private Agents agents;

    public EngineHarness() {
        this(settings().build(), 1);
    }

    public EngineHarness(CoreSettings settings, long seed) {
        this(settings, seed, log -> log);
    }

    /** With something between engine and log. */
    public EngineHarness(CoreSettings settings, long seed, UnaryOperator<LogStore> around) {
        this.settings = settings;
        this.seen = around.apply(log);
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        try {
            payloadsIn(Path.of("none"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on payloads are in a directory; else there are none. */
    public Payloads payloadsIn(Path directory) throws IOException {
        payloads = new Payloads(directory, settings.payloads(), clock, Runnable::run);
        start();
        return payloads;
    }

    /** Settings to start from. */
    public static TestSettings settings() {
        return new TestSettings();
    }

    private void start() {
        engine = new Engine(
                new Parts(
                        seen,
                        projection,
                        clock,
                        random,
                        Runnable::run,
                        new DirectExecutor(),
                        routing,
                        checking,
                        sleeping),
                settings);
        References references = new References(payloads, Runnable::run);
        tasks = new Tasks(engine, projection, references);
        attempts = new Attempts(engine, random, references);
        agents = new Agents(engine, new Secrets());
        run();
    }

    /** The time. */
    public ManualClock clock() {
        return clock;
    }

    /** The log. */
    public InMemoryLogStore log() {
        return log;
    }

    /** The projection. */
    public InMemoryProjection projection() {
        return projection;
    }

    /** The engine of the newest start. */
    public Engine engine() {
        return engine;
    }

    /** Its tasks. */
    public Tasks tasks() {
        return tasks;
    }

    /** Its attempts. */
    public Attempts attempts() {
        return attempts;
    }

    /** Its agents. */
    public Agents agents() {
        return agents;
    }

    /** From now on tasks are ranked by {@code router}. */
    public void rankBy(Router next) {
        router = next;
    }

    /** From now on tasks are checked by {@code next}. */
    public void checkBy(Checker next) {
        checker = next;
    }

    /** From now on {@code next} keeps what agents know. */
    public void sleepBy(Sleeper next) {
        sleeper = next;
    }

    /** As after kill -9 and a new start: what is not durable is gone. */
    public void restart() {
        log.crash();
        start();
    }

    /** From now on the projection falls behind. */
    public void stopProjecting() {
        projecting = false;
    }

    /** Does everything there is to do now; what the store has not synced stays open. */
    public void run() {
        for (int i = 0; i < 3; i++) {
            step();
        }
    }

    /** One turn. */
    public void step() {
        try {
            engine.step(0);
            if (projecting) {
                engine.settle();
            } else {
                while (!engine.isIdle()) {
                    engine.finish();
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Moves the clock, and does what is due then. */
    public void advance(Duration by) {
        clock.advance(by);
        run();
    }

    /** Moves the clock by so many seconds, and does what is due then. */
    public void advance(long seconds) {
        advance(Duration.ofSeconds(seconds));
    }

    /** What a stage ends with, once everything there is to do is done; a refusal is thrown as such. */
    public <T> T get(CompletionStage<T> stage) {
        run();
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (!future.isDone()) {
            throw new AssertionError("not done");
        }
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw failed;
        }
    }

    /** The refusal that a stage ends with. */
    public Refusal refusal(CompletionStage<?> stage) {
        try {
            throw new AssertionError("not refused: " + get(stage));
        } catch (Refusal refusal) {
            return refusal;
        }
    }

    /** An agent with a lease of {@link #LEASE}. */
    public static AgentSpec agent(String id, int slots, String... skills) {
        List<Skill> all = Arrays.stream(skills).map(Skill::of).toList();
        return new AgentSpec(id, id, "", "1", all, slots, LEASE);
    }

    /** Registers a pull agent. */
    public void register(String id, int slots, String... skills) {
        get(agents.register(agent(id, slots, skills), false));
    }

    /** Submits one task. */
    public Task submit(TaskSpecBuilder spec) {
        return get(tasks.submit(List.of(spec.build()))).get(0).task();
    }

    /** Submits one task with all defaults. */
    public Task submit(String description) {
        return submit(TaskSpec.of(description));
    }

    /** The task as it stands. */
    public Task task(Task task) {
        return get(tasks.find(task.id())).orElseThrow();
    }

    /** What the agent gets now, without waiting. */
    public List<Assignment> claim(String agent, int max) {
        return get(attempts.claim(agent, max, Duration.ZERO));
    }

    /** The one task that the agent gets now. */
    public Task claimOne(String agent) {
        List<Assignment> claimed = claim(agent, 1);
        if (claimed.size() != 1) {
            throw new AssertionError("claimed " + claimed.size());
        }
        return claimed.get(0).task();
    }

    /** Names the newest attempt of a task as it was given out. */
    public static AttemptRef ref(Task assigned) {
        return new AttemptRef(
                assigned.id(),
                assigned.token(),
                assigned.attempts().get(assigned.attempts().size() - 1).agent());
    }

    /** Completes the attempt. */
    public Task complete(Task assigned, String result) {
        return get(attempts.complete(List.of(new Completion(ref(assigned), result)))
                .get(0));
    }

    /** Every event after a position. */
    public List<Event> events(EventCursor from) {
        List<Event> all = new ArrayList<>();
        EventBatch batch = get(engine.events().next(from, 10_000, Duration.ZERO));
        while (!batch.events().isEmpty()) {
            all.addAll(batch.events());
            batch = get(engine.events().next(batch.next(), 10_000, Duration.ZERO));
        }
        return all;
    }
}
