// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** The plugin {@code hooks}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.hooks",
        service = OrchestrationPlugin.class,
        property = OrchestrationPlugin.NAME + '=' + HooksPlugin.PLUGIN)
@Designate(ocd = Config.class)
public final class HooksPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "hooks";

    private final Clock clock;
    private final Settings settings;
    private final Codec codec = new Codec();
    private volatile @Nullable Hooks hooks;

    /** Made by Declarative Services. */
    @Activate
    public HooksPlugin(Config config) {
        this(Clock.systemUTC(), Settings.of(config));
    }

    /** With a clock and settings of its own. */
    HooksPlugin(Clock clock, Settings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Hooks begun = new Hooks(orchestrator, settings, codec, clock);
        hooks = begun;
        begun.start();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Hooks now = hooks;
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
        Hooks now = hooks;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began; within about two seconds. */
    @Override
    @Deactivate
    public void close() {
        Hooks now = hooks;
        if (now != null) {
            now.close();
        }
    }

    /** What it keeps, for tests of what a next version starts from. */
    List<String> view() {
        Hooks now = hooks;
        return now == null ? List.of() : now.view();
    }

    private CompletionStage<?> answer(Hooks to, IntegrationRequest request) {
        String data = request.data();
        to.refresh();
        return switch (Offer.named(request.capability(), request.operation())) {
            case "lifecycle_hooks/list" -> {
                codec.read(data, Requests.Nothing.class);
                yield to.list();
            }
            case "lifecycle_hooks/check" -> to.check(codec.read(data, Requests.Check.class));
            case "lifecycle_hooks/add" -> to.add(codec.read(data, HookSpec.class));
            case "lifecycle_hooks/remove" -> to.remove(codec.read(data, Requests.ByName.class));
            case "lifecycle_hooks/test" -> to.test(codec.read(data, Requests.Test.class));
            case "lifecycle_hooks/deliveries" -> to.deliveries(codec.read(data, Requests.Page.class));
            case "lifecycle_hooks/deadletters" -> to.deadLetters(codec.read(data, Requests.Page.class));
            case "lifecycle_hooks/replay" -> to.replay(codec.read(data, Requests.Letters.class));
            case "lifecycle_hooks/discard" -> to.discard(codec.read(data, Requests.Letters.class));
            case "performance_hooks/figures" -> to.figures(codec.read(data, Requests.Figures.class));
            case "performance_hooks/restore" -> to.restore(codec.read(data, Requests.ByName.class));
            case "performance_hooks/start" -> to.begin(codec.read(data, Requests.Start.class));
            case "performance_hooks/end" -> to.end(codec.read(data, Requests.End.class));
            case "observability/timeline" -> to.timeline(codec.read(data, Requests.OfTask.class), request);
            case "observability/trace" -> to.traces().of(codec.read(data, Requests.OfTask.class), request);
            case "observability/status" -> {
                codec.read(data, Requests.Nothing.class);
                yield CompletableFuture.completedFuture(to.traces().status());
            }
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
