// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One task with everything on its way: experts think about it, the fitting agent does it, a gate looks at the result. */
@ExtendWith(SharedServer.class)
class EnhancedTaskIT {
    private static final String TENANT = "enhanced";
    private static final Duration LONG = Duration.ofSeconds(60);

    private static void agent(Instance instance, String id, String description, String program) throws IOException {
        Path script = Files.writeString(instance.server().home().resolve(id + ".sh"), program);
        instance.configure(
                "io.skep.agent.process-" + id + ".cfg",
                "description = " + description,
                "skills = enhanced." + id,
                "command = sh " + script);
    }

    private static SkepClient prepare(Instance instance) throws IOException, InterruptedException {
        agent(
                instance,
                "architect",
                "Designs the architecture of services and decides how to split them",
                "echo '{\"points\":[\"Split the billing service along its invoices\"],\"risks\":[\"Invoices may be lost\"]}'");
        agent(
                instance,
                "analyst",
                "Analyses billing services and compares alternatives for their architecture",
                "echo '{\"points\":[\"Split the billing service along its invoices first\"]}'");
        agent(
                instance,
                "planner",
                "Plans and decides whether to split a billing service, and writes the decision down",
                "read -r task; case $task in *thinking_insights*Invoices?may?be?lost*) heard=true;; *) heard=false;; esac;"
                        + " echo \"{\\\"heard\\\":$heard}\"");
        SkepClient admin = instance.server().client();
        Instance.await(
                "the agents are there",
                () -> admin.agents().stream()
                                .map(agent -> agent.path("id").asText())
                                .filter(List.of("architect", "analyst", "planner")::contains)
                                .count()
                        == 3);
        ObjectNode gate = SkepClient.object().put("name", TENANT);
        gate.putArray("tenants").add(TENANT);
        ObjectNode check = gate.putArray("checks").addObject().put("kind", "schema");
        check.putObject("schema").putObject("properties").putObject("heard").put("const", true);
        CapabilityAnswer defined =
                admin.call(CapabilityCall.of("quality_gates", gate).operation("define"));
        assertThat(defined.isAnswered()).as(defined.toString()).isTrue();
        return admin;
    }

    @Test
    void complexTask_isThoughtAbout_routed_andChecked(Instance instance) throws IOException, InterruptedException {
        SkepClient admin = prepare(instance);
        ObjectNode task = SkepClient.object()
                .put("description", "Plan and decide whether to split the billing service, and write the decision down")
                .put("tenant", TENANT);
        task.withArray("skills").add("enhanced.planner");
        task.putObject("input").put("thinking", "deep");
        String id = admin.submit(task).path("id").asText();

        JsonNode ended = admin.task(id, LONG);

        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
        assertThat(ended.path("result").path("heard").asBoolean()).isTrue();
        assertThat(ended.path("agent").asText()).isEqualTo("planner");
        JsonNode insights = ended.path("review").path("attachments").path("thinking_insights");
        List<String> sources = new ArrayList<>();
        insights.path("points")
                .forEach(point -> point.path("sources")
                        .forEach(source -> sources.add(source.path("task").asText())));
        assertThat(sources).as(insights.toString()).isNotEmpty();
        for (String source : sources) {
            assertThat(admin.task(source).path("parent").asText()).isEqualTo(id);
        }
    }
}
