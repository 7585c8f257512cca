// SPDX-License-Identifier: Apache-2.0
package io.skep.http.tls;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.http.jetty.ConnectorFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listener with TLS, if one is configured. A wrong value of the configuration is refused by name, and the last good ones
 * stay. Called by Declarative Services, never by two threads at once.
 */
@Component(
        name = "io.skep.http.tls",
        service = {},
        immediate = true)
@Designate(ocd = TlsComponent.Config.class)
public final class TlsComponent {
    private static final Logger LOG = LoggerFactory.getLogger(TlsComponent.class);

    /** The configuration. */
    @ObjectClassDefinition(
            id = "io.skep.http.tls",
            name = "Skep TLS",
            description = "Where HTTP is served by TLS, and with what certificate.")
    public @interface Config {
        /** The port; 0 for none. */
        @AttributeDefinition(description = "Port of HTTP by TLS; 0 for no such listener.", min = "0", max = "65535")
        int port() default 0;

        /** Name or address that is listened on. */
        @AttributeDefinition(description = "Name or address of this machine that is listened on.")
        String host() default TlsSettings.HOST;

        /** File of the certificate. */
        @AttributeDefinition(description = "File of the certificate in PEM with those between it and its root.")
        String certificate() default "";

        /** File of the key. */
        @AttributeDefinition(description = "File of the certificate's key in PEM, PKCS 8 without a password.")
        String key() default "";

        /** File of the clients' authorities. */
        @AttributeDefinition(
                description =
                        "File of authorities in PEM, one of which must have signed the certificate of each client.")
        String client_ca() default "";

        /** The oldest protocol that is spoken. */
        @AttributeDefinition(description = "The oldest protocol that is spoken: TLSv1.2 or TLSv1.3.")
        String oldest_protocol() default TlsSettings.TLS_1_2;

        /** How often the files are looked at, in milliseconds. */
        @AttributeDefinition(
                description = "How often the files are looked at, in milliseconds.",
                min = "100",
                max = "3600000")
        int look_millis() default TlsSettings.LOOK_MILLIS;

        /** How long a connection may be silent, in milliseconds. */
        @AttributeDefinition(
                description = "How long a connection may be silent, in milliseconds.",
                min = "1000",
                max = "600000")
        int idle_millis() default TlsSettings.IDLE_MILLIS;

        /** How many connections are open at once. */
        @AttributeDefinition(
                description = "How many connections are open at once; more wait to be accepted.",
                min = "1",
                max = "1000000")
        int max_connections() default TlsSettings.MAX_CONNECTIONS;
    }

    private final TlsListener listener;

    /** For Declarative Services. */
    @Activate
    public TlsComponent(BundleContext context, Config config) {
        this(
                new TlsListener(
                        factory -> {
                            ServiceRegistration<ConnectorFactory> registration = context.registerService(
                                    ConnectorFactory.class, factory, FrameworkUtil.asDictionary(Map.of()));
                            return registration::unregister;
                        },
                        Clock.systemUTC()),
                config);
    }

    TlsComponent(TlsListener listener, Config config) {
        this.listener = listener;
        modified(config);
    }

    /** Takes new settings over. */
    @Modified
    void modified(Config config) {
        settings(config).ifPresent(listener::apply);
    }

    /** Ends the listener. */
    @Deactivate
    void close() {
        listener.close();
    }

    private static Optional<TlsSettings> settings(Config config) {
        try {
            return Optional.of(TlsSettings.of(
                    new TlsSettings.Texts(
                            config.host(),
                            config.certificate(),
                            config.key(),
                            config.client_ca(),
                            config.oldest_protocol()),
                    new TlsSettings.Numbers(
                            config::port, config::look_millis, config::idle_millis, config::max_connections)));
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.http.tls refused, the last good one stays: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
