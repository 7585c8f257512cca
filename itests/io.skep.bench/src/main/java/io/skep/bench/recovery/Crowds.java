// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.Poll;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Many tasks at once, through kills: a job that cancels them and is cut off ends when it is begun again, and a small tenant
 * gets its share beside a large one. For one thread, besides the one that begins a job.
 */
final class Crowds {
    private static final String SKILL = "bench.crowd";
    private static final String FAIR_SKILL = "bench.fair";
    private static final int CROWD = 500;
    private static final int LARGE = 200;
    private static final int SMALL = 10;

    /** In turn with the large tenant, and a tenth of the turns for the oldest, with something to spare. */
    private static final int SMALL_DONE_WITHIN = 3 * SMALL;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SkepClient admin;
    private final SkepClient worker;
    private final Ledger ledger;
    private Thread job = new Thread(() -> {});
    private int jobs;
    private int cut;
    private int broken;

    private Crowds(SkepClient admin, SkepClient worker, Ledger ledger) {
        this.admin = admin;
        this.worker = worker;
        this.ledger = ledger;
    }

    /** Registers the agents, of which one never takes a task. */
    static Crowds install(SkepClient admin, Ledger ledger) throws IOException, InterruptedException {
        admin.register("crowd", 1, SKILL);
        String secret = admin.register("fair", 1_000, FAIR_SKILL).path("secret").asText();
        return new Crowds(admin, admin.as(secret), ledger);
    }

    /** Submits the crowd of a round. */
    void gather(int round) throws IOException, InterruptedException {
        submit(tenant(round), SKILL, CROWD);
    }

    /** Begins to cancel the crowd of a round, a moment before the kill. */
    void beginToCancel(int round) {
        job = new Thread(() -> cancelOnce(round), "bench-bulk");
        job.start();
    }

    /** Cancels what is left of the crowd of a round after a restart, and looks whether that was all of it. */
    void check(int round) throws IOException, InterruptedException {
        job.join();
        jobs++;
        long[] left = new long[1];
        boolean all = Poll.until(
                () -> {
                    JsonNode again = admin.operator().bulkAndWait(request(round), PATIENCE);
                    left[0] += again.path("changed").asLong();
                    return again.hasNonNull("endedAt") && canceled(round) == CROWD;
                },
                PATIENCE,
                Duration.ofMillis(100));
        cut += left[0] > 0 && left[0] < CROWD ? 1 : 0;
        if (!all) {
            broken("after round " + round + " " + canceled(round) + " of " + CROWD
                    + " tasks are canceled, though the job was begun again");
        }
    }

    /** Looks in which order the tasks of a large and a small tenant are given out that were submitted before the kill. */
    void checkFairness() throws IOException, InterruptedException {
        int given = 0;
        int small = 0;
        while (small < SMALL && given <= SMALL_DONE_WITHIN) {
            List<JsonNode> tasks = worker.claim("fair", 1, Duration.ofSeconds(10));
            if (tasks.isEmpty()) {
                break;
            }
            JsonNode task = tasks.get(0);
            given++;
            small += task.path("tenant").asText().equals("small") ? 1 : 0;
            worker.complete(task.path("id").asText(), task.path("token").asLong(), SkepClient.object());
        }
        if (small < SMALL || given > SMALL_DONE_WITHIN) {
            broken("of the first " + given + " tasks after a kill " + small + " are those of the small tenant, not "
                    + SMALL);
        }
    }

    /** Submits what {@link #checkFairness} looks at. */
    void submitUnevenly() throws IOException, InterruptedException {
        submit("large", FAIR_SKILL, LARGE);
        submit("small", FAIR_SKILL, SMALL);
    }

    /** How often something was not as it must be. */
    int broken() {
        return broken;
    }

    /** How many jobs were begun before a kill. */
    int jobs() {
        return jobs;
    }

    /** How many of them the kill cut in the middle. */
    int cut() {
        return cut;
    }

    private void cancelOnce(int round) {
        try {
            admin.operator().bulkAndWait(request(round), PATIENCE);
        } catch (IOException e) {
            // Killed, as it is to be.
            return;
        } catch (ProblemException e) {
            if (!e.isRetryable()) {
                ledger.contradiction("the bulk job of round " + round + " was refused: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long canceled(int round) throws IOException, InterruptedException {
        return admin.allTasks(Map.of("tenant", tenant(round), "state", "canceled", "limit", "1000"))
                .size();
    }

    private void submit(String tenant, String skill, int count) throws IOException, InterruptedException {
        ArrayNode tasks = SkepClient.array();
        for (int i = 0; i < count; i++) {
            ObjectNode task =
                    tasks.addObject().put("description", "one of many").put("tenant", tenant);
            task.putArray("skills").add(skill);
        }
        List<JsonNode> answers = new ArrayList<>(admin.submitAll(tasks, tenant + "-" + skill));
        if (answers.size() != count) {
            throw new IOException(answers.size() + " of " + count + " tasks were acknowledged");
        }
    }

    private static ObjectNode request(int round) {
        ObjectNode request = SkepClient.object().put("action", "cancel");
        request.putObject("query")
                .put("tenant", tenant(round))
                .putArray("state")
                .add("queued");
        return request;
    }

    private static String tenant(int round) {
        return "crowd-" + round;
    }

    private void broken(String what) {
        broken++;
        ledger.contradiction(what);
    }
}
