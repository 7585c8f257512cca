// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import org.apache.felix.http.jetty.LoadBalancerCustomizerFactory;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the connections looked after ({@link ConnectionGuard}), and switches off the cache of header fields that Jetty keeps for
 * each. From its second request on it takes about 100 KB, and an agent that waits for work is a connection: ten thousand of
 * them would take a gigabyte.
 *
 * <p>Felix has no setting for it. This is the one place at which it lets others near Jetty's configuration, a customizer
 * of requests ({@code org.apache.felix.proxy.load.balancer.connection.enable} in {@code etc/custom.properties}); the
 * first request sees to all later connections. That no other customizer comes first also means that nobody believes
 * headers about where a request came from.
 */
@Component(configurationPid = "io.skep.http", property = Constants.SERVICE_RANKING + ":Integer=1000")
public final class SmallConnections implements LoadBalancerCustomizerFactory {
    private static final Logger LOG = LoggerFactory.getLogger(SmallConnections.class);

    private final ConnectionGuard guard;

    /** For the component runtime; the configuration is that of the servlet. */
    @Activate
    public SmallConnections(SkepServlet.Config config) {
        guard = new ConnectionGuard(ConnectionGuard.Limits.DEFAULT);
        modified(config);
    }

    @Modified
    void modified(SkepServlet.Config config) {
        try {
            guard.apply(ConnectionGuard.Limits.of(config::max_connections, config::head_timeout_millis));
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.http refused, the last good one stays: {}", e.getMessage());
        }
    }

    @Override
    public HttpConfiguration.Customizer createCustomizer() {
        return (request, responseHeaders) -> {
            ConnectionMetaData connection = request.getConnectionMetaData();
            HttpConfiguration configuration = connection.getHttpConfiguration();
            if (configuration.getHeaderCacheSize() != 0) {
                configuration.setHeaderCacheSize(0);
            }
            guard.guard(connection.getConnector().getServer());
            return request;
        };
    }

    @Deactivate
    void close() {
        guard.close();
    }
}
