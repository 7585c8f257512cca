// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.Processes;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The program of a task whose server is killed. */
@ExtendWith(SharedServer.class)
class ProgramsIT {
    /** Notes its pid and whether the one before it still lives, and only ends by itself when it is not the first. */
    private static final String PROGRAM = """
            cat >/dev/null
            before=$(tail -n 1 pids 2>/dev/null)
            echo $$ >>pids
            if [ -z "$before" ]; then
              sleep 300 & wait
              exit 1
            fi
            case $(cat "/proc/$before/stat" 2>/dev/null) in
            '' | *') Z '*) ;;
            *) echo "$before $$" >>overlaps ;;
            esac
            echo again
            """;

    @Test
    void killedServer_leavesNoProgramBehind_andTheTaskRunsOnceMore(Instance instance) throws Exception {
        Path work = Files.createDirectories(instance.server().karaf().resolve("work/survivor"));
        Files.writeString(work.resolve("program.sh"), PROGRAM);
        instance.configure(
                "io.skep.agent.process-survivor.cfg",
                "command = sh program.sh",
                "skills = faults.survivor",
                "slots = 2");
        SkepClient admin = instance.server().client();
        Instance.await(
                "the agent is there",
                () -> admin.agents().stream()
                        .anyMatch(agent -> agent.path("id").asText().equals("survivor")));
        ObjectNode task = SkepClient.object().put("description", "survives a kill");
        task.withArray("skills").add("faults.survivor");
        task.putObject("retry").put("maxAttempts", 5).put("initialDelayMillis", 10);
        String id = admin.submit(task).path("id").asText();
        Instance.await("the program runs", () -> pids(work).size() == 1);
        long first = pids(work).get(0);
        List<Long> tree = Processes.withEnvironment("SKEP_TASK_ID=" + id);

        instance.server().kill9();
        assertThat(Processes.isRunning(first))
                .as("the program outlives its server")
                .isTrue();
        instance.server().start(Instance.START);

        JsonNode ended = admin.task(id, Duration.ofSeconds(60));
        assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("completed");
        assertThat(ended.path("result").asText().strip()).isEqualTo("again");
        assertThat(Processes.isRunning(first)).isFalse();
        assertThat(tree).allSatisfy(pid -> assertThat(Processes.isRunning(pid)).isFalse());
        assertThat(pids(work)).hasSize(2);
        assertThat(work.resolve("overlaps")).doesNotExist();
    }

    private static List<Long> pids(Path work) throws IOException {
        Path file = work.resolve("pids");
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
                : List.of();
    }
}
