// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.admin.Cluster;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreFiles;
import io.skep.store.base.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the store, if it is the one that is configured, and publishes it for as long as this server holds the shards; see
 * {@link Standby}. A change of the configuration closes it and opens it anew; a wrong value is refused by name.
 */
@Component(
        name = "io.skep.store.postgres",
        configurationPid = {StoreKind.PID, "io.skep.store.postgres"},
        service = {},
        immediate = true)
public final class StoreComponent {
    private static final Logger LOG = LoggerFactory.getLogger(StoreComponent.class);

    /** The configuration. */
    @ObjectClassDefinition(
            id = "io.skep.store.postgres",
            pid = "io.skep.store.postgres",
            name = "Skep store: PostgreSQL",
            description = "The log and projection in a PostgreSQL database; used if io.skep.store has kind = postgres.")
    public @interface Config {
        /** Where the database is. */
        @AttributeDefinition(
                description = "The database: jdbc:postgresql://HOST/NAME. With several hosts"
                        + " (jdbc:postgresql://HOST1:PORT1,HOST2:PORT2/NAME) the one that takes writes is used.")
        String url() default "jdbc:postgresql://127.0.0.1:5432/skep";

        /** Who connects. */
        @AttributeDefinition(description = "The user; it must own the schema or be allowed to make it.")
        String user() default "skep";

        /** The password of the user. */
        @AttributeDefinition(description = "The password of the user; empty if the database asks for none.")
        String password() default "";

        /** Where the tables are. */
        @AttributeDefinition(description = "The schema with the tables; made if it is not there.")
        String schema() default "skep";

        /** Where the server's own files live. */
        @AttributeDefinition(
                description = "Directory of this server alone: its name and lock. Empty for the system property"
                        + " skep.store; else the folder store of the Karaf instance.")
        String directory() default "";

        /** Where everything else lives. */
        @AttributeDefinition(
                description = "Directory of what is not in the database: kept plugins; payloads; tokens. On a disk that"
                        + " all servers reach it is theirs in turn. Empty for the same as directory.")
        String shared_directory() default "";

        /** How many shards the log has. */
        @AttributeDefinition(
                min = "1",
                max = "" + Settings.MAX_SHARDS,
                description = "Number of shards; fixed when the schema is made; a different value is refused.")
        int shards() default 16;

        /** How much may wait for the writer. */
        @AttributeDefinition(
                min = "1",
                description = "Bytes of appends that may wait to be written; further ones are refused.")
        long max_pending_bytes() default 64L << 20;

        /** How long a silent server keeps the shards. */
        @AttributeDefinition(
                min = "1000",
                max = "600000",
                description = "Milliseconds for which a server that is not heard of keeps the shards. A server that"
                        + " cannot reach the database for as long stops serving; and begins anew when it can.")
        long lease_millis() default 10_000;

        /** How long the database may take. */
        @AttributeDefinition(
                min = "100",
                max = "600000",
                description = "Milliseconds after which a silent database counts as lost; at most lease.millis.")
        long answer_millis() default 5_000;

        /** How many connections there are. */
        @AttributeDefinition(
                min = "1",
                max = "100",
                description = "Connections that read and search at once; besides three that write.")
        int connections() default 8;

        /** How long a search may take. */
        @AttributeDefinition(
                min = "1",
                description = "Milliseconds that one search of the projection may take; longer ones are refused.")
        int max_read_millis() default 10_000;
    }

    private final BundleContext context;
    private final @Nullable Standby standby;

    /** For Declarative Services. */
    @Activate
    public StoreComponent(BundleContext context, Config config, Map<String, Object> properties) {
        this.context = context;
        standby = StoreKind.POSTGRES.isChosen(properties) ? standby(config) : null;
    }

    private @Nullable Standby standby(Config config) {
        try {
            Standby opened = new Standby(settings(config), version(), new Services());
            opened.start();
            return opened;
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.store.postgres refused, the store stays closed: {}", e.getMessage());
            return null;
        }
    }

    /** Of the product. */
    private static String version() {
        Bundle bundle = FrameworkUtil.getBundle(StoreComponent.class);
        return bundle == null ? "0" : bundle.getVersion().toString();
    }

    private final class Services implements Standby.Publisher {
        @Override
        public Runnable store(PostgresStore store) {
            return publish(store, LogStore.class, Projection.class, StoreFiles.class);
        }

        @Override
        public Runnable cluster(Cluster cluster) {
            return publish(cluster, Cluster.class);
        }

        private Runnable publish(Object service, Class<?>... types) {
            ServiceRegistration<?> registration = context.registerService(
                    Stream.of(types).map(Class::getName).toArray(String[]::new),
                    service,
                    FrameworkUtil.asDictionary(Map.of()));
            return registration::unregister;
        }
    }

    private static Settings settings(Config config) {
        return new Settings(
                config.url().strip(),
                config.user().strip(),
                config.password(),
                config.schema().strip(),
                directory(config.directory()),
                config.shared_directory().isBlank()
                        ? directory(config.directory())
                        : Path.of(config.shared_directory().strip()),
                config.shards(),
                config.max_pending_bytes(),
                Duration.ofMillis(config.lease_millis()),
                Duration.ofMillis(config.answer_millis()),
                config.connections(),
                config.max_read_millis());
    }

    private static Path directory(String configured) {
        return configured.isBlank() ? StoreKind.directory(System::getProperty) : Path.of(configured.strip());
    }

    /** Takes the store away from those who use it, then closes it. */
    @Deactivate
    void close() {
        if (standby != null) {
            standby.close();
        }
    }
}
