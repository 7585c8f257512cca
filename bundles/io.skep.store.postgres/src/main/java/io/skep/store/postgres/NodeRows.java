// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.admin.ClusterNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of servers. Every time in it is the database's: nobody's own clock is ever compared with another's. */
final class NodeRows {
    /** A server that starts anew may serve again, whatever it was told before. */
    private static final String RENEW = "INSERT INTO node(id, url, version, protocol, since, until)"
            + " VALUES (?, ?, ?, ?, clock_timestamp(), clock_timestamp() + ? * interval '1 millisecond')"
            + " ON CONFLICT (id) DO UPDATE SET url = excluded.url, version = excluded.version,"
            + " protocol = excluded.protocol, until = excluded.until,"
            + " since = CASE WHEN ? THEN excluded.since ELSE node.since END, drained = node.drained AND NOT ?";

    private static final String READ = "SELECT n.id, n.url, n.version, n.protocol, n.since, n.until, n.drained,"
            + " n.until >= clock_timestamp() AS heard,"
            + " floor(extract(epoch FROM clock_timestamp() - n.since) * 1000)::bigint AS age, l.until AS serves"
            + " FROM node n LEFT JOIN (SELECT owner, max(until) AS until FROM shard_lease"
            + " WHERE until >= clock_timestamp() GROUP BY owner) l ON l.owner = n.id"
            + " WHERE n.until >= clock_timestamp() - interval '1 hour' ORDER BY l.until IS NULL, n.id";

    private static final String FORGET = "DELETE FROM node WHERE until < clock_timestamp() - interval '1 hour'";

    private NodeRows() {}

    /** What a server says of itself. */
    record Own(String id, @Nullable String url, String version, int protocol) {}

    /** What became of a request to drain a server, or of its opposite. */
    enum Outcome {
        /** It is so. */
        DONE,
        /** Nobody else could serve. */
        ONLY,
        /** There is no such server. */
        MISSING
    }

    /**
     * Says that a server is there for as long as a lease.
     *
     * @param isNew whether it has just come
     */
    static void renew(Connection connection, Own own, Duration lease, boolean isNew) throws SQLException {
        if (isNew) {
            Database.execute(connection, FORGET);
        }
        try (PreparedStatement row = connection.prepareStatement(RENEW)) {
            row.setString(1, own.id());
            row.setString(2, own.url());
            row.setString(3, own.version());
            row.setInt(4, own.protocol());
            row.setLong(5, lease.toMillis());
            row.setBoolean(6, isNew);
            row.setBoolean(7, isNew);
            row.executeUpdate();
        }
    }

    /** Every server, the one that serves first. */
    static List<ClusterNode> read(Connection connection) throws SQLException {
        List<ClusterNode> nodes = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(READ);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Instant serves = time(row, "serves");
                nodes.add(new ClusterNode(
                        row.getString("id"),
                        row.getString("url"),
                        role(serves != null, row.getBoolean("drained"), row.getBoolean("heard")),
                        row.getString("version"),
                        row.getInt("protocol"),
                        row.getObject("since", OffsetDateTime.class).toInstant(),
                        Duration.ofMillis(row.getLong("age")),
                        time(row, "until"),
                        serves));
            }
        }
        return List.copyOf(nodes);
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static ClusterNode.Role role(boolean serves, boolean drained, boolean heard) {
        if (serves) {
            return drained ? ClusterNode.Role.DRAINING : ClusterNode.Role.SERVING;
        } else if (!heard) {
            return ClusterNode.Role.SILENT;
        }
        return drained ? ClusterNode.Role.DRAINED : ClusterNode.Role.EDGE;
    }

    /** Within a transaction: the rows are locked, so that two requests at once do not drain everybody. */
    static Outcome drain(Connection connection, String id, boolean drained) throws SQLException {
        Database.execute(connection, "SELECT id FROM node ORDER BY id FOR UPDATE");
        if (drained && count(connection, "id <> ? AND NOT drained AND until >= clock_timestamp()", id) == 0) {
            return count(connection, "id = ?", id) == 0 ? Outcome.MISSING : Outcome.ONLY;
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE node SET drained = ? WHERE id = ?")) {
            update.setBoolean(1, drained);
            update.setString(2, id);
            return update.executeUpdate() == 0 ? Outcome.MISSING : Outcome.DONE;
        }
    }

    private static long count(Connection connection, String condition, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM node WHERE " + condition)) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Forgets a server that has gone. */
    static int remove(Connection connection, String id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM node WHERE id = ?")) {
            delete.setString(1, id);
            return delete.executeUpdate();
        }
    }
}
