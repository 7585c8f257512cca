// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.Access;
import io.skep.api.admin.Cluster;
import io.skep.api.admin.Flags;
import io.skep.api.admin.MetricSource;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.admin.StoreAdmin;
import io.skep.api.payload.PayloadService;
import io.skep.api.plugin.Orchestrator;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servlet behind every call. It outlives core: while services are away, all but liveness is answered with 503.
 * Thread-safe.
 */
@Component(
        service = Servlet.class,
        configurationPid = {"io.skep.http", "io.skep.http.cluster"})
@HttpWhiteboardServletName("io.skep.http")
@HttpWhiteboardServletPattern({"/api/v1/*", "/oauth/*", "/.well-known/*", "/metrics", "/health/*"})
@HttpWhiteboardServletAsyncSupported
public final class SkepServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(SkepServlet.class);

    private final transient AtomicReference<Services> services = new AtomicReference<>(Services.NONE);
    private final transient AddedMetrics added = new AddedMetrics();
    private final transient EventsResource events;
    private final transient Dispatcher dispatcher;
    private final transient Forwarding forwarding = new Forwarding(this::servesHere);
    private transient volatile Settings settings;

    /** Configuration; a wrong value is refused by name, and the last good ones stay. */
    @ObjectClassDefinition(
            id = "io.skep.http",
            pid = "io.skep.http",
            name = "Skep HTTP",
            description = "Limits of the HTTP interface.")
    public @interface Config {
        /** Largest body that is one thing, in bytes. */
        @AttributeDefinition(description = "Largest body that is one thing, in bytes.", min = "1024")
        int max_object_bytes() default Settings.OBJECT_BYTES;

        /** Largest body that is an array, in bytes. */
        @AttributeDefinition(description = "Largest body that is an array, in bytes.", min = "1024")
        int max_array_bytes() default Settings.ARRAY_BYTES;

        /** Largest jar of a plugin, in bytes. */
        @AttributeDefinition(description = "Largest jar of a plugin, in bytes.", min = "1024")
        int max_jar_bytes() default Settings.JAR_BYTES;

        /** How many payloads may be taken at once. */
        @AttributeDefinition(description = "How many payloads may be taken at once.", min = "0", max = "1000")
        int max_payload_uploads() default Settings.PAYLOAD_UPLOADS;

        /** How many event streams may be open at once. */
        @AttributeDefinition(description = "How many event streams may be open at once.", min = "0", max = "10000")
        int max_event_streams() default Settings.EVENT_STREAMS;

        /** How long a request may take besides the wait that it asks for, in milliseconds. */
        @AttributeDefinition(
                description = "How long a request may take besides the wait that it asks for, in milliseconds.",
                min = "100",
                max = "600000")
        int request_timeout_millis() default Settings.TIMEOUT_MILLIS;

        /** How many connections in the clear are open at once. */
        @AttributeDefinition(
                description = "How many connections in the clear are open at once; more wait to be accepted.",
                min = "1",
                max = "1000000")
        int max_connections() default ConnectionGuard.MAX_CONNECTIONS;

        /** How long a handshake, and the head of a request, may take, in milliseconds. */
        @AttributeDefinition(
                description = "How long a handshake, and the head of a request, may take, in milliseconds.",
                min = "100",
                max = "600000")
        int head_timeout_millis() default ConnectionGuard.HEAD_MILLIS;
    }

    /** How this node works with others; a wrong value is refused by name, and the last good ones stay. */
    @ObjectClassDefinition(
            id = "io.skep.http.cluster",
            pid = "io.skep.http.cluster",
            name = "Skep cluster",
            description = "How this node works with others on the same store.")
    public @interface ClusterConfig {
        /** Where the others reach this node. */
        @AttributeDefinition(
                description = "Where the other nodes reach this one: http://HOST:PORT or https://HOST:PORT. Empty for"
                        + " a node that works alone.")
        String url() default "";

        /** File of the secret that the nodes share. */
        @AttributeDefinition(description = "File of the secret that the nodes share: at least 32 characters.")
        String secret_file() default "";

        /** File of the authorities that signed the other nodes' certificates. */
        @AttributeDefinition(
                description = "File of the authorities in PEM that signed the certificates of the other nodes. Empty"
                        + " for those that the Java trusts.")
        String trust_file() default "";

        /** How many calls may be handed on at once. */
        @AttributeDefinition(
                description = "How many calls may be handed on at once; further ones are refused with 429.",
                min = "1",
                max = "1000000")
        int max_forwards() default ClusterSettings.FORWARDS;

        /** How many calls may wait for a node that serves. */
        @AttributeDefinition(
                description = "How many calls may wait for a node that serves; further ones are refused with 503.",
                min = "0",
                max = "1000000")
        int max_parked() default ClusterSettings.PARKED;

        /** How long one may, in milliseconds. */
        @AttributeDefinition(
                description = "How long a call may wait for a node that serves, in milliseconds.",
                min = "0",
                max = "600000")
        int park_millis() default ClusterSettings.PARK_MILLIS;
    }

    /** For the component runtime. */
    @Activate
    public SkepServlet(Config config, ClusterConfig cluster) {
        this(Settings.DEFAULT, EventFeed.KEEP_ALIVE);
        modified(config, cluster);
    }

    SkepServlet(Settings settings, Duration keepAlive) {
        this.settings = settings;
        Meters meters = new Meters();
        events = new EventsResource(() -> this.settings.maxEventStreams(), keepAlive);
        RouteTable table = Api.table(events, new ServerResource(meters, events::open, forwarding, added));
        dispatcher = new Dispatcher(table, meters, services::get, () -> this.settings, forwarding);
    }

    @Modified
    void modified(Config config, ClusterConfig cluster) {
        configure(config);
        configure(cluster);
    }

    void configure(ClusterConfig cluster) {
        try {
            forwarding.apply(ClusterSettings.of(
                    new ClusterSettings.Texts(cluster.url(), cluster.secret_file(), cluster.trust_file()),
                    new ClusterSettings.Numbers(cluster::max_forwards, cluster::max_parked, cluster::park_millis)));
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.http.cluster refused, the last good one stays: {}", e.getMessage());
        }
    }

    void configure(Config config) {
        try {
            settings = Settings.of(
                    config::max_object_bytes,
                    config::max_array_bytes,
                    config::max_jar_bytes,
                    config::max_payload_uploads,
                    config::max_event_streams,
                    config::request_timeout_millis);
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.http refused, the last good one stays: {}", e.getMessage());
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        dispatcher.dispatch(request, response);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindOrchestrator(Orchestrator orchestrator) {
        services.updateAndGet(s -> s.with(orchestrator));
    }

    void unbindOrchestrator(Orchestrator orchestrator) {
        services.updateAndGet(s -> s.orchestratorOrNull() == orchestrator ? s.with((Orchestrator) null) : s);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindAccess(Access access) {
        services.updateAndGet(s -> s.with(access));
    }

    void unbindAccess(Access access) {
        services.updateAndGet(s -> s.accessOrNull() == access ? s.with((Access) null) : s);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindServer(Server server) {
        services.updateAndGet(s -> s.with(server));
    }

    void unbindServer(Server server) {
        services.updateAndGet(s -> s.serverOrNull() == server ? s.with((Server) null) : s);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindPlugins(Plugins plugins) {
        services.updateAndGet(s -> s.with(plugins));
    }

    void unbindPlugins(Plugins plugins) {
        services.updateAndGet(s -> s.pluginsOrNull() == plugins ? s.with((Plugins) null) : s);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindFlags(Flags flags) {
        services.updateAndGet(s -> s.with(flags));
    }

    void unbindFlags(Flags flags) {
        services.updateAndGet(s -> s.flagsOrNull() == flags ? s.with((Flags) null) : s);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindStore(StoreAdmin store) {
        services.updateAndGet(s -> s.with(store));
    }

    void unbindStore(StoreAdmin store) {
        services.updateAndGet(s -> s.storeOrNull() == store ? s.with((StoreAdmin) null) : s);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindPayloads(PayloadService payloads) {
        services.updateAndGet(s -> s.with(payloads));
    }

    void unbindPayloads(PayloadService payloads) {
        services.updateAndGet(s -> s.payloadsOrNull() == payloads ? s.with((PayloadService) null) : s);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.OPTIONAL)
    void bindCluster(Cluster cluster) {
        services.updateAndGet(s -> s.with(cluster));
        forwarding.follow(cluster);
    }

    void unbindCluster(Cluster cluster) {
        Services left = services.updateAndGet(s -> s.clusterOrNull() == cluster ? s.with((Cluster) null) : s);
        forwarding.follow(left.clusterOrNull());
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, cardinality = ReferenceCardinality.MULTIPLE)
    void bindMetrics(MetricSource source) {
        added.add(source);
    }

    void unbindMetrics(MetricSource source) {
        added.remove(source);
    }

    /** Ends the event streams and what is handed on, which would outlive the servlet otherwise. */
    @Deactivate
    void close() {
        forwarding.close();
        events.close();
    }

    private boolean servesHere() {
        Services present = services.get();
        return present != null && present.complete();
    }

    Forwarding forwarding() {
        return forwarding;
    }

    Settings settings() {
        return settings;
    }
}
