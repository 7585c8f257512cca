// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.admin.Cluster;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFiles;
import io.skep.store.base.SingleNode;
import io.skep.store.base.StoreKind;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the store and publishes it. One that cannot be opened is told in one line of the log, nothing is published, and
 * the next change of the configuration tries again. While it is open, a change of {@code min.free.bytes} or {@code
 * max.log.bytes} takes effect at once and any other with the next start; a wrong value is refused by name. Called by
 * Declarative Services, never by two threads at once.
 */
@Component(
        name = "io.skep.store.sqlite",
        configurationPid = {StoreKind.PID, "io.skep.store.sqlite"},
        service = {},
        immediate = true)
public final class StoreComponent {
    private static final Logger LOG = LoggerFactory.getLogger(StoreComponent.class);

    /** Which store serves. */
    @ObjectClassDefinition(
            id = StoreKind.PID,
            pid = StoreKind.PID,
            name = "Skep store",
            description = "Which of the stores serves.")
    public @interface Kind {
        /** The name of the kind. */
        @AttributeDefinition(
                description = "sqlite for the embedded store; postgres for one in a PostgreSQL database.",
                options = {@Option("sqlite"), @Option("postgres")})
        String kind() default "sqlite";
    }

    /** The configuration. */
    @ObjectClassDefinition(
            id = "io.skep.store.sqlite",
            pid = "io.skep.store.sqlite",
            name = "Skep store: SQLite",
            description = "The embedded log and projection.")
    public @interface Config {
        /** Where everything durable lives. */
        @AttributeDefinition(
                description = "Directory of everything durable; empty for the system property skep.store, else"
                        + " the folder store of the Karaf instance.")
        String directory() default "";

        /** How many shards the log has. */
        @AttributeDefinition(
                min = "1",
                max = "" + Settings.MAX_SHARDS,
                description = "Number of shards; fixed when the directory is made, a different value is refused.")
        int shards() default 16;

        /** How much may wait for the writer. */
        @AttributeDefinition(
                min = "1",
                description = "Bytes of appends that may wait to be written; further ones are refused.")
        long max_pending_bytes() default 256L << 20;

        /** When the disk counts as full. */
        @AttributeDefinition(
                min = "0",
                description = "The store counts as full when the disk has fewer bytes left than this; 0 switches it"
                        + " off, which is for tests.")
        long min_free_bytes() default 64L << 20;

        /** How large the log may become. */
        @AttributeDefinition(min = "0", description = "Bytes that log.db may reach; 0 for no limit.")
        long max_log_bytes() default 0;

        /** Where backups are made. */
        @AttributeDefinition(
                description = "Directory in which backups are made, of this server only; empty for the folder backups"
                        + " beside the store.")
        String backup_directory() default "";

        /** How long a search may take. */
        @AttributeDefinition(
                min = "1",
                description = "Milliseconds that one search of the projection may take; longer ones are refused.")
        long max_read_millis() default Settings.DEFAULT_READ_MILLIS;
    }

    private final BundleContext context;
    private @Nullable SqliteStore store;
    private @Nullable ServiceRegistration<?> registration;
    private @Nullable ServiceRegistration<?> cluster;

    /** For Declarative Services. */
    @Activate
    public StoreComponent(BundleContext context, Config config, Map<String, Object> properties) {
        this.context = context;
        if (isChosen(properties)) {
            open(config);
        }
    }

    /** A kind that is none is told here, since this store is always installed, and keeps all of them closed. */
    private static boolean isChosen(Map<String, Object> properties) {
        if (!StoreKind.isKnown(properties)) {
            LOG.error(
                    "configuration io.skep.store refused, no store is opened: kind is {}; it must be sqlite or postgres",
                    properties.get("kind"));
        }
        return StoreKind.SQLITE.isChosen(properties);
    }

    private void open(Config config) {
        try {
            SqliteStore opened = new SqliteStore(settings(config));
            store = opened;
            opened.takeOverImport();
            registration = context.registerService(
                    new String[] {LogStore.class.getName(), Projection.class.getName(), StoreFiles.class.getName()},
                    opened,
                    FrameworkUtil.asDictionary(Map.of()));
            String version = context.getBundle().getVersion().toString();
            cluster = context.registerService(
                    Cluster.class, new SingleNode(version, Clock.systemUTC()), FrameworkUtil.asDictionary(Map.of()));
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.store.sqlite refused, the store stays closed: {}", e.getMessage());
        } catch (StoreException e) {
            // The message says it all: which file or directory, and what is wrong with it.
            LOG.error("the store stays closed: {}", e.getMessage());
            LOG.debug("why", e);
            close();
        }
    }

    /** Takes the new limits of space over, or tries again to open. */
    @Modified
    void modified(Config config, Map<String, Object> properties) {
        if (!isChosen(properties)) {
            close();
            return;
        }
        SqliteStore present = store;
        if (present == null) {
            open(config);
            return;
        }
        try {
            present.apply(settings(config));
        } catch (IllegalArgumentException e) {
            LOG.error("configuration io.skep.store.sqlite refused, the last good one stays: {}", e.getMessage());
        } catch (StoreException e) {
            LOG.error("max.log.bytes could not be changed: {}", e.getMessage());
        }
    }

    /** Takes the store away from those who use it, then closes it. */
    @Deactivate
    void close() {
        if (cluster != null) {
            cluster.unregister();
            cluster = null;
        }
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
        if (store != null) {
            store.close();
            store = null;
        }
    }

    private static Settings settings(Config config) {
        return Settings.of(new Settings.Values(
                config::directory,
                config::shards,
                config::max_pending_bytes,
                config::min_free_bytes,
                config::max_log_bytes,
                config::backup_directory,
                config::max_read_millis));
    }
}
