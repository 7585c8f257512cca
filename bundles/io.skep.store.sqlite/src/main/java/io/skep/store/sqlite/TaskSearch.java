// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.Refusal;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query as SQL with its parameters. Newest first, and by id among equals, so that a cursor is a place in that order
 * and rows added meanwhile shift nothing.
 *
 * @param sql one row more than the limit is asked for, to know whether there is a next page
 */
record TaskSearch(String sql, List<Object> parameters) {
    /** A place in the order of a list: after this task. */
    record Cursor(long submittedAtMillis, String id) {
        String encoded() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((submittedAtMillis + ":" + id).getBytes(StandardCharsets.UTF_8));
        }

        /**
         * The inverse of {@link #encoded}.
         *
         * @throws Refusal if it is none
         */
        static Cursor of(String encoded) {
            try {
                String text = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
                int colon = text.indexOf(':');
                if (colon > 0) {
                    Cursor cursor = new Cursor(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
                    if (cursor.encoded().equals(encoded)) {
                        return cursor;
                    }
                }
            } catch (IllegalArgumentException e) {
                // Neither Base64 nor a number: refused below like anything else that is not ours.
            }
            throw Refusal.invalid("cursor", "The cursor is none that a list of tasks has given");
        }
    }

    /**
     * The search for a query.
     *
     * @throws Refusal if the limit or the cursor is invalid
     */
    static TaskSearch of(TaskQuery query) {
        if (query.limit() < 1 || query.limit() > TaskQuery.MAX_LIMIT) {
            throw Refusal.invalid("limit", "The limit must be 1 to " + TaskQuery.MAX_LIMIT);
        }
        List<Object> parameters = new ArrayList<>();
        String order = " ORDER BY submitted_at DESC, id DESC LIMIT " + (query.limit() + 1);
        String places = branches(query).stream()
                .map(state -> "SELECT * FROM (SELECT submitted_at, id, rowid AS place FROM task WHERE "
                        + condition(query, state, parameters) + order + ")")
                .collect(Collectors.joining(" UNION ALL "));
        // The places come from the indexes alone; only the rows of the page itself are looked up.
        return new TaskSearch(
                "SELECT found.submitted_at, found.id, task.body FROM (SELECT * FROM (" + places + ")" + order
                        + ") found CROSS JOIN task ON task.rowid = found.place"
                        + " ORDER BY found.submitted_at DESC, found.id DESC",
                parameters);
    }

    /**
     * The states to search one by one: each is read in order from an index and ends at the limit. All states at once would
     * have SQLite sort every task of these states. The indexes by tenant and agent have the state before the order.
     */
    private static List<@Nullable TaskState> branches(TaskQuery query) {
        if (!query.states().isEmpty()) {
            return query.states().stream().sorted().collect(Collectors.toList());
        }
        boolean byState = empty(query.agent()) != null || empty(query.tenant()) != null;
        return byState ? Arrays.asList(TaskState.values()) : Collections.singletonList(null);
    }

    private static String condition(TaskQuery query, @Nullable TaskState state, List<Object> parameters) {
        List<String> all = new ArrayList<>();
        all.add("1");
        add(all, parameters, "state = ?", state == null ? null : state.wire());
        add(all, parameters, "agent = ?", empty(query.agent()));
        // Of the two the agent is the narrower; the plus keeps SQLite from taking the tenant's index.
        add(all, parameters, empty(query.agent()) == null ? "tenant = ?" : "+tenant = ?", empty(query.tenant()));
        add(all, parameters, "submitted_at >= ?", millisUp(query.submittedFrom()));
        add(all, parameters, "submitted_at < ?", millisUp(query.submittedTo()));
        String text = empty(query.text());
        add(all, parameters, "instr(text, ?) > 0", text == null ? null : folded(text));
        String cursor = empty(query.cursor());
        if (cursor != null) {
            Cursor after = Cursor.of(cursor);
            all.add("(submitted_at, id) < (?, ?)");
            parameters.add(after.submittedAtMillis());
            parameters.add(after.id());
        }
        return String.join(" AND ", all);
    }

    private static void add(List<String> all, List<Object> parameters, String condition, @Nullable Object value) {
        if (value != null) {
            all.add(condition);
            parameters.add(value);
        }
    }

    private static @Nullable String empty(@Nullable String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    /** The first whole millisecond that is not before: what is submitted is kept in milliseconds. */
    private static @Nullable Long millisUp(@Nullable Instant instant) {
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
    static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return folded.toString();
    }

    void bind(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
    }
}
