// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.coordination;

import io.skep.api.Refusal;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The plugin {@code task-coordination}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.coordination",
        service = OrchestrationPlugin.class,
        property = OrchestrationPlugin.NAME + '=' + CoordinationPlugin.PLUGIN)
public final class CoordinationPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "task-coordination";
    private static final Duration CATCH_UP = Duration.ofMillis(500);

    private final Clock clock;
    private final Duration catchUp;
    private final Codec codec = new Codec();
    private volatile @Nullable Coordination coordination;

    /** Made by Declarative Services. */
    @Activate
    public CoordinationPlugin() {
        this(CATCH_UP);
    }

    /** With another time that a question waits, at most, for what has happened to be known. */
    CoordinationPlugin(Duration catchUp) {
        this.clock = Clock.systemUTC();
        this.catchUp = catchUp;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Coordination begun = new Coordination(orchestrator, clock, codec, catchUp);
        coordination = begun;
        return begun.start();
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Coordination now = coordination;
        if (now == null) {
            return CompletableFuture.completedFuture(new Failed(PLUGIN, "it is not initialised"));
        }
        try {
            return answer(now, request)
                    .handle((answer, failure) -> failure == null ? new Answered(codec.write(answer)) : ending(failure));
        } catch (Declination | Refusal refused) {
            return CompletableFuture.completedFuture(ending(refused));
        }
    }

    @Override
    public CompletionStage<Health> health() {
        Coordination now = coordination;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began; within two seconds. */
    @Override
    @Deactivate
    public void close() {
        Coordination now = coordination;
        if (now != null) {
            now.close();
        }
    }

    /** What was learned of an agent, for tests of what a next version starts from. */
    Window.Figures timesOf(String agent) {
        Coordination now = coordination;
        return now == null ? Window.Figures.NONE : now.timesOf(agent);
    }

    private CompletionStage<?> answer(Coordination to, IntegrationRequest request) {
        String data = request.data();
        return switch (Offer.named(request.capability(), request.operation())) {
            case "agent_requests/request" -> to.requests().request(codec.read(data, AgentRequests.Request.class));
            case "agent_requests/release" -> to.requests().release(codec.read(data, AgentRequests.Release.class));
            case "task_mapping/lookup" ->
                to.tasks().lookup(codec.read(data, TaskMapping.Lookup.class), request.task(), request.agent());
            case "task_mapping/verify" -> to.tasks().verify(codec.read(data, TaskMapping.Verify.class));
            case "workload_analysis/analyze" ->
                to.workload().analyze(codec.read(data, WorkloadAnalysis.Analyze.class), request.agent());
            case "workload_analysis/optimize" -> to.workload().optimize(codec.read(data, Balance.Optimize.class));
            default ->
                throw new Declination(PLUGIN + " does not offer " + request.capability() + " with that operation");
        };
    }

    private static IntegrationResponse ending(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Declination || cause instanceof Refusal
                ? new Declined(String.valueOf(cause.getMessage()))
                : new Failed(PLUGIN, cause.toString());
    }
}
