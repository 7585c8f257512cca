// SPDX-License-Identifier: Apache-2.0
package io.skep.itests.faultplugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Says again what it is told, if nothing is wrong with it. Thread-safe. */
final class FaultPlugin implements OrchestrationPlugin, AutoCloseable {
    /** What is said. */
    record Text(String text) {}

    /** What is said again, by which version, and how often something was asked of it before. */
    record Echo(String text, String version, long calls) {}

    /** A fault by its name in the manifest, for instance {@code throws}. */
    record Become(String fault) {}

    /** A jar by its path on the server. */
    record Upgrade(String jar) {}

    /** The job that was begun, and how it stands. */
    record Begun(String job, String outcome) {}

    private static final int EVERY = 10;

    private static final Operation ECHO = Operation.named("echo")
            .summary("Says again what it is told")
            .input(Text.class)
            .output(Echo.class)
            .sideEffectFree()
            .examples("{\"text\":\"hello\"}")
            .build();

    private static final Operation ACT = Operation.named("act")
            .summary("Does something that must not be done twice")
            .input(Text.class)
            .output(Echo.class)
            .examples("{\"text\":\"once\"}")
            .timeout(Operation.MAX_TIMEOUT)
            .build();

    private static final Operation BECOME = Operation.named("become")
            .summary("Goes wrong from now on as told, or no more")
            .input(Become.class)
            .output(Become.class)
            .idempotent()
            .examples("{\"fault\":\"none\"}")
            .build();

    private static final Operation UPGRADE = Operation.named("upgrade")
            .summary("Begins to replace itself")
            .input(Upgrade.class)
            .output(Begun.class)
            .examples("{\"jar\":\"no-such-file.jar\"}")
            .build();

    private static final Operation UPGRADE_AND_WAIT = Operation.named("upgrade-and-wait")
            .summary("Replaces itself and waits for that, which is wrong")
            .input(Upgrade.class)
            .output(Begun.class)
            .examples("{\"jar\":\"no-such-file.jar\"}")
            .build();

    private static final Map<String, String> FIELDS = Map.of(
            ECHO.name(), "text",
            ACT.name(), "text",
            BECOME.name(), "fault",
            UPGRADE.name(), "jar",
            UPGRADE_AND_WAIT.name(), "jar");

    private final ObjectMapper json = JsonMapper.builder()
            // Jackson's own cache of types is shared by the whole server and would keep this bundle's classes.
            .typeFactory(TypeFactory.defaultInstance()
                    .withCache((LookupCache<Object, JavaType>) new LRUMap<Object, JavaType>(16, 64)))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong calls = new AtomicLong();
    private final ScheduledExecutorService timer;
    private final Settings settings;
    private final @Nullable SelfUpgrade self;
    private final Capability capability;
    private volatile Fault fault;
    private volatile long faultyNanos = System.nanoTime();

    /** Activates it, unless that is what goes wrong. */
    FaultPlugin(Settings settings, @Nullable SelfUpgrade self) {
        this.settings = settings;
        this.self = self;
        this.fault = settings.fault();
        this.capability = new Capability(settings.capability(), List.of(ECHO, ACT, BECOME, UPGRADE, UPGRADE_AND_WAIT));
        if (fault == Fault.FAILS_ACTIVATE) {
            throw new IllegalStateException("told to fail in its activation");
        } else if (fault == Fault.HANGS_ACTIVATE) {
            Misbehaviour.hang(closed);
        }
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "fault-plugin-timer"));
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        if (fault == Fault.FAILS_INITIALISE) {
            return CompletableFuture.failedFuture(new IllegalStateException("told to fail in its initialisation"));
        } else if (fault == Fault.HANGS_INITIALISE) {
            return new CompletableFuture<>();
        } else if (fault == Fault.LEAKS) {
            Misbehaviour.leak();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return List.of(capability);
    }

    @Override
    public CompletionStage<Health> health() {
        if (fault == Fault.THROWS_IN_HEALTH) {
            throw new IllegalStateException("told to throw");
        } else if (fault == Fault.HANGS_HEALTH) {
            return new CompletableFuture<>();
        }
        Health health = fault == Fault.UNHEALTHY ? new Health(false, "told to be unhealthy") : Health.OK;
        return CompletableFuture.completedFuture(health);
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Optional<Operation> operation = capability.operation(request.operation());
        if (!request.capability().equals(capability.id()) || operation.isEmpty()) {
            return declined("there is no such operation");
        }
        String name = operation.get().name();
        String field = Objects.requireNonNull(FIELDS.get(name));
        try {
            JsonNode input = json.readTree(request.data());
            if (input.size() != 1 || !input.path(field).isTextual()) {
                return declined("the input is " + field + " and nothing else");
            }
            String value = input.path(field).asText();
            return switch (field) {
                case "fault" -> become(value);
                case "jar" -> upgrade(value, name.equals(UPGRADE_AND_WAIT.name()));
                default -> echo(value, name.equals(ACT.name()) ? settings.act() : Duration.ZERO);
            };
        } catch (JsonProcessingException e) {
            return declined("the input is not JSON");
        }
    }

    private CompletionStage<IntegrationResponse> become(String name) {
        Optional<Fault> told = Fault.of(name);
        if (told.isEmpty()) {
            return declined("there is no fault " + name);
        }
        faultyNanos = System.nanoTime();
        fault = told.get();
        if (fault == Fault.LEAKS) {
            Misbehaviour.leak();
        }
        return CompletableFuture.completedFuture(answered(new Become(name)));
    }

    private CompletionStage<IntegrationResponse> upgrade(String jar, boolean wait) {
        if (self == null) {
            return declined("there is nobody to upgrade it");
        }
        return self.begin(jar, wait)
                .thenApply(job -> answered(new Begun(job.id(), job.outcome().wire())))
                .exceptionally(failure -> new IntegrationResponse.Declined("the upgrade was refused"));
    }

    private CompletionStage<IntegrationResponse> echo(String text, Duration longer) {
        long before = calls.getAndIncrement();
        IntegrationResponse answer = answered(new Echo(text, settings.version(), before));
        Duration takes = settings.work();
        switch (fault) {
            case THROWS -> throw new IllegalStateException("told to throw");
            case THROWS_A_WHILE -> {
                if (System.nanoTime() - faultyNanos < settings.slow().toNanos()) {
                    throw new IllegalStateException("told to throw for a while");
                }
            }
            case OVERFLOWS -> Misbehaviour.overflow();
            case HANGS -> Misbehaviour.hang(closed);
            case MISSING_CLASS -> Absent.touch();
            case ALLOCATES -> Misbehaviour.hoard();
            case NEVER_ENDS -> {
                return new CompletableFuture<>();
            }
            case SLOW -> takes = settings.slow();
            case WRONG_10 -> {
                if (before % EVERY == EVERY - 1) {
                    answer = new IntegrationResponse.Failed(settings.plugin(), "told to fail now and then");
                }
            }
            default -> {}
        }
        return after(takes.plus(longer), answer);
    }

    private CompletionStage<IntegrationResponse> after(Duration time, IntegrationResponse answer) {
        if (time.isZero() || timer.isShutdown()) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<IntegrationResponse> later = new CompletableFuture<>();
        timer.schedule(() -> later.complete(answer), time.toNanos(), TimeUnit.NANOSECONDS);
        return later;
    }

    private IntegrationResponse answered(Record data) {
        return new IntegrationResponse.Answered(json.valueToTree(data).toString());
    }

    private static CompletionStage<IntegrationResponse> declined(String reason) {
        return CompletableFuture.completedFuture(new IntegrationResponse.Declined(reason));
    }

    /** Deactivates it; calls that wait for their time still end. */
    @Override
    public void close() {
        if (fault == Fault.HANGS_DEACTIVATE) {
            Misbehaviour.hangUntilReleased();
        }
        closed.countDown();
        timer.shutdown();
    }
}
