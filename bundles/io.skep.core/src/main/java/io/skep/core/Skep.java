// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.admin.Access;
import io.skep.api.agent.AgentService;
import io.skep.api.event.EventStream;
import io.skep.api.payload.PayloadService;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.ConditionalState;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.task.AttemptService;
import io.skep.api.task.TaskService;
import io.skep.core.engine.Engine;
import io.skep.core.engine.Parts;
import io.skep.core.payload.Payloads;
import io.skep.core.payload.Sweep;
import io.skep.core.plugin.Generation;
import io.skep.core.plugin.GenerationDocuments;
import io.skep.core.plugin.GenerationNotices;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.plugin.PluginWork;
import io.skep.core.service.Agents;
import io.skep.core.service.Attempts;
import io.skep.core.service.ConditionalDocuments;
import io.skep.core.service.Documents;
import io.skep.core.service.KeptCheckpoints;
import io.skep.core.service.Notices;
import io.skep.core.service.References;
import io.skep.core.service.Secrets;
import io.skep.core.service.Tasks;
import io.skep.core.service.Tokens;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The orchestrator with its threads, without any OSGi: what the component starts, and benchmarks and tests too. */
public final class Skep implements Orchestrator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Skep.class);
    private static final Duration MAX_CLOSE = Duration.ofSeconds(10);
    private static final int QUEUE = 10_000;

    private final ThreadPoolExecutor readers = Threads.pool("skep-reader", 2, QUEUE);
    private final ThreadPoolExecutor connectors = Threads.pool("skep-connectors", 1, 1_000_000);
    private final ThreadPoolExecutor files = Threads.pool("skep-payload", 2, QUEUE);
    private final ExecutorService plugins = Threads.plugins();
    private final ThreadPoolExecutor askers = Threads.pool("skep-routing", 2, QUEUE);
    private final PluginRegistry registry;
    private final PluginRouter router;
    private final PluginChecker checker;
    private final PluginSleeper sleeper;
    private final Documents documents;
    private final Notices notices;
    private final Engine engine;
    private final Tasks tasks;
    private final Attempts attempts;
    private final Agents agents;
    private final Admissions admissions;
    private final Payloads payloads;
    private final Sweep sweep;
    private final List<Thread> threads;

    /**
     * Reads the state and starts to work.
     *
     * @throws io.skep.api.store.StoreException if the state cannot be read
     * @throws IOException if the administrator's token cannot be read or written
     */
    public Skep(LogStore log, Projection projection, CoreSettings settings) throws IOException {
        this(log, projection, settings, false);
    }

    /** As the other; where {@code pluginsAreComing}, tasks that these were asked about wait until {@link #started}. */
    public Skep(LogStore log, Projection projection, CoreSettings settings, boolean pluginsAreComing)
            throws IOException {
        // The JDK's own timer thread is made now, and not in the middle of a plugin's call, see CoreThreads.
        new CompletableFuture<Void>().completeOnTimeout(null, 0, TimeUnit.MILLISECONDS);
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        Secrets secrets = new Secrets();
        Clock clock = Clock.systemUTC();
        payloads = new Payloads(log.directory().resolve("payloads"), settings.payloads(), clock, files);
        References references = new References(payloads, files);
        registry = new PluginRegistry(plugins, settings.plugins());
        router = new PluginRouter(registry.calls()::isOffered, registry.calls()::call, askers, pluginsAreComing);
        checker = new PluginChecker(registry.calls(), askers, settings.checkpoints(), pluginsAreComing);
        sleeper = new PluginSleeper(registry.calls()::call, askers, pluginsAreComing);
        engine = new Engine(
                new Parts(log, projection, clock, random, readers, connectors, router, checker, sleeper), settings);
        documents = new Documents(engine);
        notices = new Notices(engine);
        registry.whenChanged(this::lookAtAdvice);
        registry.whenWanted(new KeptCheckpoints(documents));
        tasks = new Tasks(engine, projection, references);
        attempts = new Attempts(engine, random, references);
        agents = new Agents(engine, secrets);
        Tokens tokens = new Tokens(engine, log.directory(), secrets);
        admissions = new Admissions(tokens, tasks, registry.calls(), settings.authRequired());
        sweep = new Sweep(
                payloads,
                () -> engine.state().shards().stream().flatMap(shard -> shard.tasks().stream()),
                projection,
                engine::projectionHasCaughtUp,
                settings.payloads().orphan(),
                clock);
        threads = work();
    }

    private List<Thread> work() {
        return List.of(
                Threads.start("skep-engine", () -> untilStopped(engine::run)),
                Threads.start(
                        "skep-answers",
                        () -> untilStopped(() -> {
                            while (true) {
                                engine.finish();
                            }
                        })),
                Threads.start("skep-projector", engine.projector()),
                Threads.start("skep-payload-sweep", sweep));
    }

    /** Whether what is advised about an agent counts, now that its capability is there and not flagged off for it. */
    private boolean countsAdvice(String agent) {
        return registry.calls().isOffered(new IntegrationRequest(Capabilities.ADAPTIVE_BALANCING, null, agent, ""));
    }

    /** Which advice counts may be another one. */
    private void lookAtAdvice() {
        engine.ask(turn -> {
            engine.advised().look(turn);
            return true;
        });
    }

    @Override
    public TaskService tasks() {
        return tasks;
    }

    @Override
    public AttemptService attempts() {
        return attempts;
    }

    @Override
    public AgentService agents() {
        return agents;
    }

    @Override
    public EventStream events() {
        return engine.events();
    }

    @Override
    public PluginState state() {
        throw new IllegalStateException("this orchestrator was given to no plugin");
    }

    @Override
    public ConditionalState documents() {
        throw new IllegalStateException("this orchestrator was given to no plugin");
    }

    @Override
    public List<Capability> capabilities() {
        return registry.capabilities();
    }

    @Override
    public CompletionStage<IntegrationResponse> call(IntegrationRequest request) {
        return registry.calls().call(request);
    }

    @Override
    public void checkpoints(List<Checkpoint> wanted) {
        throw new IllegalStateException("this orchestrator was given to no plugin");
    }

    @Override
    public void recheck(String task) {
        engine.ask(turn -> {
            engine.checkpoints().recheck(turn.state().find(task));
            return true;
        });
    }

    @Override
    public void advise(List<Advice> advice, Duration holds) {
        throw new IllegalStateException("this orchestrator was given to no plugin");
    }

    @Override
    public CompletionStage<Void> tell(Notice notice) {
        throw new IllegalStateException("this orchestrator was given to no plugin");
    }

    /** Inputs and results that are files. */
    public PayloadService payloads() {
        return payloads;
    }

    /** Who may come in. */
    public Access access() {
        return admissions;
    }

    /** The plugins that shall be there are, or will not come soon. */
    public void started() {
        router.started();
        checker.started();
        sleeper.started();
    }

    /** What a generation of a plugin is given. */
    Orchestrator orchestratorOf(Generation generation) {
        PluginState state = registry.state(generation, documents);
        return new PluginOrchestrator(
                this,
                state,
                new GenerationDocuments(generation, new ConditionalDocuments(engine, documents)),
                new GenerationNotices(generation, state, notices),
                new GenerationAdvice(generation, state, engine, this::countsAdvice),
                wanted -> registry.want(generation, wanted));
    }

    /**
     * Has a plugin serve that comes by no bundle, in the place of the one of its name: what benchmarks and tests do.
     *
     * @return ends when it serves
     */
    public CompletionStage<Void> serve(Generation.Origin origin, OrchestrationPlugin plugin) {
        Generation generation = registry.arrive(origin, plugin);
        return PluginWork.ready(generation, orchestratorOf(generation)).thenAccept(wrong -> {
            if (wrong != null
                    || registry.promote(generation, "served without a bundle").isPresent()) {
                throw new IllegalArgumentException(wrong == null ? "another plugin offers the same" : wrong);
            }
        });
    }

    /** What operators see; {@code missing} names what shall be there and has not come yet. */
    ServerView server(String version, Supplier<List<String>> missing) {
        return new ServerView(engine, attempts, version, missing);
    }

    /** What decides. */
    Engine engine() {
        return engine;
    }

    /** The plugins. */
    PluginRegistry registry() {
        return registry;
    }

    /** Stops to decide, makes durable and answers what was decided, and ends every thread. Bounded; idempotent. */
    @Override
    public void close() {
        sweep.stop();
        engine.close();
        try {
            threads.get(0).join(MAX_CLOSE.toMillis());
            long deadline = System.nanoTime() + MAX_CLOSE.toNanos();
            while (!engine.isIdle() && System.nanoTime() < deadline) {
                threads.get(1).join(1);
            }
            threads.get(1).interrupt();
            threads.get(1).join(MAX_CLOSE.toMillis());
            threads.get(2).join(MAX_CLOSE.toMillis());
            threads.get(3).join(MAX_CLOSE.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        registry.calls().close();
        readers.shutdown();
        askers.shutdown();
        files.shutdown();
        connectors.shutdown();
        plugins.shutdownNow();
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static void untilStopped(Work work) {
        try {
            work.run();
        } catch (InterruptedException stopped) {
            LOG.debug("stopped", stopped);
        }
    }
}
