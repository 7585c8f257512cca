// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.tasks;

import io.skep.client.Poll;
import io.skep.client.PostgresServer;
import io.skep.client.SkepServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL of a run, for the product, for what it is compared with, or for both; none where it is not needed. */
final class Database implements AutoCloseable {
    private static final Duration SWITCH = Duration.ofMinutes(2);

    private final @Nullable PostgresServer server;

    private Database(@Nullable PostgresServer server) {
        this.server = server;
    }

    static Database of(boolean needed, Path beside) throws IOException, InterruptedException {
        return new Database(needed && PostgresServer.programs().isPresent() ? PostgresServer.start(beside) : null);
    }

    boolean isAbsent() {
        return server == null;
    }

    PostgresServer server() {
        if (server == null) {
            throw new IllegalArgumentException(
                    "There is no PostgreSQL on this machine (Debian's package is postgresql)");
        }
        return server;
    }

    /** Has a running Skep keep everything here from now on. */
    void use(SkepServer skep) throws IOException, InterruptedException {
        configure(
                skep,
                "io.skep.store.postgres.cfg",
                "url = " + server().url(),
                "user = " + server().user(),
                "password = " + server().password());
        configure(skep, "io.skep.store.cfg", "kind = postgres");
        if (!Poll.until(() -> isUsed(skep), SWITCH, Duration.ofMillis(200))) {
            throw new IOException(
                    "The server does not use PostgreSQL; see " + skep.karaf().resolve("data/log"));
        }
    }

    private static boolean isUsed(SkepServer skep) throws InterruptedException {
        try {
            return skep.isReady() && skep.client().operator().store().toString().contains("\"shard_lease\"");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void configure(SkepServer skep, String name, String... lines) throws IOException {
        Path file = skep.karaf().resolve("etc").resolve(name);
        Path part = Files.write(file.resolveSibling("." + name + ".part"), List.of(lines));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
