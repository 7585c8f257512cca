// SPDX-License-Identifier: Apache-2.0
package io.skep.store.base;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What searches of a projection have in common, whatever the database. */
public final class Searches {
    private Searches() {}

    /**
     * Checks how many tasks are asked for.
     *
     * @throws Refusal if it is too few or too many
     */
    public static void requireLimit(TaskQuery query) {
        if (query.limit() < 1 || query.limit() > TaskQuery.MAX_LIMIT) {
            throw Refusal.invalid("limit", "The limit must be 1 to " + TaskQuery.MAX_LIMIT);
        }
    }

    /** An empty condition is none. */
    public static @Nullable String empty(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    /** The first whole millisecond that is not before: what is submitted is kept in milliseconds. */
    public static @Nullable Long millisUp(@Nullable Instant instant) {
        if (instant == null) {
            return null;
        }
        try {
            long millis = instant.toEpochMilli();
            return Instant.ofEpochMilli(millis).isBefore(instant) ? millis + 1 : millis;
        } catch (ArithmeticException e) {
            return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /**
     * Text as it is searched: ASCII letters in lower case. With it a plain search for the position does what LIKE would,
     * and no character has a meaning.
     */
    public static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return folded.toString();
    }

    /**
     * A page from rows of time of submission, id and body, of which one more than the limit was asked for.
     *
     * @throws SQLException if they cannot be read
     */
    public static Page<byte[]> page(ResultSet row, int limit) throws SQLException {
        List<byte[]> bodies = new ArrayList<>();
        Cursor last = null;
        while (row.next()) {
            if (last != null && bodies.size() == limit) {
                return new Page<>(bodies, last.encoded());
            }
            last = new Cursor(row.getLong(1), row.getString(2));
            bodies.add(row.getBytes(3));
        }
        return new Page<>(bodies, null);
    }

    /** The columns of {@link #rows}. */
    public static final String COLUMNS =
            "id, tenant, state, agent, text, submitted_at, ended_at, idempotency_key, body";

    /** Reads an idempotency key, which may be none. */
    @FunctionalInterface
    public interface Key {
        /** From the column of that number. */
        @Nullable
        String read(ResultSet row, int column) throws SQLException;
    }

    /**
     * Whole rows, with the columns {@link #COLUMNS}.
     *
     * @throws SQLException if they cannot be read
     */
    public static List<TaskRow> rows(ResultSet row, Key key) throws SQLException {
        List<TaskRow> rows = new ArrayList<>();
        while (row.next()) {
            long ended = row.getLong(7);
            Long endedAtMillis = row.wasNull() ? null : ended;
            rows.add(new TaskRow(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getLong(6),
                    endedAtMillis,
                    key.read(row, 8),
                    row.getBytes(9)));
        }
        return rows;
    }

    /** The refusal of a search that takes longer than it may. */
    public static Refusal tooLong() {
        return Refusal.of(
                Refusal.Reason.UNAVAILABLE,
                "The search takes longer than max.read.millis; restrict it by state, agent, tenant or time");
    }
}
