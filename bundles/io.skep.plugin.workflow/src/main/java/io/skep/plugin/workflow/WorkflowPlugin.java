// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import io.skep.api.Refusal;
import io.skep.api.admin.Flags;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.embedding.Embedder;
import io.skep.api.payload.PayloadService;
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
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.base.Settings;
import io.skep.plugin.workflow.thinking.Encoder;
import io.skep.plugin.workflow.thinking.ExtendedThinking;
import io.skep.plugin.workflow.thinking.ThinkingSettings;
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
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin {@code enhanced-workflow}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.workflow",
        service = OrchestrationPlugin.class,
        configurationPid = "io.skep.plugin.workflow",
        property = OrchestrationPlugin.NAME + '=' + WorkflowPlugin.PLUGIN)
@Designate(ocd = Config.class)
public final class WorkflowPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "enhanced-workflow";
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowPlugin.class);

    private final Clock clock;
    private final Codec codec = new Codec();
    private final Encoder encoder = new Encoder();
    private volatile Settings settings;
    private volatile ThinkingSettings thinking;
    private volatile @Nullable Workflow workflow;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Server server;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Plugins plugins;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Flags flags;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable PayloadService payloads;

    /** Made by Declarative Services. */
    @Activate
    public WorkflowPlugin(Config config) {
        this(Clock.systemUTC(), Settings.DEFAULT);
        modified(config);
    }

    /** With a clock and settings of its own. */
    WorkflowPlugin(Clock clock, Settings settings) {
        this(clock, settings, ThinkingSettings.DEFAULT);
    }

    /** With a clock and settings of its own, those of thinking too. */
    WorkflowPlugin(Clock clock, Settings settings, ThinkingSettings thinking) {
        this.clock = clock;
        this.settings = settings;
        this.thinking = thinking;
    }

    /** An encoder has come. */
    @Reference(
            name = "embedder",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "unbind")
    void bind(Embedder embedder) {
        encoder.set(embedder);
    }

    /** It has gone. */
    void unbind(Embedder embedder) {
        encoder.unset(embedder);
    }

    /** Takes a changed configuration, in force for the next call; a wrong one leaves everything as it is. */
    @Modified
    void modified(Config config) {
        try {
            Settings read = SettingsReader.read(config);
            thinking = SettingsReader.thinking(config);
            settings = read;
        } catch (IllegalArgumentException wrong) {
            LOG.error("io.skep.plugin.workflow: {}; everything stays as it was", wrong.getMessage());
        }
    }

    /** The settings in force. */
    Settings settings() {
        return settings;
    }

    /** Those of thinking. */
    ThinkingSettings thinking() {
        return thinking;
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Workflow begun = new Workflow(
                orchestrator,
                new Services(),
                this::settings,
                new ExtendedThinking.Means(this::thinking, encoder),
                codec,
                clock);
        workflow = begun;
        begun.start();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Workflow now = workflow;
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
        Workflow now = workflow;
        return CompletableFuture.completedFuture(
                now == null
                        ? new Health(false, "it is not initialised")
                        : new Health(true, now.pending() + " evaluations and thinkings are under way"));
    }

    /** Ends what it began; does not wait. */
    @Override
    @Deactivate
    public void close() {
        Workflow now = workflow;
        if (now != null) {
            now.close();
        }
    }

    /** What it keeps, for tests of what a next version starts from. */
    List<String> view() {
        Workflow now = workflow;
        return now == null ? List.of() : now.view();
    }

    private static IntegrationResponse ending(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Declination || cause instanceof Refusal
                ? new Declined(String.valueOf(cause.getMessage()))
                : new Failed(PLUGIN, cause.toString());
    }

    /** What Declarative Services has given by now. */
    private final class Services implements Admin {
        @Override
        public Optional<Server> server() {
            return Optional.ofNullable(server);
        }

        @Override
        public Optional<Plugins> plugins() {
            return Optional.ofNullable(plugins);
        }

        @Override
        public Optional<Flags> flags() {
            return Optional.ofNullable(flags);
        }

        @Override
        public Optional<PayloadService> payloads() {
            return Optional.ofNullable(payloads);
        }
    }
}
