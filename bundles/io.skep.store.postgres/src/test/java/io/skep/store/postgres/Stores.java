// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import io.skep.api.store.StoreException;
import io.skep.client.PostgresServer;
import io.skep.store.postgres.PostgresLog.HeldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What several tests here need: one database server for all of them, and a schema for each directory. */
final class Stores {
    static final int SHARDS = 4;
    private static final Map<PostgresStore, Home> HOMES = new ConcurrentHashMap<>();
    private static @Nullable PostgresServer server;

    private Stores() {}

    /** The server that no test stops. */
    static synchronized PostgresServer server() {
        try {
            PostgresServer present = server;
            if (present == null) {
                present = PostgresServer.start(Files.createDirectories(Path.of("target")));
                server = present;
            }
            return present;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Settings settings(Path directory) {
        return settings(directory, server().url(), Duration.ofSeconds(60));
    }

    static Settings settings(Path directory, String url, Duration lease) {
        return new Settings(
                url,
                server().user(),
                server().password(),
                schema(directory),
                directory,
                directory,
                SHARDS,
                64L << 20,
                lease,
                Duration.ofMillis(Math.min(10_000, lease.toMillis())),
                4,
                10_000);
    }

    /** The same for server1 and server2: of two servers with one schema. */
    static String schema(Path directory) {
        String name = directory.toString().replaceAll("(?<=/server)[12]$", "");
        return "s" + Integer.toHexString(name.hashCode());
    }

    static PostgresStore open(Path directory) {
        return open(settings(directory));
    }

    static PostgresStore open(Settings settings) {
        return open(settings, why -> {});
    }

    static PostgresStore open(Settings settings, java.util.function.Consumer<StoreException> lost) {
        Home home = new Home(settings.directory());
        boolean complete = false;
        try {
            PostgresStore store = new PostgresStore(settings, home, lost);
            HOMES.put(store, home);
            complete = true;
            return store;
        } catch (HeldException e) {
            throw new IllegalStateException(e);
        } finally {
            if (!complete) {
                home.close();
            }
        }
    }

    static void close(Object store) {
        Home home = HOMES.remove(store);
        if (home != null) {
            ((PostgresStore) store).close();
            home.close();
        }
    }

    /** Waits; rethrows what the stage ended with. */
    static void done(CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Appends one record and waits until it is durable. */
    static void append(LogStore store, ShardLease lease, String text) {
        done(store.append(lease, store.lastSeq(lease.shard()) + 1, List.of(text.getBytes(UTF_8))));
    }

    static List<String> texts(LogStore store, int shard) {
        return store.read(shard, store.firstSeq(shard), Integer.MAX_VALUE).stream()
                .map(record -> new String(record.body(), UTF_8))
                .toList();
    }

    /** Does something to a schema behind the store's back. */
    static void sql(PostgresServer at, Path directory, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(at.url(), at.user(), at.password());
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = " + schema(directory));
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
