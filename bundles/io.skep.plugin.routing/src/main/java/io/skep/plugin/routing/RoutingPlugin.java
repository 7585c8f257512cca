// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import io.skep.api.Refusal;
import io.skep.api.embedding.Embedder;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** The plugin {@code context-routing}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.routing",
        service = OrchestrationPlugin.class,
        property = OrchestrationPlugin.NAME + '=' + RoutingPlugin.PLUGIN)
@Designate(ocd = Config.class)
public final class RoutingPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "context-routing";

    private final Clock clock;
    private final Settings settings;
    private final Routing.Patience patience;
    private final Codec codec = new Codec();
    private final Encoder encoder = new Encoder();
    private volatile @Nullable Routing routing;

    /** Made by Declarative Services. */
    @Activate
    public RoutingPlugin(Config config) {
        this(Clock.systemUTC(), Settings.of(config));
    }

    /** As shipped, for whoever runs it without OSGi. */
    public RoutingPlugin() {
        this(Clock.systemUTC(), Settings.DEFAULT);
    }

    /** With a clock and settings of its own. */
    RoutingPlugin(Clock clock, Settings settings) {
        this(clock, settings, Routing.Patience.DEFAULT);
    }

    /** With patience of its own too. */
    RoutingPlugin(Clock clock, Settings settings, Routing.Patience patience) {
        this.clock = clock;
        this.settings = settings;
        this.patience = patience;
    }

    /** An encoder has come. */
    @Reference(
            name = "embedder",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "unbind")
    public void bind(Embedder embedder) {
        encoder.set(embedder);
    }

    /** It has gone. */
    public void unbind(Embedder embedder) {
        encoder.unset(embedder);
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Routing begun = new Routing(orchestrator, clock, codec, encoder, settings, patience);
        routing = begun;
        return begun.start();
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Routing now = routing;
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
        Routing now = routing;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began and keeps what was learned; within two seconds. */
    @Override
    @Deactivate
    public void close() {
        Routing now = routing;
        if (now != null) {
            now.close();
        }
    }

    /** How much is remembered, for tests of what a next version starts from. */
    long remembered() {
        Routing now = routing;
        return now == null ? 0 : now.remembered();
    }

    private CompletionStage<?> answer(Routing to, IntegrationRequest request) {
        String data = request.data();
        return switch (Offer.named(request.capability(), request.operation())) {
            case "semantic_routing/route" -> to.route(codec.read(data, SemanticRouting.RouteRequest.class), true);
            case "semantic_routing/route_preview" ->
                to.route(codec.read(data, SemanticRouting.RouteRequest.class), false);
            case "semantic_routing/similar" -> to.similar(codec.read(data, SemanticRouting.SimilarRequest.class));
            case "agent_profiling/profile" ->
                done(to.profiling().profile(codec.read(data, AgentProfiling.ProfileRequest.class), request.agent()));
            case "agent_profiling/export" ->
                done(to.profiling().export(codec.read(data, AgentProfiling.ExportRequest.class)));
            case "performance_learning/record" ->
                done(to.learning().record(codec.read(data, PerformanceLearning.RecordRequest.class)));
            case "performance_learning/status" -> {
                codec.read(data, PerformanceLearning.StatusRequest.class);
                yield done(to.learning().status());
            }
            case "performance_learning/reset" ->
                done(to.learning().reset(codec.read(data, PerformanceLearning.ResetRequest.class)));
            default ->
                throw new Declination(PLUGIN + " does not offer " + request.capability() + " with that operation");
        };
    }

    private static CompletionStage<?> done(Object answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static IntegrationResponse ending(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Declination || cause instanceof Refusal
                ? new Declined(String.valueOf(cause.getMessage()))
                : new Failed(PLUGIN, cause.toString());
    }
}
