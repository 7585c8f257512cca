// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import javax.net.ssl.SSLContext;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connector of a listener whenever the container starts, with the keys of that time, and gives it others while it
 * runs: for the next handshake, open connections keep what they have. Thread-safe.
 */
final class TlsEndpoint implements ConnectorFactory {
    /** As the container's own listener. */
    private static final int HEADER_BYTES = 16 * 1024;

    private final TlsSettings settings;
    private SSLContext context;
    private SslContextFactory.@Nullable Server serving;

    TlsEndpoint(TlsSettings settings, SSLContext context) {
        this.settings = settings;
        this.context = context;
    }

    /**
     * Handshakes use that from now on.
     *
     * @throws BadKeysException if Jetty does not take it
     */
    // Jetty declares no less.
    @SuppressWarnings("checkstyle:IllegalCatch")
    synchronized void use(SSLContext newContext) throws BadKeysException {
        SSLContext before = context;
        context = newContext;
        SslContextFactory.Server factory = serving;
        if (factory == null) {
            return;
        }
        try {
            factory.reload(its -> its.setSslContext(newContext));
        } catch (Exception e) {
            context = before;
            throw new BadKeysException("the new keys cannot be used", e);
        }
    }

    @Override
    public synchronized Connector createConnector(Server server) {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setSslContext(context);
        ssl.setIncludeProtocols(settings.protocols());
        ssl.setNeedClientAuth(settings.clientCa() != null);
        serving = ssl;
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setResponseHeaderSize(HEADER_BYTES);
        // See SmallConnections.
        http.setHeaderCacheSize(0);
        // The name that the client asks for means nothing here, and clients check that of the certificate themselves.
        http.addCustomizer(new SecureRequestCustomizer(false));
        ServerConnector connector = new ServerConnector(
                server,
                1,
                -1,
                new SslConnectionFactory(ssl, HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.idle().toMillis());
        connector.addBean(new NetworkConnectionLimit(settings.maxConnections(), connector));
        return connector;
    }
}
