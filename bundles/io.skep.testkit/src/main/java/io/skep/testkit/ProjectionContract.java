// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Page;
import io.skep.api.Refusal;
import io.skep.api.store.Projection;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Projection} must do. Extend it and say how to open and close one. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
public abstract class ProjectionContract {
    /** The number of shards that {@link #open} is to make. */
    protected static final int SHARDS = 4;

    private static final long[] UNMOVED = {-1, -1, -1, -1};
    private static final List<TaskState> STATES = List.of(TaskState.values());
    private static final List<String> TEXTS = List.of(
            "Summarise the LOG",
            "100% done",
            "a_b",
            "aXb",
            "back\\slash",
            "quote's \"x\"",
            "\u00c4rger \u2603",
            "[a-z]*?");

    private Path temporary;
    private Projection projection;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init") // set before each test
    protected ProjectionContract() {}

    /** Opens the projection of a directory that only this test uses; makes it the first time. */
    protected abstract Projection open(Path directory);

    /** Closes it; the same directory may be opened again. */
    protected abstract void close(Projection projection);

    /** Opens the projection. */
    @BeforeEach
    public void openProjection(@TempDir Path folder) {
        temporary = folder;
        projection = open(temporary.resolve("store"));
    }

    /** Closes the projection. */
    @AfterEach
    public void closeProjection() {
        close(projection);
    }

    @Test
    public void newProjection_isEmpty() {
        assertThat(projection.applied(SHARDS - 1)).isZero();
        assertThat(projection.task("t")).isEmpty();
        assertThat(projection.taskByKey("default", "k")).isEmpty();
        assertThat(projection.tasks(TaskQuery.newest(10))).isEqualTo(new Page<byte[]>(List.of(), null));
    }

    @Test
    public void write_movesPositionsAndReplacesRows_alsoAfterReopening() {
        projection.write(List.of(row("t", 5, "queued", null)), new long[] {7, -1, 0, 3});
        projection.write(List.of(row("t", 5, "working", "a")), new long[] {-1, 2, -1, 4});
        close(projection);
        projection = open(temporary.resolve("store"));

        assertThat(List.of(projection.applied(0), projection.applied(1), projection.applied(2), projection.applied(3)))
                .containsExactly(7L, 2L, 0L, 4L);
        assertThat(projection.task("t"))
                .hasValueSatisfying(body -> assertThat(body).isEqualTo("t working".getBytes(UTF_8)));
        assertThat(ids(query(Set.of(TaskState.QUEUED), null, 10))).isEmpty();
        assertThat(ids(query(Set.of(TaskState.WORKING), "a", 10))).containsExactly("t");
    }

    @Test
    public void write_withTheWrongNumberOfPositions_changesNothing() {
        assertThatThrownBy(() -> projection.write(List.of(row("t", 1, "queued", null)), new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(projection.task("t")).isEmpty();
        assertThat(projection.applied(0)).isZero();
    }

    @Test
    public void taskByKey_isOfItsTenantOnly() {
        projection.write(
                List.of(
                        new TaskRow("1", "red", "queued", null, "", 1, null, "k", "r".getBytes(UTF_8)),
                        new TaskRow("2", "blue", "queued", null, "", 1, null, "k", "b".getBytes(UTF_8)),
                        new TaskRow("3", "red", "queued", null, "", 1, null, null, "n".getBytes(UTF_8))),
                UNMOVED);
        assertThat(projection.taskByKey("red", "k"))
                .hasValueSatisfying(body -> assertThat(body).asString(UTF_8).isEqualTo("r"));
        assertThat(projection.taskByKey("blue", "k"))
                .hasValueSatisfying(body -> assertThat(body).asString(UTF_8).isEqualTo("b"));
        assertThat(projection.taskByKey("green", "k")).isEmpty();
        assertThat(projection.taskByKey("red", "K")).isEmpty();
    }

    @Test
    public void expire_dropsTheOldestEnds_soManyAtMost_andNothingThatGoesOn() {
        List<TaskRow> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rows.add(new TaskRow("e" + i, "default", "completed", null, "", 1, 100L + i, null, new byte[1]));
        }
        rows.add(new TaskRow("live", "default", "queued", null, "", 1, null, null, new byte[1]));
        projection.write(rows, UNMOVED);

        assertThat(projection.expire(100, 5)).isZero();
        assertThat(projection.expire(108, 5)).isEqualTo(5);
        assertThat(projection.task("e4")).isEmpty();
        assertThat(projection.task("e5")).isPresent();
        assertThat(projection.expire(108, 5)).isEqualTo(3);
        assertThat(projection.task("e7")).isEmpty();
        assertThat(projection.task("e8")).isPresent();
        assertThat(projection.task("live")).isPresent();
        assertThat(projection.expire(Long.MAX_VALUE, 5)).isEqualTo(2);
        assertThat(projection.task("live")).isPresent();

        // Tried again, it goes on and has no end any more.
        projection.write(List.of(new TaskRow("r", "default", "failed", null, "", 1, 1L, null, new byte[1])), UNMOVED);
        projection.write(List.of(new TaskRow("r", "default", "queued", null, "", 1, null, null, new byte[1])), UNMOVED);
        assertThat(projection.expire(Long.MAX_VALUE, 5)).isZero();
        assertThat(projection.task("r")).isPresent();
    }

    @Test
    public void text_isFoundLiterally_ignoringTheCaseOfAscii() {
        List<TaskRow> rows = new ArrayList<>();
        for (int i = 0; i < TEXTS.size(); i++) {
            rows.add(new TaskRow(
                    "t" + i, "default", "queued", null, TEXTS.get(i), i, null, null, ("t" + i).getBytes(UTF_8)));
        }
        projection.write(rows, UNMOVED);

        assertThat(found("the log")).containsExactly("t0");
        assertThat(found("%")).containsExactly("t1");
        assertThat(found("_")).containsExactly("t2");
        assertThat(found("A_B")).containsExactly("t2");
        assertThat(found("\\")).containsExactly("t4");
        assertThat(found("'s \"")).containsExactly("t5");
        assertThat(found("\u00c4RGER \u2603")).containsExactly("t6");
        assertThat(found("\u00e4rger")).isEmpty();
        assertThat(found("[a-z]*")).containsExactly("t7");
        assertThat(found("")).hasSize(TEXTS.size());
    }

    @Test
    public void rows_comeWhole_inTheOrderOfTheirIds() {
        TaskRow ended = new TaskRow("b", "acme", "completed", "a-1", "text ö", 5, 9L, "key\u0000", new byte[] {1, 2});
        projection.write(List.of(row("c", 7, "queued", null), ended, row("a", 8, "working", "x")), UNMOVED);
        List<TaskRow> rows = projection.rows("", 2);
        assertThat(rows).extracting(TaskRow::id).containsExactly("a", "b");
        assertThat(rows.get(1)).usingRecursiveComparison().isEqualTo(ended);
        assertThat(projection.rows("b", 2)).extracting(TaskRow::id).containsExactly("c");
        assertThat(projection.rows("b", 2).get(0).endedAtMillis()).isNull();
        assertThat(projection.rows("b", 2).get(0).idempotencyKey()).isNull();
        assertThat(projection.rows("c", 2)).isEmpty();
    }

    private List<String> found(String text) {
        return ids(new TaskQuery(Set.of(), null, null, text, null, null, 100, null));
    }

    @Test
    public void pages_whileRowsAreAdded_haveEveryEarlierRowOnce() {
        int count = 137;
        List<TaskRow> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row("old" + i, i / 5, "queued", null));
        }
        projection.write(rows, UNMOVED);

        List<String> seen = new ArrayList<>();
        String cursor = null;
        int added = 0;
        do {
            Page<byte[]> page = projection.tasks(new TaskQuery(Set.of(), null, null, null, null, null, 10, cursor));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(10);
            page.items().forEach(body -> seen.add(new String(body, UTF_8)));
            cursor = page.next();
            projection.write(List.of(row("new" + added++, 1_000_000, "queued", null)), UNMOVED);
        } while (cursor != null);

        assertThat(seen).doesNotHaveDuplicates().hasSize(count).allMatch(id -> id.startsWith("old"));
    }

    @Test
    public void lastPage_thatIsFull_hasNoNext() {
        projection.write(List.of(row("a", 1, "queued", null), row("b", 2, "queued", null)), UNMOVED);
        assertThat(projection.tasks(TaskQuery.newest(2)).next()).isNull();
        assertThat(projection.tasks(TaskQuery.newest(1)).next()).isNotNull();
    }

    @Test
    public void cursorOrLimit_thatIsNone_isRefusedByName() {
        for (String cursor : List.of("%%%", "bm9uZQ", "Og", "MTIz", "\u00e4", "a b")) {
            assertThatThrownBy(
                            () -> projection.tasks(new TaskQuery(Set.of(), null, null, null, null, null, 10, cursor)))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.field()).contains("cursor"));
        }
        for (int limit : List.of(0, -1, TaskQuery.MAX_LIMIT + 1)) {
            assertThatThrownBy(() -> projection.tasks(TaskQuery.newest(limit)))
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.field()).contains("limit"));
        }
    }

    @Test
    public void randomQueries_agreeWithTheModel() {
        Random random = new Random(7);
        Map<String, TaskRow> model = new HashMap<>();
        for (int round = 0; round < 40; round++) {
            Map<String, TaskRow> rows = new HashMap<>();
            for (int i = 0; i < 25; i++) {
                TaskRow row = randomRow(random);
                rows.put(row.id(), row);
            }
            projection.write(List.copyOf(rows.values()), UNMOVED);
            model.putAll(rows);
            for (int i = 0; i < 10; i++) {
                compare(randomQuery(random), model);
            }
        }
    }

    private void compare(TaskQuery query, Map<String, TaskRow> model) {
        List<String> listed = new ArrayList<>();
        String cursor = null;
        do {
            Page<byte[]> page = projection.tasks(new TaskQuery(
                    query.states(),
                    query.agent(),
                    query.tenant(),
                    query.text(),
                    query.submittedFrom(),
                    query.submittedTo(),
                    query.limit(),
                    cursor));
            page.items().forEach(body -> listed.add(new String(body, UTF_8)));
            cursor = page.next();
        } while (cursor != null);
        assertThat(listed)
                .as("%s", query)
                .containsExactlyInAnyOrderElementsOf(model.values().stream()
                        .filter(InMemoryProjection.matching(query))
                        .map(TaskRow::id)
                        .toList());
        assertThat(listed.stream()
                        .map(model::get)
                        .filter(Objects::nonNull)
                        .map(row -> -row.submittedAtMillis())
                        .toList())
                .as("%s, newest first", query)
                .isSorted();
    }

    private static TaskRow randomRow(Random random) {
        String id = "task-" + random.nextInt(400);
        return new TaskRow(
                id,
                "tenant" + random.nextInt(3),
                STATES.get(random.nextInt(STATES.size())).wire(),
                random.nextInt(3) == 0 ? null : "agent" + random.nextInt(4),
                TEXTS.get(random.nextInt(TEXTS.size())),
                random.nextInt(300),
                null,
                random.nextBoolean() ? null : "key" + random.nextInt(1000),
                id.getBytes(UTF_8));
    }

    private static TaskQuery randomQuery(Random random) {
        Set<TaskState> states = EnumSet.noneOf(TaskState.class);
        for (int i = random.nextInt(4); i > 0; i--) {
            states.add(STATES.get(random.nextInt(STATES.size())));
        }
        return new TaskQuery(
                states,
                random.nextBoolean() ? null : "agent" + random.nextInt(5),
                random.nextBoolean() ? null : "tenant" + random.nextInt(4),
                random.nextInt(3) > 0 ? null : List.of("a", "DONE", "_", "%").get(random.nextInt(4)),
                random.nextInt(3) > 0 ? null : instant(random),
                random.nextInt(3) > 0 ? null : instant(random),
                1 + random.nextInt(60),
                null);
    }

    private static Instant instant(Random random) {
        return Instant.ofEpochMilli(random.nextInt(300)).plusNanos(random.nextInt(2) * 500_000L);
    }

    private static TaskRow row(String id, long submittedAt, String state, @Nullable String agent) {
        String body = agent == null ? id : id + " " + state;
        return new TaskRow(id, "default", state, agent, id, submittedAt, null, null, body.getBytes(UTF_8));
    }

    private static TaskQuery query(Set<TaskState> states, @Nullable String agent, int limit) {
        return new TaskQuery(states, agent, null, null, null, null, limit, null);
    }

    private List<String> ids(TaskQuery query) {
        return projection.tasks(query).items().stream()
                .map(body -> new String(body, UTF_8).split(" ")[0])
                .toList();
    }
}
