// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.MetricSource;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.agent.Scaler;
import io.skep.api.plugin.Capabilities;
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
import io.skep.plugin.monitoring.scaling.Scalers;
import io.skep.plugin.monitoring.scaling.Scaling;
import io.skep.plugin.monitoring.scaling.ScalingConfig;
import io.skep.plugin.monitoring.scaling.ScalingSettings;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The plugin {@code performance-monitoring}: decodes, delegates and encodes. Thread-safe. */
@Component(
        name = "io.skep.plugin.monitoring",
        service = OrchestrationPlugin.class,
        configurationPid = {"io.skep.plugin.monitoring", "io.skep.plugin.monitoring.scaling"},
        property = OrchestrationPlugin.NAME + '=' + MonitoringPlugin.PLUGIN)
public final class MonitoringPlugin implements OrchestrationPlugin, AutoCloseable {
    static final String PLUGIN = "performance-monitoring";

    private final Clock clock;
    private final Settings settings;
    private final Codec codec = new Codec();
    private final MetricSource metrics = new MetricSource();
    private final Admin admin;
    private final @Nullable ServiceRegistration<MetricSource> published;
    private final ScalingSettings scalingSettings;
    private final Scalers scalers = new Scalers();
    private final Benchmarks benchmarks;
    private volatile @Nullable Monitoring monitoring;
    private volatile @Nullable Scaling scaling;

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
    private volatile @Nullable StoreAdmin store;

    /** Made by Declarative Services. */
    @Activate
    public MonitoringPlugin(
            Config config, ScalingConfig scaling, Map<String, Object> properties, BundleContext bundle) {
        this.scalingSettings = ScalingSettings.of(scaling, properties);
        this.clock = Clock.systemUTC();
        this.settings = Settings.of(config);
        this.benchmarks = new Benchmarks(Settings.path(config.benchmarks()), codec);
        this.admin = new Bound();
        this.published = bundle.registerService(MetricSource.class, metrics, null);
    }

    /** With a clock, settings and services of its own. */
    MonitoringPlugin(Clock clock, Settings settings, Admin admin) {
        this.clock = clock;
        this.settings = settings;
        this.admin = admin;
        this.published = null;
        this.benchmarks = new Benchmarks(null, codec);
        this.scalingSettings = ScalingSettings.DEFAULT;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindScaler(Scaler scaler) {
        scalers.add(scaler);
    }

    void unbindScaler(Scaler scaler) {
        scalers.remove(scaler);
    }

    /** What is bound now. */
    private final class Bound implements Admin {
        @Override
        public @Nullable Server server() {
            return server;
        }

        @Override
        public @Nullable Plugins plugins() {
            return plugins;
        }

        @Override
        public @Nullable StoreAdmin store() {
            return store;
        }
    }

    @Override
    public CompletionStage<Void> initialize(Orchestrator orchestrator) {
        Monitoring begun = new Monitoring(orchestrator, admin, metrics, clock, codec, settings);
        Scaling scaled = new Scaling(orchestrator, clock, codec, scalingSettings, scalers);
        scaling = scaled;
        monitoring = begun;
        scaled.start();
        return begun.start();
    }

    @Override
    public List<Capability> capabilities() {
        return Offer.CAPABILITIES;
    }

    @Override
    public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
        Monitoring now = monitoring;
        if (now == null) {
            return CompletableFuture.completedFuture(new Failed(PLUGIN, "it is not initialised"));
        }
        try {
            return (isScaling(request) ? scaled(request) : answer(now, request))
                    .handle((answer, failure) -> failure == null ? new Answered(codec.write(answer)) : ending(failure));
        } catch (Declination | Refusal refused) {
            return CompletableFuture.completedFuture(ending(refused));
        }
    }

    private static boolean isScaling(IntegrationRequest request) {
        return request.capability().equals(Capabilities.AUTO_SCALING);
    }

    private CompletionStage<?> scaled(IntegrationRequest request) {
        String named = Offer.named(request.capability(), request.operation());
        return Objects.requireNonNull(scaling).answer(named.substring(named.indexOf('/') + 1), request.data());
    }

    @Override
    public CompletionStage<Health> health() {
        Monitoring now = monitoring;
        return CompletableFuture.completedFuture(
                now == null ? new Health(false, "it is not initialised") : now.health());
    }

    /** Ends what it began; within three seconds. */
    @Override
    @Deactivate
    public void close() {
        if (published != null) {
            try {
                published.unregister();
            } catch (IllegalStateException gone) {
                // Its bundle has stopped, and the service is gone with it; or this is the second time.
            }
        }
        Monitoring now = monitoring;
        if (now != null) {
            now.close();
        }
        Scaling scaled = scaling;
        if (scaled != null) {
            scaled.close();
        }
    }

    /** What it adds to the metrics of the server. */
    MetricSource metrics() {
        return metrics;
    }

    /** What is at work, for tests. */
    Monitoring monitoring() {
        return Objects.requireNonNull(monitoring);
    }

    private CompletionStage<?> answer(Monitoring to, IntegrationRequest request) {
        String data = request.data();
        String operation = Offer.named(request.capability(), request.operation());
        return switch (operation) {
            case "real_time_monitoring/acknowledge" ->
                to.alerting()
                        .acknowledge(
                                codec.read(data, AlertRequests.AcknowledgeRequest.class), caller(request), to.now());
            case "real_time_monitoring/replay" ->
                to.alerting().replay(codec.read(data, AlertRequests.ReplayRequest.class));
            case "real_time_monitoring/rule" -> {
                AlertRequests.RuleRequest asked = codec.read(data, AlertRequests.RuleRequest.class);
                yield asked.put() == null
                        ? to.alerting().forget(Objects.requireNonNull(asked.remove()))
                        : to.alerting().put(asked.put());
            }
            default -> CompletableFuture.completedFuture(shown(to, operation, data));
        };
    }

    /** What is answered from memory. */
    private Object shown(Monitoring of, String operation, String data) {
        return switch (operation) {
            case "real_time_monitoring/figures" ->
                Showing.figures(codec.read(data, Showing.FiguresRequest.class), of.board());
            case "real_time_monitoring/alerts" ->
                of.alerting().overview(codec.read(data, AlertRequests.AlertsRequest.class));
            case "real_time_monitoring/rules" -> {
                codec.read(data, AlertRequests.RulesRequest.class);
                yield of.alerting().ruleOverview();
            }
            case "real_time_monitoring/deliveries" -> {
                codec.read(data, AlertRequests.DeliveriesRequest.class);
                yield of.alerting().deliveryOverview();
            }
            case "real_time_monitoring/benchmarks" ->
                benchmarks.of(codec.read(data, Benchmarks.BenchmarksRequest.class));
            case "task_performance/tasks" ->
                PerformanceRequests.tasks(
                        codec.read(data, PerformanceRequests.TasksRequest.class), of.performance(), of.now());
            case "task_performance/regressions" -> {
                codec.read(data, PerformanceRequests.RegressionsRequest.class);
                yield of.performance().regressions();
            }
            case "task_performance/slowest" ->
                PerformanceRequests.slowest(
                        codec.read(data, PerformanceRequests.SlowestRequest.class), of.performance(), of.now());
            case "task_performance/export" ->
                PerformanceRequests.export(
                        codec.read(data, PerformanceRequests.ExportRequest.class), of.performance(), codec, of.now());
            default -> throw new Declination(PLUGIN + " does not offer " + operation);
        };
    }

    private static String caller(IntegrationRequest request) {
        Caller caller = request.caller();
        return caller == null ? "server" : caller.principal().id();
    }

    private static IntegrationResponse ending(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Declination || cause instanceof Refusal
                ? new Declined(String.valueOf(cause.getMessage()))
                : new Failed(PLUGIN, cause.toString());
    }
}
