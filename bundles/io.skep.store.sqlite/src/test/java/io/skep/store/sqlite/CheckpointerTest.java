// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.store.ShardLease;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointerTest {
    private static final int LARGE = 1 << 20;

    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger writers = new AtomicInteger();

    @TempDir
    Path directory;

    /** The connection of the thread that should move the log, the second one to write over, waits until it is released. */
    private Connection open(Path file, boolean readOnly) throws SQLException {
        Connection connection = Sql.open(file, readOnly);
        if (readOnly || !file.endsWith("log.db") || writers.incrementAndGet() != 2) {
            return connection;
        }
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createStatement")) {
                        released.await();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void writeAheadLog_staysBounded_whenNobodyElseMovesIt() throws Exception {
        long largest = 0;
        try (SqliteStore store = new SqliteStore(Stores.settings(directory), null, this::open)) {
            ShardLease lease = store.acquire(0);
            for (int i = 0; i < 200; i++) {
                Stores.done(store.append(lease, store.lastSeq(0) + 1, List.of(new byte[LARGE])));
                largest = Math.max(largest, Files.size(directory.resolve("log.db-wal")));
            }
            assertThat(store.read(0, 1, 1000)).hasSize(200);
            released.countDown();
        }
        assertThat(writers.get()).isEqualTo(2);
        assertThat(largest).isBetween(Checkpointer.WRITER_WAITS_BYTES, Checkpointer.WRITER_WAITS_BYTES + 8 * LARGE);
    }
}
