// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import org.apache.felix.http.jetty.LoadBalancerCustomizerFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Component;

/**
 * Switches off the cache of header fields that Jetty keeps for each connection. From its second request on it takes about
 * 100 KB, and an agent that waits for work is a connection: ten thousand of them would take a gigabyte.
 *
 * <p>Felix has no setting for it. This is the one place at which it lets others near Jetty's configuration, a customizer
 * of requests ({@code org.apache.felix.proxy.load.balancer.connection.enable} in {@code etc/custom.properties}); the
 * first request sees to all later connections. That no other customizer comes first also means that nobody believes
 * headers about where a request came from.
 */
@Component(property = Constants.SERVICE_RANKING + ":Integer=1000")
public final class SmallConnections implements LoadBalancerCustomizerFactory {
    @Override
    public HttpConfiguration.Customizer createCustomizer() {
        return (request, responseHeaders) -> {
            HttpConfiguration configuration = request.getConnectionMetaData().getHttpConfiguration();
            if (configuration.getHeaderCacheSize() != 0) {
                configuration.setHeaderCacheSize(0);
            }
            return request;
        };
    }
}
