// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.LogRecord;
import io.skep.api.store.ShardLease;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.store.base.ShardTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writer's connection, made anew when it is lost. For the writer's thread, but {@link #abandon}. */
final class Session implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final long PAUSE_MILLIS = 100;

    private final Database database;
    private final Leases leases;
    private final ShardTable durable;
    private @Nullable Connection connection;
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private volatile @Nullable StoreException abandoned;

    Session(Database database, Leases leases, ShardTable durable) {
        this.database = database;
        this.leases = leases;
        this.durable = durable;
    }

    /** Something done over the connection. */
    @FunctionalInterface
    private interface Use<T> {
        T of(Connection connection) throws SQLException;
    }

    /**
     * Writes a tick. If the connection is lost, nobody knows whether it was written: the very same rows are written
     * again over a new one, for as long as nobody else may have taken the shards. A statement of the lost connection that
     * is still at work is waited for by the database, since the keys are the same; rows that are there with the same
     * epoch and content are the tick's own.
     *
     * @throws StoreFullException if there is no space; nothing was written
     * @throws StoreException if the outcome stays unknown, or the shards are another server's
     */
    void write(Tick tick) throws SQLException {
        use(present -> {
            List<Tick.Row> missing = tick.write(present, leases.owner());
            for (Tick.Row row : missing) {
                byte[] there = Tick.present(present, row);
                if (there == null) {
                    throw leases.taken(row.shard);
                }
                if (!Arrays.equals(there, row.body())) {
                    throw new StoreException(
                            "Record " + row.first + " of shard " + row.shard + " was written by somebody else");
                }
            }
            return true;
        });
    }

    List<LogRecord> read(int shard, long from, int max) throws SQLException {
        return use(present -> LogReader.read(present, shard, from, max));
    }

    /**
     * Takes a shard anew. If it is not known whether that was done, the store stops: the epoch is then not known either.
     *
     * @throws StoreException if the shard is another server's
     */
    ShardLease acquire(int shard) {
        try {
            return leases.renewEpoch(present(), shard);
        } catch (SQLException e) {
            throw database.failed("did not say whether shard " + shard + " was taken", e);
        }
    }

    private <T> T use(Use<T> use) throws SQLException {
        boolean told = false;
        while (true) {
            StoreException end = abandoned;
            if (end != null) {
                throw LogWriter.again(end);
            }
            try {
                return use.of(present());
            } catch (SQLException e) {
                if (Database.isFull(e)) {
                    LOG.warn("no space in the database: {}", e.getMessage());
                    throw (StoreFullException) database.failed("is full", e);
                }
                if (Database.isUndone(e) && leases.isCertain()) {
                    continue;
                }
                if (!Database.isGone(e)) {
                    throw e;
                }
                if (!told) {
                    LOG.warn("the connection to the database is lost, trying again: {}", e.getMessage());
                    told = true;
                }
                close();
                if (!leases.isCertain()) {
                    throw database.failed("was not there for the length of a lease; the last outcome is unknown", e);
                }
                pause();
            }
        }
    }

    private Connection present() throws SQLException {
        Connection present = connection;
        if (present == null) {
            present = database.open();
            connection = present;
            requireAcknowledged(present);
        }
        return present;
    }

    /** After a failover: that the database which took the place of the other has everything that was acknowledged. */
    private void requireAcknowledged(Connection present) throws SQLException {
        for (int shard = 0; shard < durable.size(); shard++) {
            long last = LogReader.last(present, shard);
            if (last < durable.last(shard)) {
                throw new StoreException("The database has lost records that were acknowledged: shard " + shard
                        + " ends at " + last + " instead of " + durable.last(shard)
                        + ". It is a standby that was behind; what it lost is not in this server's store any more");
            }
        }
    }

    private void pause() {
        try {
            // Whether it was given up meanwhile, the next round looks.
            boolean unused = givenUp.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while the database was away", e);
        }
    }

    /** Gives up waiting for a database that is away; from any thread. */
    void abandon(StoreException why) {
        abandoned = why;
        givenUp.countDown();
    }

    @Override
    public void close() {
        Connection present = connection;
        connection = null;
        if (present != null) {
            try {
                present.close();
            } catch (SQLException e) {
                LOG.debug("a connection could not be closed", e);
            }
        }
    }
}
