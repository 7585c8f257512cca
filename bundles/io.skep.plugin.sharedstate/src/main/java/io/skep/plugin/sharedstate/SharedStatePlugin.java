// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate;

import io.skep.api.Refusal;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.sharedstate.documents.Requests;
import io.skep.plugin.sharedstate.load.Loads;
import io.skep.plugin.sharedstate.load.Rebalancing;
import io.skep.plugin.sharedstate.tracking.Answers;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The plugin {@code shared-state}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.sharedstate",
        service = OrchestrationPlugin.class,
        property = OrchestrationPlugin.NAME + '=' + SharedStatePlugin.PLUGIN)
@Designate(ocd = Config.class)
public final class SharedStatePlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "shared-state";

    private final Clock clock;
    private final Settings settings;
    private final Codec codec = new Codec();
    private volatile @Nullable Sharing sharing;

    /** Made by Declarative Services. */
    @Activate
    public SharedStatePlugin(Config config) {
        this(Clock.systemUTC(), Settings.of(config));
    }

    /** With a clock and settings of its own. */
    SharedStatePlugin(Clock clock, Settings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Sharing begun = new Sharing(orchestrator, clock, codec, settings);
        sharing = begun;
        return begun.start();
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Sharing now = sharing;
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
        Sharing now = sharing;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began; within four seconds. */
    @Override
    @Deactivate
    public void close() {
        Sharing now = sharing;
        if (now != null) {
            now.close();
        }
    }

    /** Whether something is kept as that for a next version, for tests of that. */
    boolean keeps(String key) {
        Sharing now = sharing;
        return now != null && now.keeps(key);
    }

    private CompletionStage<?> answer(Sharing to, IntegrationRequest request) {
        String data = request.data();
        return switch (Offer.named(request.capability(), request.operation())) {
            case "atomic_updates/get" -> to.documents().get(to.reach(request), codec.read(data, Requests.Get.class));
            case "atomic_updates/set" -> to.documents().set(to.reach(request), codec.read(data, Requests.Set.class));
            case "atomic_updates/add" -> to.documents().add(to.reach(request), codec.read(data, Requests.Add.class));
            case "atomic_updates/delete" ->
                to.documents().delete(to.reach(request), codec.read(data, Requests.Delete.class));
            case "atomic_updates/transact" ->
                to.documents().transact(to.reach(request), codec.read(data, Requests.Transact.class));
            case "atomic_updates/list" ->
                to.documents().list(to.reach(request), codec.read(data, Requests.Listing.class));
            case "atomic_updates/watch" ->
                to.documents().watch(to.reach(request), codec.read(data, Requests.Watch.class));
            case "atomic_updates/lock" -> to.documents().take(to.reach(request), codec.read(data, Requests.Take.class));
            case "atomic_updates/unlock" ->
                to.documents().release(to.reach(request), codec.read(data, Requests.Release.class));
            case "atomic_updates/delegate" -> to.delegate(request, codec.read(data, Requests.Delegate.class));
            case "real_time_balancing/load" -> to.loads().load(codec.read(data, Loads.LoadRequest.class));
            case "real_time_balancing/rebalance" ->
                to.rebalancing().rebalance(codec.read(data, Rebalancing.RebalanceRequest.class));
            case "workflow_tracking/progress" ->
                to.progress().progress(codec.read(data, Answers.About.class), request.task(), request.caller());
            case "workflow_tracking/blocked" ->
                to.progress().blocked(codec.read(data, Answers.About.class), request.task(), request.caller());
            case "workflow_tracking/critical_path" ->
                to.progress().criticalPath(codec.read(data, Answers.About.class), request.task(), request.caller());
            case "workflow_tracking/trees" ->
                to.progress().trees(codec.read(data, Answers.Which.class), request.caller());
            default ->
                throw new Declination(PLUGIN + " does not offer " + request.capability() + " with that operation");
        };
    }

    private static IntegrationResponse ending(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refusal refusal) {
            return switch (refusal.reason()) {
                case BUSY -> new Gone(refusal.getMessage(), refusal.retryAfter().orElse(null));
                case UNAVAILABLE -> new Failed(PLUGIN, refusal.getMessage());
                default -> new Declined(refusal.getMessage());
            };
        }
        return cause instanceof Declination
                ? new Declined(String.valueOf(cause.getMessage()))
                : new Failed(PLUGIN, cause.toString());
    }
}
