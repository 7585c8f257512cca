// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.time.Duration;
import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** Who gets how much work on the distribution, by what agents show. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BalancingIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private PluginLab lab;

    @Configuration
    public Option[] configuration() {
        return Container.of("balancing");
    }

    @Before
    public void open() throws Exception {
        lab = new PluginLab();
    }

    private List<JsonNode> submit(int count, String skill) throws Exception {
        ArrayNode tasks = SkepClient.array();
        for (int i = 0; i < count; i++) {
            ObjectNode task = tasks.addObject().put("description", "x" + i);
            task.withArray("skills").add(skill);
            // An agent that fails may get the same task again and again before it is ejected.
            task.putObject("retry").put("maxAttempts", 100).put("initialDelayMillis", 10);
        }
        return lab.client().submitAll(tasks, null);
    }

    /** Has so many tasks done, which are submitted at once. */
    private void work(int count, String skill) throws Exception {
        for (JsonNode task : submit(count, skill)) {
            assertDone(task);
        }
    }

    private JsonNode assertDone(JsonNode task) throws Exception {
        JsonNode ended = lab.client().task(task.path("id").asText(), LONG);
        assertEquals(ended.toString(), "completed", ended.path("state").asText());
        return ended;
    }

    private String condition(String agent) throws Exception {
        CapabilityCall health = CapabilityCall.of(
                        "adaptive_balancing", SkepClient.object().put("agent", agent))
                .operation("health");
        CapabilityAnswer answer = lab.client().call(health);
        assertEquals(answer.toString(), 200, answer.status());
        return answer.data().path("agents").path(0).path("condition").asText();
    }

    @Test
    public void slowAgent_getsLessThanItsSlotsSay_andASwapUnderLoadLosesNoTask() throws Exception {
        try (Worker fast = Worker.begin(lab.client(), "fast", 2, 5, "pace");
                Worker slow = Worker.begin(lab.client(), "slow", 2, 1500, "pace")) {
            Instance.eventually(
                    () -> {
                        work(4, "pace");
                        return condition("slow");
                    },
                    "slow"::equals);
            int fastBefore = fast.taken();
            int slowBefore = slow.taken();
            for (int i = 0; i < 12; i++) {
                work(1, "pace");
            }
            assertTrue("fast got " + (fast.taken() - fastBefore), fast.taken() - fastBefore >= 10);
            assertTrue("slow got " + (slow.taken() - slowBefore), slow.taken() - slowBefore <= 2);

            List<JsonNode> under = submit(60, "pace");
            String feature = "skep-plugin-loadbalancing";
            Instance.Answer done =
                    lab.instance().shell("feature:uninstall " + feature + "; feature:install " + feature);
            assertEquals(done.text(), 0, done.status());
            for (JsonNode task : under) {
                assertEquals(1, assertDone(task).path("attempts").size());
            }
        }
    }

    private CapabilityAnswer optimization(String operation, String mode) throws Exception {
        CapabilityCall call = CapabilityCall.of(
                        "resource_optimization",
                        mode == null ? SkepClient.object() : SkepClient.object().put("mode", mode))
                .operation(operation);
        return lab.client().call(call);
    }

    @Test
    public void policyOfActions_outlivesTheBundle_andNothingIsDoneWithTheFlagOff() throws Exception {
        assertEquals(200, optimization("policy", "propose").status());
        String feature = "skep-plugin-loadbalancing";
        Instance.Answer swapped = lab.instance().shell("feature:uninstall " + feature + "; feature:install " + feature);
        assertEquals(swapped.text(), 0, swapped.status());

        CapabilityAnswer preview = optimization("preview", null);
        assertEquals(preview.toString(), 200, preview.status());
        assertEquals("propose", preview.data().path("mode").asText());
        assertTrue(lab.instance().shell("balance:actions").text().contains("propose"));
        assertEquals(200, optimization("policy", "act").status());

        assertEquals(
                0, lab.instance().shell("flag:set resource_optimization off").status());
        assertEquals(503, optimization("preview", null).status());
        assertEquals(
                0, lab.instance().shell("flag:set resource_optimization on").status());
        Instance.eventually(() -> optimization("preview", null).status(), status -> status == 200);
    }

    @Test
    public void failingAgent_isEjected_andReturns() throws Exception {
        try (Worker good = Worker.begin(lab.client(), "good", 2, 5, "care");
                Worker bad = Worker.begin(lab.client(), "bad", 4, 1, "care")) {
            bad.fails(true);
            Instance.eventually(() -> isLeftAlone(bad), Boolean::booleanValue);
            assertTrue(good.taken() > 0);
            int before = bad.taken();

            bad.fails(false);
            Instance.eventually(
                    () -> {
                        work(6, "care");
                        return bad.taken() > before ? condition("bad") : "away";
                    },
                    "healthy"::equals);
            assertTrue(lab.instance().shell("balance:health").text().contains("bad"));
        }
    }

    /** Whether it got nothing while it was ejected; not if it was let in for a try meanwhile, which shows nothing. */
    private boolean isLeftAlone(Worker bad) throws Exception {
        Instance.eventually(
                () -> {
                    work(6, "care");
                    return condition("bad");
                },
                "ejected"::equals);
        int before = bad.taken();
        work(3, "care");
        boolean isEjected = condition("bad").equals("ejected");
        int got = bad.taken() - before;
        assertTrue("it got " + got, !isEjected || got <= 1);
        return isEjected && got == 0;
    }
}
