// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.task.TaskState;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a projection of an earlier version to the present one, in its place. What was cut off is done again by the next
 * start: the version is written last.
 */
final class ProjectionMigration {
    /** Every filter of a list has one that ends in the order of the list, see {@link TaskSearch}. */
    static final List<String> INDEXES = List.of(
            "CREATE INDEX task_time ON task(submitted_at, id)",
            "CREATE INDEX task_state ON task(state, submitted_at, id)",
            "CREATE INDEX task_agent_state ON task(agent, state, submitted_at, id) WHERE agent IS NOT NULL",
            "CREATE INDEX task_tenant_state ON task(tenant, state, submitted_at, id)",
            "CREATE INDEX task_ended ON task(ended_at) WHERE ended_at IS NOT NULL",
            // Not unique: that a key is used once is decided where the truth is. A projection that refuses what the log
            // says would be stuck for ever.
            "CREATE INDEX task_key ON task(idempotency_key, tenant) WHERE idempotency_key IS NOT NULL");

    /** The states of a task that has ended, for SQL. */
    static final String ENDED = Arrays.stream(TaskState.values())
            .filter(TaskState::isTerminal)
            .map(state -> "'" + state.wire() + "'")
            .collect(Collectors.joining(", ", "(", ")"));

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionMigration.class);
    /** So many that the write-ahead log stays small. */
    private static final int ROWS_A_STEP = 5000;

    private ProjectionMigration() {}

    static void run(Path file, int version) throws SQLException {
        try (Connection connection = Sql.open(file, false)) {
            LOG.info("{} is brought to layout {}", file, version);
            endTimes(connection);
            for (String index : List.of("task_agent", "task_tenant")) {
                Sql.execute(connection, "DROP INDEX IF EXISTS " + index);
            }
            for (String index : INDEXES) {
                Sql.execute(connection, index.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS"));
            }
            Sql.execute(connection, "PRAGMA user_version = " + version);
        }
    }

    /** When a task ended was not kept as a column: its time in the history begins now. */
    private static void endTimes(Connection connection) throws SQLException {
        if (Sql.number(connection, "SELECT count(*) FROM pragma_table_info('task') WHERE name = 'ended_at'") == 0) {
            Sql.execute(connection, "ALTER TABLE task ADD COLUMN ended_at INTEGER");
        }
        long now = System.currentTimeMillis();
        long last = Sql.number(connection, "SELECT coalesce(max(rowid), 0) FROM task");
        for (long row = 0; row < last; row += ROWS_A_STEP) {
            Sql.update(
                    connection,
                    "UPDATE task SET ended_at = ? WHERE rowid > ? AND rowid <= ? AND ended_at IS NULL AND state IN "
                            + ENDED,
                    now,
                    row,
                    row + ROWS_A_STEP);
        }
    }
}
