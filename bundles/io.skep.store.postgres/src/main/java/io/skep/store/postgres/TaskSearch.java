// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import io.skep.api.Refusal;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import io.skep.store.base.Cursor;
import io.skep.store.base.Searches;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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
    /**
     * The search for a query.
     *
     * @throws Refusal if the limit or the cursor is invalid
     */
    static TaskSearch of(TaskQuery query) {
        Searches.requireLimit(query);
        List<Object> parameters = new ArrayList<>();
        String order = " ORDER BY submitted_at DESC, id DESC LIMIT " + (query.limit() + 1);
        // Each state is read in order from an index and ends at the limit; all at once would be sorted.
        String branches = branches(query).stream()
                .map(state -> "(SELECT submitted_at, id, body FROM task WHERE " + condition(query, state, parameters)
                        + order + ")")
                .collect(Collectors.joining(" UNION ALL "));
        return new TaskSearch("SELECT submitted_at, id, body FROM (" + branches + ") AS found" + order, parameters);
    }

    private static List<@Nullable TaskState> branches(TaskQuery query) {
        if (!query.states().isEmpty()) {
            return query.states().stream().sorted().collect(Collectors.toList());
        }
        boolean byState = Searches.empty(query.agent()) != null || Searches.empty(query.tenant()) != null;
        return byState ? Arrays.asList(TaskState.values()) : Collections.singletonList(null);
    }

    private static String condition(TaskQuery query, @Nullable TaskState state, List<Object> parameters) {
        List<String> all = new ArrayList<>(List.of("true"));
        add(all, parameters, "state = ?", state == null ? null : state.wire());
        add(all, parameters, "agent = ?", text(query.agent()));
        add(all, parameters, "tenant = ?", text(query.tenant()));
        add(all, parameters, "submitted_at >= ?", Searches.millisUp(query.submittedFrom()));
        add(all, parameters, "submitted_at < ?", Searches.millisUp(query.submittedTo()));
        String text = Searches.empty(query.text());
        add(all, parameters, "strpos(text, ?) > 0", text == null ? null : writable(Searches.folded(text)));
        String cursor = Searches.empty(query.cursor());
        if (cursor != null) {
            Cursor after = Cursor.of(cursor);
            all.add("(submitted_at, id) < (?, ?)");
            parameters.add(after.submittedAtMillis());
            parameters.add(writable(after.id()));
        }
        return String.join(" AND ", all);
    }

    private static @Nullable String text(@Nullable String value) {
        String given = Searches.empty(value);
        return given == null ? null : writable(given);
    }

    /** The database's texts have no character 0; the other store's have. It is replaced where something is only searched. */
    static String writable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static void add(List<String> all, List<Object> parameters, String condition, @Nullable Object value) {
        if (value != null) {
            all.add(condition);
            parameters.add(value);
        }
    }

    void bind(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
    }
}
