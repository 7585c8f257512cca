// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.payload.Payload;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell loop of the documentation, against the real servlet. */
class PullAgentTest extends HttpTestBase {
    @TempDir
    Path dir;

    @BeforeEach
    void onlyWithCurl() {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(p -> Files.isExecutable(Path.of(p, "curl"))));
    }

    private Process start(int tasks, boolean withToken, String... command) throws IOException {
        Path script = Path.of("../../docs/examples/pull-agent.sh").toAbsolutePath();
        List<String> line = new ArrayList<>(List.of("sh", script.toString(), "sheller", "count,list"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).directory(dir.toFile());
        builder.redirectErrorStream(true).redirectOutput(dir.resolve("output").toFile());
        builder.environment().put("SKEP_URL", "http://127.0.0.1:" + port);
        builder.environment().put("SKEP_WAIT", "2s");
        builder.environment().put("SKEP_BEAT", "1");
        builder.environment().put("SKEP_TASKS", Integer.toString(tasks));
        builder.environment().remove("SKEP_TOKEN");
        if (withToken) {
            builder.environment().put("SKEP_TOKEN", FakeCore.ADMIN);
        }
        return builder.start();
    }

    private void assertLeaves(Process agent, int status) throws Exception {
        boolean left = agent.waitFor(120, TimeUnit.SECONDS);
        agent.destroy();
        assertThat(left).as(Files.readString(dir.resolve("output"))).isTrue();
        assertThat(agent.exitValue())
                .as(Files.readString(dir.resolve("output")))
                .isEqualTo(status);
    }

    private JsonNode only() {
        return get("/api/v1/tasks").json().at("/items/0");
    }

    @Test
    void task_isDoneByTheCommand() throws Exception {
        Process agent = start(1, true, "sh", "-c", "cat; printf '%s\\n' \"quote \\\" tab\t back\\\\\"; echo ü");
        Awaitility.await().atMost(LONG).until(() -> core.attempts.waiting() == 1);
        String description = "say \\\"hi\\\" \\\\ <<x>>\\nand \\t ü";
        post(
                "/api/v1/tasks",
                "{\"input\":{\"token\":99},\"description\":\"" + description + "\",\"skills\":[\"count\"]}");
        assertLeaves(agent, 0);
        assertThat(only().get("state").asText()).isEqualTo("completed");
        assertThat(only().get("result").asText()).isEqualTo("say \"hi\" \\ <<x>>\nand \t ü\nquote \" tab\t back\\\nü");
        assertThat(get("/api/v1/agents/sheller").json().at("/skills/1/id").asText())
                .isEqualTo("list");

        post("/api/v1/tasks", "{\"description\":\"again\"}");
        assertLeaves(start(1, false, "sh", "-c", "echo $SKEP_DESCRIPTION >&2; grep -c again $SKEP_TASK; exit 3"), 0);
        assertThat(only().get("state").asText()).isEqualTo("queued");
        assertThat(only().at("/attempts/0/cause").asText()).isEqualTo("exit status 3: again");
    }

    @Test
    void payload_arrivesAsAFile_andALargeResultIsOne() throws Exception {
        byte[] bytes = "x".repeat(300_000).getBytes(StandardCharsets.US_ASCII);
        Payload payload = payloads.limit(1_000_000).put(bytes);
        String body = "{\"description\":\"d\",\"input\":" + payload.reference() + "}";
        post("/api/v1/tasks", body);
        assertLeaves(start(1, true, "sh", "-c", "cat \"$SKEP_INPUT_FILE\""), 0);
        assertThat(only().get("state").asText()).isEqualTo("completed");
        assertThat(only().get("result").toString()).isEqualTo(payload.reference());

        payloads.limit(200_000);
        post("/api/v1/tasks", body);
        assertLeaves(start(1, false, "sh", "-c", "cat \"$SKEP_INPUT_FILE\""), 0);
        assertThat(only().get("state").asText()).isEqualTo("failed");
        assertThat(only().get("error").asText()).contains("(413)", "payload.max.bytes");
    }

    @Test
    void canceledTask_endsTheCommand() throws Exception {
        String id = task("long");
        Process agent = start(1, true, "sleep", "600");
        Awaitility.await().atMost(LONG).until(() -> only().get("state").asText().equals("working"));
        post("/api/v1/tasks/" + id + "/cancel", null);
        assertLeaves(agent, 0);
        assertThat(Files.readString(dir.resolve("output"))).contains("refused (409)");
        assertThat(only().get("state").asText()).isEqualTo("canceled");
    }

    @Test
    void agentWithoutAnyToken_saysSo() throws Exception {
        assertLeaves(start(1, false, "true"), 1);
        assertThat(Files.readString(dir.resolve("output"))).contains("no SKEP_TOKEN to register with");
    }
}
