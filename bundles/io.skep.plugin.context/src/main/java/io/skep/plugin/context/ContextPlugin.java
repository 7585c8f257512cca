// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context;

import io.skep.api.Refusal;
import io.skep.api.embedding.Embedder;
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
import io.skep.plugin.context.parts.Means;
import io.skep.plugin.context.parts.Workers;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
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

/** The plugin {@code context-management}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.context",
        service = OrchestrationPlugin.class,
        property = OrchestrationPlugin.NAME + '=' + ContextPlugin.PLUGIN)
@Designate(ocd = Config.class)
public final class ContextPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "context-management";

    private final Clock clock;
    private final Settings settings;
    private final Codec codec = new Codec();
    private volatile @Nullable Contexts contexts;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable Embedder embedder;

    /** Made by Declarative Services. */
    @Activate
    public ContextPlugin(Config config) {
        this(Clock.systemUTC(), Settings.of(config));
    }

    /** With a clock and settings of its own. */
    ContextPlugin(Clock clock, Settings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Means means = new Means(
                orchestrator, codec, clock, new Workers(), settings.directory(), () -> Optional.ofNullable(embedder));
        Contexts begun = new Contexts(means, settings);
        contexts = begun;
        return means.workers().supply(() -> {
            begun.start();
            return null;
        });
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Contexts now = contexts;
        if (now == null) {
            return CompletableFuture.completedFuture(new Failed(PLUGIN, "it is not initialised"));
        }
        try {
            return now.answer(request)
                    .handle((answer, failure) -> failure == null ? new Answered(codec.write(answer)) : ending(failure));
        } catch (Declination | Refusal refused) {
            return CompletableFuture.completedFuture(ending(refused));
        }
    }

    @Override
    public CompletionStage<Health> health() {
        Contexts now = contexts;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began; within four seconds. */
    @Override
    @Deactivate
    public void close() {
        Contexts now = contexts;
        if (now != null) {
            now.close();
        }
    }

    /** Closes and erases what is old now, for tests. */
    public void lookAtSessions() {
        Contexts now = contexts;
        if (now != null) {
            now.sessions().look();
        }
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
