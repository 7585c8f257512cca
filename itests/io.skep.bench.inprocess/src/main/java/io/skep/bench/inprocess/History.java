// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.inprocess;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.api.store.LogStore;
import io.skep.api.store.Projection;
import io.skep.api.store.TaskRow;
import io.skep.api.task.TaskQuery;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fills the projection with tasks that ended within the last thirty days: copies of one that the server has really done,
 * each with its own id, tenant, agent and end, written by the store's own writer as core writes them. They are in no log,
 * as tasks are that ended long ago.
 */
final class History {
    static final int TENANTS = 20;
    static final int AGENTS = 50;
    /** One in a hundred of them failed, the others completed. */
    private static final int FAILED_EVERY = 100;

    private static final Duration SPAN = Duration.ofDays(30);
    private static final int BATCH = 2000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BASE32 = "0123456789abcdefghjkmnpqrstvwxyz";

    private final Projection projection;
    private final int shards;
    private final byte[] template;
    private final String templateId;
    /** Bodies with the template's id still in them, by tenant, agent and end. */
    private final String[][][] bodies = new String[TENANTS][AGENTS][2];

    /**
     * Over the server's store.
     *
     * @throws IllegalStateException if no task has ended yet
     */
    History(LogStore store) throws IOException {
        projection = (Projection) store;
        shards = store.shards();
        List<byte[]> ended = projection
                .tasks(new TaskQuery(Set.of(TaskState.COMPLETED), null, null, null, null, null, 1, null))
                .items();
        if (ended.isEmpty()) {
            throw new IllegalStateException("no task has ended; run CYCLES first");
        }
        template = ended.get(0);
        templateId = JSON.readTree(template).path("id").asText();
    }

    /** Writes so many. */
    Outcome fill(long count) throws IOException {
        long[] unmoved = new long[shards];
        Arrays.fill(unmoved, -1);
        long begun = System.nanoTime();
        long last = System.currentTimeMillis();
        double step = SPAN.toMillis() / (double) count;
        List<TaskRow> rows = new ArrayList<>(BATCH);
        for (long i = 0; i < count; i++) {
            rows.add(row(i, last - (long) ((count - i) * step)));
            if (rows.size() == BATCH || i == count - 1) {
                projection.write(rows, unmoved);
                rows.clear();
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Outcome(true, null, Map.of("rows.per.s", count / seconds), Map.of());
    }

    private TaskRow row(long number, long at) throws IOException {
        int tenant = (int) (number % TENANTS);
        int agent = (int) (number / TENANTS % AGENTS);
        boolean failed = number % FAILED_EVERY == 0;
        String id = id(number, at);
        return new TaskRow(
                id,
                tenant(tenant),
                failed ? TaskState.FAILED.wire() : TaskState.COMPLETED.wire(),
                agent(agent),
                Payload.DESCRIPTION,
                at,
                at + 1000,
                null,
                body(tenant, agent, failed ? 1 : 0).replace(templateId, id).getBytes(StandardCharsets.UTF_8));
    }

    static String tenant(int number) {
        return "history-tenant-" + number;
    }

    static String agent(int number) {
        return "history-agent-" + number;
    }

    private String body(int tenant, int agent, int end) throws IOException {
        String[] ends = bodies[tenant][agent];
        if (ends[end] == null) {
            ObjectNode task = (ObjectNode) JSON.readTree(template);
            ((ObjectNode) task.get("spec")).put("tenant", tenant(tenant));
            ((ObjectNode) task.get("attempts").get(0)).put("agent", agent(agent));
            if (end == 1) {
                task.put("state", TaskState.FAILED.wire()).remove("result");
                task.put("error", "it failed");
            }
            ends[end] = JSON.writeValueAsString(task);
        }
        return ends[end];
    }

    /** Of the form of real ones: shard, time, and what tells those of one moment apart. */
    private String id(long number, long at) {
        StringBuilder id = new StringBuilder(24);
        id.append(String.format("%02x-", number % shards));
        digits(id, 9, at);
        digits(id, 12, number);
        return id.toString();
    }

    private static void digits(StringBuilder into, int count, long value) {
        for (int i = count - 1; i >= 0; i--) {
            into.append(BASE32.charAt((int) ((value >>> (5 * i)) & 31)));
        }
    }
}
