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
 * A few connections for reading, opened when they are first needed; who finds none free waits its turn. Who must be alone
 * with a file, because any reader keeps its write-ahead log from beginning anew, waits for all of them. Thread-safe.
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

    /** Something that is done to the file. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    private final String name;
    private final Opener<R> opener;
    /** Fair, so that who waits for all of them is not passed by a stream of short reads. */
    private final Semaphore permits = new Semaphore(SIZE, true);

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

    /** Does something that reads over a connection of its own, as one of the readers. */
    void asReader(Work work) throws SQLException {
        permits.acquireUninterruptibly();
        try {
            work.run();
        } finally {
            permits.release();
        }
    }

    /** Does something while nobody reads, after those that do; they are bounded in time. */
    void alone(Work work) throws SQLException {
        permits.acquireUninterruptibly(SIZE);
        try {
            work.run();
        } finally {
            permits.release(SIZE);
        }
    }

    /** Closes the connections; further reads open new ones. For who is {@link #alone}. */
    void forget() {
        for (R reader = idle.poll(); reader != null; reader = idle.poll()) {
            close(reader);
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
            forget();
        } finally {
            permits.release(SIZE);
        }
    }
}
