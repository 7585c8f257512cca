// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.store.ShardLease;
import io.skep.api.store.StoreException;
import io.skep.store.base.ShardTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of this server to all shards, renewed by a thread of its own. Who holds a shard, and until when, only the
 * database's clock says. Here it is only known until when that is certain: who could not renew for the length of the lease
 * stops by its own clock, which began earlier than the database's, and so before anybody else may take a shard over. A
 * second thread sees to that, as the first may be waiting for a database that does not answer.
 *
 * <p>Nothing depends on clocks for correctness: each append checks the epoch in the statement that writes it.
 */
final class Leases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final int RENEWALS_A_LEASE = 4;
    /** Appends lock rows of several shards as well: whoever locks some takes them in one order, or two wait for each other. */
    private static final String IN_ORDER =
            "WITH o AS MATERIALIZED (SELECT shard FROM shard_lease ORDER BY shard FOR UPDATE)";

    private static final String UNTIL = "clock_timestamp() + ? * interval '1 millisecond'";

    private final Database database;
    private final String owner;
    private final Duration lease;
    private final ShardTable shards;
    private final Consumer<StoreException> lost;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread renewing = daemon("skep-store-lease", this::run);
    private final Thread watching = daemon("skep-store-lease-watch", this::watch);
    private volatile long certainUntilNanos;

    /**
     * For leases that {@link #take} has taken.
     *
     * @param takenNanos the time before that
     * @param lost is told, perhaps by both threads, when this server may no longer act for its shards
     */
    Leases(Database database, String owner, ShardTable shards, long takenNanos, Consumer<StoreException> lost) {
        this.database = database;
        this.owner = owner;
        this.lease = database.settings().lease();
        this.shards = shards;
        this.lost = lost;
        certainUntilNanos = takenNanos + lease.toNanos();
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        renewing.start();
        watching.start();
    }

    /** Waits until it is not certain any more. */
    private void watch() {
        try {
            long left = certainUntilNanos - System.nanoTime();
            while (left > 0) {
                if (closed.await(left, TimeUnit.NANOSECONDS)) {
                    return;
                }
                left = certainUntilNanos - System.nanoTime();
            }
            lost.accept(new StoreException("The leases could not be renewed for " + lease.toMillis()
                    + " ms; another server may have taken over"));
        } catch (InterruptedException stopped) {
            LOG.debug("stopped", stopped);
        }
    }

    /**
     * Takes every shard, or none.
     *
     * @param shards gets the epochs and numbers
     * @return who holds one, and for how long yet; empty if all were taken
     */
    static Optional<String> take(Connection connection, String owner, Duration lease, ShardTable shards)
            throws SQLException {
        Optional<String> other = holder(connection, owner);
        if (other.isPresent()) {
            return other;
        }
        connection.setAutoCommit(false);
        boolean complete = false;
        try {
            int taken = takeFree(connection, owner, lease, shards);
            complete = taken == shards.size();
            if (complete) {
                connection.commit();
                return Optional.empty();
            }
        } finally {
            if (!complete) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
        return Optional.of(holder(connection, owner).orElse("another server, just now"));
    }

    private static Optional<String> holder(Connection connection, String owner) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT owner, ceil(extract(epoch FROM max(until) - clock_timestamp()) * 1000)::bigint, count(*)"
                        + " FROM shard_lease WHERE owner <> ? AND until >= clock_timestamp() GROUP BY owner"
                        + " ORDER BY owner LIMIT 1")) {
            select.setString(1, owner);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of("server " + row.getString(1) + ", which holds " + row.getLong(3)
                                + " shards for another " + row.getLong(2) + " ms unless it renews")
                        : Optional.empty();
            }
        }
    }

    private static int takeFree(Connection connection, String owner, Duration lease, ShardTable shards)
            throws SQLException {
        Database.execute(connection, "SELECT shard FROM shard_lease ORDER BY shard FOR UPDATE");
        try (PreparedStatement update = connection.prepareStatement("UPDATE shard_lease SET owner = ?,"
                + " epoch = CASE WHEN owner = ? THEN epoch ELSE epoch + 1 END, until = " + UNTIL
                + " WHERE owner = ? OR until < clock_timestamp() RETURNING shard, epoch, first_seq")) {
            update.setString(1, owner);
            update.setString(2, owner);
            update.setLong(3, lease.toMillis());
            update.setString(4, owner);
            int taken = 0;
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    int shard = row.getInt(1);
                    shards.set(shard, row.getLong(2), row.getLong(3), 0);
                    taken++;
                }
            }
            return taken == shards.size() ? readLast(connection, shards) : taken;
        }
    }

    /** With a statement of its own, which sees what the earlier holder committed while the update waited for it. */
    private static int readLast(Connection connection, ShardTable shards) throws SQLException {
        for (int shard = 0; shard < shards.size(); shard++) {
            shards.last(shard, LogReader.last(connection, shard));
        }
        return shards.size();
    }

    /** Takes a shard anew, so that every earlier lease of it is fenced; on the writer's connection. */
    ShardLease renewEpoch(Connection connection, int shard) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE shard_lease SET epoch = epoch + 1 WHERE shard = ? AND owner = ? AND epoch = ?"
                        + " RETURNING epoch")) {
            update.setInt(1, shard);
            update.setString(2, owner);
            update.setLong(3, shards.epoch(shard));
            try (ResultSet row = update.executeQuery()) {
                if (!row.next()) {
                    throw taken(shard);
                }
                shards.epoch(shard, row.getLong(1));
            }
        }
        // A statement of this very server before it was killed may have been at work until now.
        shards.last(shard, LogReader.last(connection, shard));
        return new ShardLease(shard, shards.epoch(shard));
    }

    /** That another server has a shard which was this one's. */
    StoreException taken(int shard) {
        return new StoreException("Shard " + shard + " was taken over by another server; this one, " + owner
                + ", was not heard of for longer than lease.millis");
    }

    /** Whether nobody else may have taken a shard yet. */
    boolean isCertain() {
        return System.nanoTime() - certainUntilNanos < 0;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    String owner() {
        return owner;
    }

    private void run() {
        Connection connection = null;
        while (!isClosed()) {
            long begun = System.nanoTime();
            try {
                if (connection == null) {
                    connection = database.open();
                }
                if (renew(connection) < shards.size()) {
                    close(connection);
                    lost.accept(new StoreException("Shards were taken over by another server; this one, " + owner
                            + ", was not heard of for longer than lease.millis"));
                    return;
                }
                certainUntilNanos = begun + lease.toNanos();
            } catch (SQLException e) {
                LOG.warn("the leases could not be renewed: {}", e.getMessage());
                close(connection);
                connection = null;
            }
            if (!isCertain() || !pause()) {
                break;
            }
        }
        close(connection);
    }

    /** Renews all of them; answers how many they are. */
    int renew(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(IN_ORDER + " UPDATE shard_lease l SET until = "
                + UNTIL + " FROM o WHERE l.shard = o.shard AND l.owner = ?")) {
            update.setLong(1, lease.toMillis());
            update.setString(2, owner);
            return update.executeUpdate();
        }
    }

    private boolean pause() {
        try {
            return !closed.await(lease.toNanos() / RENEWALS_A_LEASE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private static void close(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("a connection could not be closed", e);
            }
        }
    }

    /** Ends the renewing. */
    @Override
    public void close() {
        closed.countDown();
    }

    /** Lets the shards go at once, so that nobody has to wait for the end of the lease. */
    void release() {
        try {
            database.with(connection -> {
                try (PreparedStatement update = connection.prepareStatement(
                        IN_ORDER + " UPDATE shard_lease l SET until = '-infinity' FROM o WHERE l.shard = o.shard"
                                + " AND l.owner = ? AND l.epoch = ANY (?)")) {
                    Long[] epochs = new Long[shards.size()];
                    for (int shard = 0; shard < epochs.length; shard++) {
                        epochs[shard] = shards.epoch(shard);
                    }
                    update.setString(1, owner);
                    update.setArray(2, connection.createArrayOf("bigint", epochs));
                    return update.executeUpdate();
                }
            });
        } catch (SQLException e) {
            LOG.warn("the leases could not be given back, they end in {} ms: {}", lease.toMillis(), e.getMessage());
        }
    }
}
