// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityCall;
import io.skep.client.EventReader;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A workflow of real programs, through a kill of the server in the middle of it. */
@ExtendWith(SharedServer.class)
class WorkflowIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STEPS = """
            {"steps": [
              {"id": "plan", "description": "plan", "skills": ["flow.step"]},
              {"id": "part", "description": "part ${item}", "skills": ["flow.step"], "dependsOn": ["plan"],
               "forEach": "/input/parts"},
              {"id": "never", "description": "never", "skills": ["flow.step"], "dependsOn": ["plan"],
               "when": {"pointer": "/publish", "equals": true}},
              {"id": "slow", "description": "slow", "skills": ["flow.step"], "dependsOn": ["plan"]},
              {"id": "join", "description": "join ${steps.part.result}", "skills": ["flow.step"],
               "dependsOn": ["part", "slow", "never"]}
            ]}""";

    private static JsonNode call(SkepClient admin, String operation, ObjectNode data)
            throws IOException, InterruptedException {
        var answer = admin.call(CapabilityCall.of("workflows", data).operation(operation));
        assertThat(answer.isAnswered()).as("%s", answer).isTrue();
        return answer.body().path("data");
    }

    private static String state(JsonNode status, String step) {
        for (JsonNode one : status.path("steps")) {
            if (one.path("id").asText().equals(step)) {
                return one.path("state").asText();
            }
        }
        return "";
    }

    /** Says what it was told to do, once for each program that ends; waits for a file where it is told to be slow. */
    private static SkepClient prepare(Instance instance, Path runs, Path go) throws IOException, InterruptedException {
        Path script = Files.writeString(
                instance.server().home().resolve("flow.sh"),
                "case $SKEP_TASK_DESCRIPTION in slow) until [ -e " + go + " ]; do sleep 0.05; done;; esac;"
                        + " echo \"$SKEP_TASK_DESCRIPTION\" >>" + runs + "; echo '{\"done\":true}'");
        instance.configure(
                "io.skep.agent.process-flow.cfg", "skills = flow.step", "slots = 4", "command = sh " + script);
        SkepClient admin = instance.server().client();
        Instance.await(
                "the agent is there",
                () -> admin.agents().stream()
                        .anyMatch(known -> known.path("id").asText().equals("flow")));
        return admin;
    }

    @Test
    void killInTheMiddle_repeatsNoStepThatWasDone(Instance instance) throws IOException, InterruptedException {
        Path runs = instance.server().home().resolve("flow.runs");
        Path go = instance.server().home().resolve("flow.go");
        SkepClient admin = prepare(instance, runs, go);
        ObjectNode start = SkepClient.object();
        start.set("template", JSON.readTree(STEPS));
        start.putObject("input").putArray("parts").add("a").add("b");
        String run = call(admin, "start", start).path("run").asText();
        ObjectNode which = SkepClient.object().put("run", run);
        // That a program has ended is not enough: what it said has to be durable.
        Instance.await(
                "both parts are done",
                () -> state(call(admin, "status", which), "part").equals("completed"));

        instance.server().kill9();
        Files.createFile(go);
        instance.server().start(Instance.START);

        JsonNode[] status = new JsonNode[1];
        Instance.await("the run ends", () -> {
            status[0] = call(admin, "status", which);
            return status[0].path("state").asText().equals("completed");
        });
        List<String> done = Files.readAllLines(runs).stream()
                .map(line -> line.split(" ")[0])
                .filter(line -> !line.equals("slow"))
                .collect(Collectors.toList());
        assertThat(done).containsExactlyInAnyOrder("plan", "part", "part", "join");
        assertThat(Files.readAllLines(runs)).contains("join [{\"done\":true},{\"done\":true}]");
        assertThat(instance.shell("workflow:status run=" + run)).contains("skipped", run);
        assertThat(told(admin, run)).containsExactlyElementsOf(history(status[0]));
    }

    /** What the events say of a run up to its end, once each: what was told just before the kill may have come twice. */
    private static Set<String> told(SkepClient admin, String run) throws IOException, InterruptedException {
        try (EventReader events = admin.events("start")) {
            CompletableFuture<Set<String>> told = CompletableFuture.supplyAsync(() -> read(events, run));
            return told.orTimeout(60, TimeUnit.SECONDS).join();
        }
    }

    private static Set<String> read(EventReader events, String run) {
        Set<String> told = new LinkedHashSet<>();
        try {
            for (String type = ""; !type.equals("workflow.completed"); ) {
                JsonNode event = events.next().orElseThrow();
                if (event.path("subject").asText().equals(run)) {
                    type = event.path("type").asText();
                    told.add(type + ", " + event.path("cause").asText());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return told;
    }

    private static List<String> history(JsonNode status) {
        return StreamSupport.stream(status.path("history").spliterator(), false)
                .map(moment -> {
                    String[] what = moment.path("what").asText().split(": ", 2);
                    String why = what.length > 1 ? ": " + what[1] : "";
                    return moment.has("step")
                            ? "workflow.step." + what[0] + ", step "
                                    + moment.path("step").asText() + why
                            : "workflow." + what[0] + ", workflow unnamed" + why;
                })
                .toList();
    }
}
