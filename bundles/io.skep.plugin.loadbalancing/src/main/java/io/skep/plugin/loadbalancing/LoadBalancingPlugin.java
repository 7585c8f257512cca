// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

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
import io.skep.plugin.loadbalancing.balance.Fleet;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The plugin {@code load-balancing}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.loadbalancing",
        service = OrchestrationPlugin.class,
        property = OrchestrationPlugin.NAME + '=' + LoadBalancingPlugin.PLUGIN)
@Designate(ocd = Config.class)
public final class LoadBalancingPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "load-balancing";

    private final Clock clock;
    private final Settings settings;
    private final Codec codec = new Codec();
    private volatile @Nullable Balancing balancing;

    /** Made by Declarative Services. */
    @Activate
    public LoadBalancingPlugin(Config config) {
        this(Clock.systemUTC(), Settings.of(config));
    }

    /** With a clock and settings of its own. */
    LoadBalancingPlugin(Clock clock, Settings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Balancing begun = new Balancing(orchestrator, clock, codec, settings);
        balancing = begun;
        return begun.start();
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Balancing now = balancing;
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
        Balancing now = balancing;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began; within two seconds. */
    @Override
    @Deactivate
    public void close() {
        Balancing now = balancing;
        if (now != null) {
            now.close();
        }
    }

    /** What was learned of an agent, for tests of what a next version starts from. */
    Fleet.Standing standing(String agent) {
        return Objects.requireNonNull(balancing).standing(agent);
    }

    /** A document that is kept for a next version, empty if it is not there, for tests of that. */
    String kept(String key) {
        return Objects.requireNonNull(balancing).kept(key);
    }

    private CompletionStage<?> answer(Balancing to, IntegrationRequest request) {
        String data = request.data();
        return switch (Offer.named(request.capability(), request.operation())) {
            case "adaptive_balancing/assign" -> to.assign(codec.read(data, Assigning.AssignRequest.class));
            case "adaptive_balancing/show" -> {
                codec.read(data, Offer.ShowRequest.class);
                yield to.show();
            }
            case "adaptive_balancing/health" -> {
                AgentHealth.HealthRequest asked = codec.read(data, AgentHealth.HealthRequest.class);
                yield to.health(asked.agent() == null ? new AgentHealth.HealthRequest(request.agent()) : asked);
            }
            case "capacity_management/capacity" -> {
                Capacity.CapacityRequest asked = codec.read(data, Capacity.CapacityRequest.class);
                yield to.capacity(asked.agent() == null ? new Capacity.CapacityRequest(request.agent()) : asked);
            }
            case "capacity_management/forecast" -> {
                codec.read(data, Capacity.ForecastRequest.class);
                yield to.forecast();
            }
            case "resource_optimization/preview" -> to.preview(agent(data, request));
            case "resource_optimization/apply" -> to.apply(agent(data, request));
            case "resource_optimization/actions" -> to.actions(agent(data, request));
            case "resource_optimization/undo" ->
                to.undo(Objects.requireNonNull(
                        codec.read(data, Optimizations.UndoRequest.class).id()));
            case "resource_optimization/policy" ->
                to.policy(codec.read(data, Optimizations.PolicyRequest.class).mode());
            case "capacity_management/what_if" -> to.suppose(codec.read(data, Capacity.Supposition.class));
            default ->
                throw new Declination(PLUGIN + " does not offer " + request.capability() + " with that operation");
        };
    }

    /** The agent that is named in the data, or by the call. */
    private @Nullable String agent(String data, IntegrationRequest request) {
        String named = codec.read(data, Optimizations.AgentRequest.class).agent();
        return named == null ? request.agent() : named;
    }

    private static IntegrationResponse ending(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Declination || cause instanceof Refusal
                ? new Declined(String.valueOf(cause.getMessage()))
                : new Failed(PLUGIN, cause.toString());
    }
}
