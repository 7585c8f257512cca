// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A node that does not serve, in a Jetty of its own, before the one of a test. */
final class Edge {
    static final String SECRET = "a secret that only the nodes of this test share";
    static final String SERVING = "node-serving";
    static final String SELF = "node-edge";

    final FakeCluster cluster;
    final SkepServlet servlet;
    final int port;
    private final Server jetty = new Server();

    Edge(Settings settings, Map<String, Object> values) throws Exception {
        this(SELF, settings, values);
    }

    Edge(String id, Settings settings, Map<String, Object> values) throws Exception {
        cluster = new FakeCluster(id);
        servlet = new SkepServlet(settings, Duration.ofMillis(200));
        servlet.bindCluster(cluster);
        servlet.configure(config(SECRET, values));
        ServerConnector connector = new ServerConnector(jetty, 1, 1);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        ServletHolder holder = new ServletHolder("io.skep.http", servlet);
        holder.setAsyncSupported(true);
        for (String pattern : new String[] {"/api/v1/*", "/oauth/*", "/.well-known/*", "/metrics", "/health/*"}) {
            context.addServlet(holder, pattern);
        }
        jetty.setHandler(context);
        jetty.start();
        port = connector.getLocalPort();
    }

    /** An edge of the cluster of which {@code serving}, on that port, is the node that serves. */
    static Edge of(SkepServlet serving, int port) throws Exception {
        serving.bindCluster(new FakeCluster(SERVING).serves(SERVING, port));
        serving.configure(config(SECRET, Map.of()));
        Edge edge = new Edge(HttpTestBase.SMALL, Map.of());
        edge.cluster.serves(SERVING, port);
        return edge;
    }

    static SkepServlet.ClusterConfig config(String secret, Map<String, Object> values) throws IOException {
        Map<String, Object> all = new HashMap<>(values);
        Path file = Files.writeString(Path.of("target", "secret-" + secret.length()), secret);
        all.putIfAbsent("url", "http://127.0.0.1:1/");
        all.putIfAbsent("secret.file", file.toString());
        return ClusterSettingsTest.config(all);
    }

    void close() throws Exception {
        servlet.close();
        jetty.stop();
    }
}
