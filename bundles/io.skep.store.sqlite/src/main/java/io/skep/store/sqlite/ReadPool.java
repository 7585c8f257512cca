// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.StoreException;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few connections for reading, opened when they are first needed; who finds none free waits. Thread-safe.
 *
 * @param <R> what reads over one of them
 */
final class ReadPool<R extends AutoCloseable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadPool.class);
    /** Reads are short; more connections than this would only share two or four cores. */
    private static final int SIZE = 4;

    /** Opens a reader. */
    @FunctionalInterface
    interface Opener<R> {
        R open() throws SQLException;
    }

    /** Uses a reader. */
    @FunctionalInterface
    interface Use<R, T, E extends Exception> {
        T of(R reader) throws SQLException, E;
    }

    private final String name;
    private final Opener<R> opener;
    private final Semaphore permits = new Semaphore(SIZE);
    private final Deque<R> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    ReadPool(String name, Opener<R> opener) {
        this.name = name;
        this.opener = opener;
    }

    <T, E extends Exception> T use(Use<R, T, E> use) throws SQLException, E {
        permits.acquireUninterruptibly();
        try {
            if (closed) {
                throw new StoreException("The store " + name + " is closed");
            }
            R reader = idle.poll();
            if (reader == null) {
                reader = opener.open();
            }
            boolean sound = false;
            try {
                T result = use.of(reader);
                sound = true;
                return result;
            } finally {
                // Not kept after an error: its statements may be in any state.
                if (sound) {
                    idle.push(reader);
                } else {
                    close(reader);
                }
            }
        } finally {
            permits.release();
        }
    }

    @SuppressWarnings("checkstyle:IllegalCatch") // what AutoCloseable declares
    private void close(R reader) {
        try {
            reader.close();
        } catch (Exception e) {
            LOG.warn("a connection to {} could not be closed: {}", name, e.toString());
        }
    }

    /** Waits for reads that are under way, then refuses further ones. */
    @Override
    public void close() {
        closed = true;
        permits.acquireUninterruptibly(SIZE);
        try {
            for (R reader = idle.poll(); reader != null; reader = idle.poll()) {
                close(reader);
            }
        } finally {
            permits.release(SIZE);
        }
    }
}
