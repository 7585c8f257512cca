// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.ComponentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the connections of a Jetty, on a thread of its own: closes those that do not come to the end of a handshake or of
 * the head of a request in time, however they trickle (Jetty only measures silence), and limits how many are open in the clear;
 * listeners with TLS have a limit of their own. Connections that were there before it looked are not counted. Thread-safe.
 */
final class ConnectionGuard implements AutoCloseable {
    static final int MAX_CONNECTIONS = 20_000;
    static final int HEAD_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);
    private static final long SWEEP_MILLIS = 200;
    /** What Java calls the protocol of a connection that has not agreed on one yet. */
    private static final String NO_PROTOCOL = "NONE";

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "skep-http-guard");
        daemon.setDaemon(true);
        return daemon;
    });
    private volatile Limits limits;
    private volatile @Nullable Server server;

    // These belong to the thread.
    private final List<ServerConnector> limited = new ArrayList<>();
    private @Nullable NetworkConnectionLimit limit;
    private Map<EndPoint, Begun> begun = new HashMap<>();

    /** A request whose head is not whole, by its number on the connection, and when that was seen first. */
    private record Begun(long request, long atNanos) {}

    /**
     * What is allowed. Immutable.
     *
     * @param maxConnections that are open at once in the clear; more wait to be accepted
     * @param head how long a handshake, and the head of a request, may take
     */
    record Limits(int maxConnections, Duration head) {
        static final Limits DEFAULT = new Limits(MAX_CONNECTIONS, Duration.ofMillis(HEAD_MILLIS));

        /**
         * As the configuration says.
         *
         * @throws IllegalArgumentException naming what is no number or out of its bounds
         */
        static Limits of(IntSupplier maxConnections, IntSupplier headMillis) {
            int most = read("max.connections", maxConnections, 1, 1_000_000);
            return new Limits(most, Duration.ofMillis(read("head.timeout.millis", headMillis, 100, 600_000)));
        }

        private static int read(String property, IntSupplier value, int min, int max) {
            int number;
            try {
                number = value.getAsInt();
            } catch (ComponentException | NumberFormatException e) {
                throw new IllegalArgumentException(property + " is not a whole number", e);
            }
            if (number < min || number > max) {
                throw new IllegalArgumentException(property + " = " + number + " is not within " + min + " and " + max);
            }
            return number;
        }
    }

    /** Of connectors that have connections already: the end of one that it has not counted counts for nothing. */
    private static final class LateLimit extends NetworkConnectionLimit {
        private final Set<SelectableChannel> counted = ConcurrentHashMap.newKeySet();

        LateLimit(int most, Connector... connectors) {
            super(most, connectors);
        }

        @Override
        public void onAccepting(SelectableChannel channel) {
            counted.add(channel);
            super.onAccepting(channel);
        }

        @Override
        public void onAccepted(SelectableChannel channel) {
            if (counted.contains(channel)) {
                super.onAccepted(channel);
            }
        }

        @Override
        public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
            if (counted.remove(channel)) {
                super.onAcceptFailed(channel, cause);
            }
        }

        @Override
        public void onClosed(SelectableChannel channel) {
            if (counted.remove(channel)) {
                super.onClosed(channel);
            }
        }
    }

    ConnectionGuard(Limits limits) {
        this.limits = limits;
        thread.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes other limits, for connections that are there too. */
    void apply(Limits newLimits) {
        limits = newLimits;
    }

    /** Looks after the connections of that server from now on, and of no other; costs nothing when it does already. */
    void guard(Server its) {
        if (its != server) {
            server = its;
        }
    }

    // What a timer throws ends it in silence; and Jetty declares no less.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void sweep() {
        try {
            Server present = server;
            if (present == null) {
                return;
            }
            limit(present);
            closeSlow(present);
        } catch (Exception e) {
            LOG.error("connections cannot be looked after", e);
        }
    }

    private void limit(Server present) throws Exception {
        List<ServerConnector> open = new ArrayList<>();
        for (Connector connector : present.getConnectors()) {
            if (connector instanceof ServerConnector its
                    && its.isStarted()
                    && (limited.contains(its) || its.getBean(NetworkConnectionLimit.class) == null)) {
                open.add(its);
            }
        }
        if (!open.equals(limited)) {
            unlimit();
            NetworkConnectionLimit next = new LateLimit(limits.maxConnections(), open.toArray(Connector[]::new));
            next.start();
            // Jetty itself tells only those of accepted connections that were there before the connector started.
            open.forEach(connector -> connector.getSelectorManager().addEventListener(next));
            limited.addAll(open);
            limit = next;
        } else if (limit != null && limit.getMaxNetworkConnectionCount() != limits.maxConnections()) {
            limit.setMaxNetworkConnectionCount(limits.maxConnections());
        }
    }

    private void unlimit() throws Exception {
        NetworkConnectionLimit last = limit;
        limit = null;
        if (last != null) {
            limited.forEach(connector -> {
                connector.getSelectorManager().removeEventListener(last);
                if (connector.isStarted()) {
                    connector.setAccepting(true);
                }
            });
            last.stop();
        }
        limited.clear();
    }

    private void closeSlow(Server present) {
        long now = System.nanoTime();
        Map<EndPoint, Begun> still = new HashMap<>();
        for (Connector connector : present.getConnectors()) {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                long request = unfinished(endPoint.getConnection());
                if (request < 0) {
                    continue;
                }
                Begun before = begun.get(endPoint);
                Begun its = before != null && before.request() == request ? before : new Begun(request, now);
                if (now - its.atNanos() > limits.head().toNanos()) {
                    LOG.debug("closed, as the head of its request does not end: {}", endPoint);
                    endPoint.close();
                } else {
                    still.put(endPoint, its);
                }
            }
        }
        begun = still;
    }

    /** The number of the request whose head is not whole, or -1 if there is none; a handshake comes before the first. */
    private static long unfinished(@Nullable Connection outer) {
        Connection connection = outer;
        if (outer instanceof SslConnection tls) {
            if (tls.getSSLEngine().getSession().getProtocol().equals(NO_PROTOCOL)) {
                return 0;
            }
            connection = tls.getSslEndPoint().getConnection();
        }
        if (!(connection instanceof HttpConnection http)) {
            return -1;
        }
        HttpParser parser = http.getParser();
        return parser.inHeaderState() && !parser.isStart() ? http.getMessagesIn() : -1;
    }

    // As above.
    @SuppressWarnings("checkstyle:IllegalCatch")
    private void end() {
        try {
            unlimit();
        } catch (Exception e) {
            LOG.debug("the limit of connections did not end", e);
        }
    }

    /** Lets connections go on without it; a second time does nothing. */
    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(this::end);
            thread.shutdown();
        }
    }
}
