// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.pressure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.bench.Goals;
import io.skep.bench.Result;
import io.skep.bench.load.Fleet;
import io.skep.bench.load.Flow;
import io.skep.bench.load.Metrics;
import io.skep.bench.load.Rig;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Very many tasks that nobody can do now are canceled at once, while others go through. */
final class Bulk implements Scenario {
    private static final String SKILL = "bulk";
    private static final String TENANT = "bulk";
    private static final double SHARE = 0.5;
    private static final double GOAL = 2;
    private static final int BATCH = 500;
    private static final Duration LEAD = Duration.ofSeconds(2);

    private final int tasks;
    private final Duration length;

    /**
     * @param tasks how many are canceled, a multiple of 500
     * @param length of the measurement before
     */
    Bulk(int tasks, Duration length) {
        this.tasks = tasks;
        this.length = length;
    }

    @Override
    public void run(Rig rig, Fleet fleet, double capacity, Goals goals) throws IOException, InterruptedException {
        SkepClient admin = rig.server().client();
        submit(admin);
        awaitLists(rig);
        int perSecond = (int) Math.max(1, capacity * SHARE);
        Duration most = LEAD.plus(length).plus(PATIENCE.multipliedBy(5));
        Flow flow = Flow.begin(rig, Scenario.kind("claims", "default", 5), perSecond, most);
        Poll.pause(LEAD);
        int first = flow.count();
        Poll.pause(length);
        int second = flow.count();
        long begun = System.nanoTime();
        JsonNode job = admin.operator().bulkAndWait(request(), PATIENCE.multipliedBy(4));
        double took = (System.nanoTime() - begun) / 1e9;
        int third = flow.count();
        flow.end(PATIENCE);
        goals.none(Result.count("bulk.lost", flow.awaitEnds(flow.count(), PATIENCE)));
        Scenario.check(flow, goals);
        if (job.path("changed").asInt() != tasks || !job.hasNonNull("endedAt")) {
            goals.violated("the bulk job should have canceled " + tasks + " tasks: " + job);
        }
        report(goals, took, flow.untilStarted(first, second), flow.untilStarted(second, third));
    }

    private void report(Goals goals, double took, Histogram before, Histogram meanwhile) {
        goals.report(Result.count("bulk.tasks", tasks));
        goals.report(Result.of("bulk.s", took, "s"));
        for (double percentile : new double[] {50, 99}) {
            goals.report(Result.of(
                    "bulk.claim.p" + (int) percentile + ".ms",
                    meanwhile.getValueAtPercentile(percentile) / 1e6,
                    "ms",
                    "before",
                    before.getValueAtPercentile(percentile) / 1e6));
        }
        double ratio = (double) meanwhile.getValueAtPercentile(99) / before.getValueAtPercentile(99);
        goals.atMost(GOAL, Result.of("bulk.claim.p99.ratio", ratio, ""));
    }

    /** For an agent that is there and takes none. */
    private void submit(SkepClient admin) throws IOException, InterruptedException {
        admin.register("idle", 1, SKILL);
        for (int first = 0; first < tasks; first += BATCH) {
            ArrayNode batch = SkepClient.array();
            for (int i = 0; i < BATCH; i++) {
                ObjectNode task = batch.addObject().put("description", "bulk").put("tenant", TENANT);
                task.putArray("skills").add(SKILL);
            }
            admin.submitAll(batch, null);
        }
    }

    /** Waits until the lists have them all: a job goes by those. */
    private static void awaitLists(Rig rig) throws IOException, InterruptedException {
        if (!Poll.until(
                () -> Metrics.value(rig, "skep_projection_lag_records") == 0, PATIENCE, Duration.ofMillis(100))) {
            throw new IOException("The lists are behind for more than " + PATIENCE.toSeconds() + " s");
        }
    }

    private static ObjectNode request() {
        ObjectNode request = SkepClient.object().put("action", "cancel");
        ObjectNode query = request.putObject("query").put("tenant", TENANT);
        query.putArray("state").add("queued");
        return request;
    }
}
