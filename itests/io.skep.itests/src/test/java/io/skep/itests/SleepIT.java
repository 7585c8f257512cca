// SPDX-License-Identifier: Apache-2.0
package io.skep.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** Agents that sleep on the distribution: local programs, of which nothing is left meanwhile. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SleepIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String MARK = "skep-it-sleeper";
    private static final String FEATURE = "skep-plugin-context";

    private PluginLab lab;

    @Configuration
    public Option[] configuration() {
        return Container.of("sleep");
    }

    @Before
    public void open() throws Exception {
        lab = new PluginLab();
    }

    private String state(String agent) throws Exception {
        return lab.client().agents().stream()
                .filter(its -> its.path("id").asText().equals(agent))
                .map(its -> its.path("state").asText())
                .findFirst()
                .orElse("absent");
    }

    private CapabilityAnswer call(String operation, JsonNode data) throws Exception {
        return lab.client().call(CapabilityCall.of("sleep_wake_cycles", data).operation(operation));
    }

    private JsonNode done(String text) throws Exception {
        ObjectNode task = SkepClient.object().put("description", text);
        task.withArray("skills").add("nap");
        JsonNode ended = lab.client().task(lab.client().submit(task).path("id").asText(), LONG);
        assertEquals(ended.toString(), "completed", ended.path("state").asText());
        return ended;
    }

    private static long programs() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(MARK))
                .count();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("skep-process")
                        && !thread.getName().contains("timer"))
                .count();
    }

    @Test
    public void processAgent_sleepsWithoutProcessOrThread_overASwap_andATaskWakesIt() throws Exception {
        Path file = Path.of(System.getProperty("karaf.base"), "etc", "io.skep.agent.process-napper.cfg");
        Files.writeString(file, "skills = nap\nslots = 1\ncommand = sh -c 'sleep 0.1; echo 1' " + MARK + "\n");
        Instance.eventually(() -> state("napper"), "active"::equals);
        done("before");
        ObjectNode policy = SkepClient.object().put("name", "it").put("idleMillis", 1000);
        policy.withArray("agents").add("napper");
        assertEquals(200, call("policy", policy).status());

        Instance.eventually(() -> state("napper"), "asleep"::equals);
        Instance.eventually(SleepIT::programs, count -> count == 0);
        Instance.eventually(() -> threads(), count -> count == 0);
        JsonNode status =
                call("status", SkepClient.object().put("agent", "napper")).data();
        assertEquals(status.toString(), 1, status.path("asleep").asInt());
        assertTrue(lab.instance().shell("sleep:status").text().contains("napper"));

        Instance.Answer swapped = lab.instance().shell("feature:uninstall " + FEATURE + "; feature:install " + FEATURE);
        assertEquals(swapped.text(), 0, swapped.status());
        assertEquals("asleep", state("napper"));
        done("after");
        Instance.eventually(() -> state("napper"), "asleep"::equals);

        // Or it would soon sleep again.
        assertEquals(200, call("forget", SkepClient.object().put("name", "it")).status());
        assertEquals(0, lab.instance().shell("agent:wake --reason test napper").status());
        Instance.eventually(() -> state("napper"), "active"::equals);
    }
}
