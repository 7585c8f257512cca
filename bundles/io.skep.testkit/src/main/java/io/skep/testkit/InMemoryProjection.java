// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.store.Projection;
import io.skep.api.store.StoreException;
import io.skep.api.store.StoreFullException;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A projection in memory that fails on demand; a query looks at every row. Thread-safe. */
public final class InMemoryProjection implements Projection {
    private static final Comparator<TaskRow> NEWEST_FIRST = Comparator.comparingLong(TaskRow::submittedAtMillis)
            .thenComparing(TaskRow::id)
            .reversed();

    private final Map<String, TaskRow> rows = new HashMap<>();
    private final long[] applied;
    private boolean full;
    private boolean stopped;

    /** An empty projection. */
    public InMemoryProjection(int shards) {
        applied = new long[shards];
    }

    /** Whether writes find no space from now on. */
    public synchronized void full(boolean now) {
        full = now;
    }

    /** Whether writes fail from now on. */
    public synchronized void stopped(boolean now) {
        stopped = now;
    }

    @Override
    public synchronized long applied(int shard) {
        return applied[shard];
    }

    @Override
    public synchronized void write(List<TaskRow> written, long[] positions) {
        if (positions.length != applied.length) {
            throw new IllegalArgumentException(positions.length + " positions for " + applied.length + " shards");
        }
        if (stopped) {
            throw new StoreException("The projection has stopped");
        }
        if (full) {
            throw new StoreFullException("There is no space");
        }
        written.forEach(row -> rows.put(row.id(), row));
        for (int shard = 0; shard < positions.length; shard++) {
            if (positions[shard] >= 0) {
                applied[shard] = positions[shard];
            }
        }
    }

    @Override
    public synchronized Optional<byte[]> task(String id) {
        return Optional.ofNullable(rows.get(id)).map(TaskRow::body);
    }

    @Override
    public synchronized Optional<byte[]> taskByKey(String tenant, String idempotencyKey) {
        return rows.values().stream()
                .filter(row -> row.tenant().equals(tenant) && idempotencyKey.equals(row.idempotencyKey()))
                .min(NEWEST_FIRST)
                .map(TaskRow::body);
    }

    @Override
    public synchronized Page<byte[]> tasks(TaskQuery query) {
        if (query.limit() < 1 || query.limit() > TaskQuery.MAX_LIMIT) {
            throw Refusal.invalid("limit", "The limit must be 1 to " + TaskQuery.MAX_LIMIT);
        }
        List<TaskRow> found = rows.values().stream()
                .filter(matching(query).and(after(query.cursor())))
                .sorted(NEWEST_FIRST)
                .limit(query.limit() + 1L)
                .toList();
        List<TaskRow> page = found.subList(0, Math.min(query.limit(), found.size()));
        boolean more = found.size() > page.size();
        return new Page<>(page.stream().map(TaskRow::body).toList(), more ? cursor(page.get(page.size() - 1)) : null);
    }

    @Override
    public synchronized List<TaskRow> rows(String afterId, int max) {
        return rows.values().stream()
                .filter(row -> row.id().compareTo(afterId) > 0)
                .sorted(Comparator.comparing(TaskRow::id))
                .limit(max)
                .toList();
    }

    @Override
    public synchronized int expire(long endedBeforeMillis, int max) {
        if (full) {
            throw new StoreFullException("There is no space");
        }
        List<TaskRow> old = rows.values().stream()
                .filter(row -> row.endedAtMillis() != null && row.endedAtMillis() < endedBeforeMillis)
                .sorted(Comparator.comparing(TaskRow::endedAtMillis, Comparator.nullsLast(Comparator.naturalOrder())))
                .limit(max)
                .toList();
        old.forEach(row -> rows.remove(row.id()));
        return old.size();
    }

    /** What a query means, said once more and plainly; also the model that other projections are compared with. */
    static Predicate<TaskRow> matching(TaskQuery query) {
        return row -> (query.states().isEmpty()
                        || query.states().stream()
                                .anyMatch(state -> state.wire().equals(row.state())))
                && is(query.agent(), row.agent())
                && is(query.tenant(), row.tenant())
                && contains(query.text(), row.text())
                && (query.submittedFrom() == null || !at(row).isBefore(query.submittedFrom()))
                && (query.submittedTo() == null || at(row).isBefore(query.submittedTo()));
    }

    private static boolean is(@Nullable String criterion, @Nullable String value) {
        return criterion == null || criterion.isEmpty() || criterion.equals(value);
    }

    private static boolean contains(@Nullable String criterion, String value) {
        return criterion == null || ascii(value).contains(ascii(criterion));
    }

    private static Instant at(TaskRow row) {
        return Instant.ofEpochMilli(row.submittedAtMillis());
    }

    private static String ascii(String text) {
        StringBuilder lower = new StringBuilder();
        text.codePoints()
                .forEach(c ->
                        lower.append(c < 128 ? Character.toString(c).toLowerCase(Locale.ROOT) : Character.toString(c)));
        return lower.toString();
    }

    private static String cursor(TaskRow row) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((row.submittedAtMillis() + "@" + row.id()).getBytes(StandardCharsets.UTF_8));
    }

    private static Predicate<TaskRow> after(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return row -> true;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("@", 2);
            long millis = Long.parseLong(parts[0]);
            String id = parts[1];
            return row -> row.submittedAtMillis() < millis
                    || (row.submittedAtMillis() == millis && row.id().compareTo(id) < 0);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw Refusal.invalid("cursor", "The cursor is none that a list of tasks has given");
        }
    }
}
