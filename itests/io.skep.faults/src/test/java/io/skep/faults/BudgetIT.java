// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.Processes;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Trees of real programs that are stopped: by request, by their budget, and with the server killed in between. */
@ExtendWith(SharedServer.class)
class BudgetIT {
    private static final String SKILL = "budget.work";
    private static final Duration AT_MOST = Duration.ofSeconds(2);
    /** A slow machine may look at its processes for as long as that. */
    private static final int TREES = 5;
    /** Uses 10 tokens a moment, without end. */
    private static final String PROGRAM =
            "command = sh -c 'n=0; while :; do n=$((n+10)); " + "echo skep:usage tokens=$n >&2; sleep 0.2; done'";

    private static SkepClient prepare(Instance instance, String agent, String command)
            throws IOException, InterruptedException {
        instance.configure(
                "io.skep.agent.process-" + agent + ".cfg", command, "skills = " + SKILL + "." + agent, "slots = 5");
        SkepClient admin = instance.server().client();
        Instance.await(
                "the agent is there",
                () -> admin.agents().stream()
                        .anyMatch(known -> known.path("id").asText().equals(agent)));
        return admin;
    }

    private static ObjectNode task(String agent) {
        ObjectNode task = SkepClient.object().put("description", "works on and on");
        task.withArray("skills").add(SKILL + "." + agent);
        return task;
    }

    private static List<Long> programs(String id) throws IOException, InterruptedException {
        return Processes.withEnvironment("SKEP_TASK_ID=" + id);
    }

    @Test
    void canceledParent_endsTheProgramsOfItsTree_withinTwoSeconds(Instance instance)
            throws IOException, InterruptedException {
        SkepClient admin = prepare(instance, "sleeper", "command = sleep 300");
        List<Duration> took = new ArrayList<>();
        do {
            took.add(timeOfACancel(admin));
        } while (took.get(took.size() - 1).compareTo(AT_MOST) >= 0 && took.size() < TREES);
        assertThat(took).anyMatch(time -> time.compareTo(AT_MOST) < 0);
    }

    /** From the cancel of a tree of three until the last of its programs is gone. */
    private static Duration timeOfACancel(SkepClient admin) throws IOException, InterruptedException {
        String root = admin.submit(task("sleeper")).path("id").asText();
        String child =
                admin.submit(task("sleeper").put("parent", root)).path("id").asText();
        String grandchild =
                admin.submit(task("sleeper").put("parent", child)).path("id").asText();
        List<String> tree = List.of(root, child, grandchild);
        for (String id : tree) {
            Instance.await("the program of " + id + " runs", () -> !programs(id).isEmpty());
        }

        long begun = System.nanoTime();
        admin.cancel(root, "enough");

        for (String id : tree) {
            Instance.await(
                    "the program of " + id + " has ended", () -> programs(id).isEmpty());
            assertThat(admin.task(id).path("state").asText()).isEqualTo("canceled");
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void tokensThatProgramsReport_stopTheTree_andAKillForgetsNoneOfThem(Instance instance)
            throws IOException, InterruptedException {
        SkepClient admin = prepare(instance, "spender", PROGRAM);
        ObjectNode first = task("spender");
        first.putObject("budget").put("maxTokens", 200);
        String root = admin.submit(first).path("id").asText();
        String child =
                admin.submit(task("spender").put("parent", root)).path("id").asText();
        Instance.await("some tokens are used", () -> spent(admin, root) >= 60);
        long before = spent(admin, root);

        instance.server().kill9();
        instance.server().start(Instance.START);

        assertThat(spent(admin, root)).isGreaterThanOrEqualTo(before);
        JsonNode ended = admin.task(root, Duration.ofSeconds(60));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("failed");
        assertThat(ended.path("error").asText())
                .contains("its budget is used up")
                .contains("tokens of 200");
        assertThat(admin.task(child).path("state").asText()).isEqualTo("canceled");
        Instance.await(
                "no program is left",
                () -> programs(root).isEmpty() && programs(child).isEmpty());
    }

    private static long spent(SkepClient admin, String id) throws IOException, InterruptedException {
        return admin.task(id).path("spent").path("tokens").asLong();
    }
}
