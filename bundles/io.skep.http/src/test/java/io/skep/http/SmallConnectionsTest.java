// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

class SmallConnectionsTest {
    @Test
    void firstRequest_switchesTheCacheOff() throws Exception {
        HttpConfiguration configuration = new HttpConfiguration();
        SmallConnections connections = new SmallConnections(SettingsTest.config(Map.of()));
        configuration.addCustomizer(connections.createCustomizer());
        assertThat(configuration.getHeaderCacheSize()).isPositive();
        Server server = new Server();
        LocalConnector connector = new LocalConnector(server, new HttpConnectionFactory(configuration));
        server.addConnector(connector);
        server.start();
        try {
            String request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            assertThat(connector.getResponse(request)).startsWith("HTTP/1.1 404");
            assertThat(configuration.getHeaderCacheSize()).isZero();
            assertThat(connector.getResponse(request)).startsWith("HTTP/1.1 404");
            assertThat(configuration.getHeaderCacheSize()).isZero();
        } finally {
            server.stop();
            connections.close();
        }
    }
}
