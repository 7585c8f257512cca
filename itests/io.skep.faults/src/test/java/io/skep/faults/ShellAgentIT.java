// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.SkepClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The agent of the documentation: a shell loop with curl. */
@ExtendWith(SharedServer.class)
class ShellAgentIT {
    @TempDir
    Path directory;

    @Test
    void shellLoopWithCurl_completesATask(Instance instance) throws Exception {
        Path script = Path.of(System.getProperty("skep.examples"), "pull-agent.sh");
        SkepClient admin = instance.server().client();
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", script.toString(), "shell-loop", "faults.shell", "tr", "a-z", "A-Z")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("SKEP_URL", instance.server().uri().toString());
        builder.environment().put("SKEP_TOKEN", instance.server().token());
        builder.environment().put("SKEP_TASKS", "1");
        Process agent = builder.start();
        try {
            Instance.await(
                    "the agent has registered: " + Files.readString(output),
                    () -> admin.agents().stream()
                            .anyMatch(a -> a.path("id").asText().equals("shell-loop")));
            ObjectNode task = SkepClient.object().put("description", "say it \"louder\"");
            task.withArray("skills").add("faults.shell");
            String id = admin.submit(task).path("id").asText();
            JsonNode ended = admin.task(id, Duration.ofSeconds(60));
            assertThat(ended.path("state").asText())
                    .as(Files.readString(output))
                    .isEqualTo("completed");
            assertThat(ended.path("result").asText()).isEqualTo("SAY IT \"LOUDER\"");
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(agent.exitValue()).isZero();
        } finally {
            agent.descendants().forEach(ProcessHandle::destroyForcibly);
            agent.destroyForcibly();
        }
    }
}
