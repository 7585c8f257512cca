// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Gates that real programs have to pass, in the built distribution. */
@ExtendWith(SharedServer.class)
class GateIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);

    /** A tenant of each test's own, so that its gate is for its tasks alone. */
    private static JsonNode define(SkepClient admin, String tenant, String checks)
            throws IOException, InterruptedException {
        ObjectNode gate = (ObjectNode) JSON.readTree("{\"checks\":[" + checks + "]}");
        gate.put("name", tenant).putArray("tenants").add(tenant);
        return admin.call(CapabilityCall.of("quality_gates", gate).operation("define"))
                .body();
    }

    private static SkepClient prepare(Instance instance, String agent, String program)
            throws IOException, InterruptedException {
        Path script = Files.writeString(instance.server().home().resolve(agent + ".sh"), program);
        instance.configure(
                "io.skep.agent.process-" + agent + ".cfg", "skills = gate." + agent, "command = sh " + script);
        SkepClient admin = instance.server().client();
        Instance.await(
                "the agent is there",
                () -> admin.agents().stream()
                        .anyMatch(known -> known.path("id").asText().equals(agent)));
        return admin;
    }

    private static String submit(SkepClient admin, String agent) throws IOException, InterruptedException {
        ObjectNode task = SkepClient.object().put("description", "measures").put("tenant", agent);
        task.withArray("skills").add("gate." + agent);
        return admin.submit(task).path("id").asText();
    }

    @Test
    void programThatReadsTheFeedback_passesAtTheSecondTry(Instance instance) throws IOException, InterruptedException {
        SkepClient admin = prepare(
                instance,
                "learner",
                "read -r task; case $task in *'less than 85'*) echo '{\"coverage\":90}';; *) echo '{\"coverage\":10}';; esac");
        define(admin, "learner", "{\"kind\":\"threshold\",\"pointer\":\"/coverage\",\"min\":85}");

        JsonNode ended = admin.task(submit(admin, "learner"), LONG);

        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
        assertThat(ended.path("result").path("coverage").asInt()).isEqualTo(90);
        assertThat(ended.path("attempts")).hasSize(2);
        assertThat(ended.path("review").path("feedback").get(0).asText()).contains("10 is less than 85.0");
    }

    @Test
    void resultThatAPersonLooksAt_survivesAKill_andIsNotMadeTwice(Instance instance)
            throws IOException, InterruptedException {
        Path runs = instance.server().home().resolve("once.runs");
        SkepClient admin = prepare(instance, "once", "echo run >>" + runs + "; echo 1");
        define(admin, "once", "{\"kind\":\"human\",\"question\":\"is it good?\"}");
        String task = submit(admin, "once");
        Instance.await(
                "the result is in review",
                () -> admin.task(task).path("state").asText().equals("in-review"));

        instance.server().kill9();
        instance.server().start(Instance.START);

        assertThat(admin.task(task).path("state").asText()).isEqualTo("in-review");
        JsonNode[] waits = new JsonNode[1];
        Instance.await("somebody is asked", () -> {
            waits[0] = admin.call(CapabilityCall.of("quality_gates", SkepClient.object())
                            .operation("waiting"))
                    .body()
                    .path("data")
                    .path("waiting");
            return waits[0].size() == 1;
        });
        assertThat(instance.shell("task:why " + task)).contains("gate:approve");
        instance.shell("gate:approve id=" + waits[0].get(0).path("id").asText() + " by=ann");

        JsonNode ended = admin.task(task, LONG);
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
        assertThat(Files.readAllLines(runs)).containsExactly("run");
    }
}
