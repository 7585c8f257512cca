// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.skep.api.store.LogStore;
import io.skep.api.store.ShardLease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What several tests here need. */
final class Stores {
    static final int SHARDS = 4;
    private static final long PENDING = 64L << 20;

    private Stores() {}

    static Settings settings(Path directory) {
        return new Settings(directory, SHARDS, PENDING, 0, 0);
    }

    static Settings limited(Path directory, long maxLogBytes) {
        return new Settings(directory, SHARDS, PENDING, 0, maxLogBytes);
    }

    static SqliteStore open(Path directory) {
        return new SqliteStore(settings(directory));
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

    /** Every file of a directory with its content. */
    static Map<String, List<Byte>> contents(Path directory) throws IOException {
        Map<String, List<Byte>> contents = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : files(directory).entrySet()) {
            byte[] bytes = file.getValue();
            contents.put(file.getKey(), new AbstractList<>() {
                @Override
                public Byte get(int index) {
                    return bytes[index];
                }

                @Override
                public int size() {
                    return bytes.length;
                }
            });
        }
        return contents;
    }

    private static Map<String, byte[]> files(Path directory) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    /** The files as a kill at this moment would leave them. */
    static Path copy(Path directory, Path to) throws IOException {
        Files.createDirectories(to);
        for (String name : List.of("log.db", "log.db-wal", "projection.db", "projection.db-wal")) {
            if (Files.exists(directory.resolve(name))) {
                Files.copy(directory.resolve(name), to.resolve(name));
            }
        }
        return to;
    }
}
