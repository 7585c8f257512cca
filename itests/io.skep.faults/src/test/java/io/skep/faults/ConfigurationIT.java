// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Configuration files with wrong values: each is named in the log, and what held before goes on to hold. */
@ExtendWith(SharedServer.class)
class ConfigurationIT {
    private static final String AGENT = "io.skep.agent.process-settings.cfg";

    @Test
    void wrongValueOfAnAgent_isNamed_andTheAgentStaysAsItWas(Instance instance) throws Exception {
        SkepClient admin = instance.server().client();
        instance.configure(AGENT, "command = cat", "skills = faults.settings", "slots = 3");
        Instance.await("the agent is there", () -> settings(admin) != null);
        JsonNode before = settings(admin);
        int from = instance.log().size();
        instance.configure(AGENT, "command = cat", "skills = faults.settings", "slots = -1");
        assertThat(instance.awaitLog(from, "ERROR", AGENT, "slots")).contains("-1");
        assertThat(settings(admin)).isEqualTo(before);
        instance.configure(AGENT, "command = cat", "skills = faults.settings", "slots = 4");
        Instance.await(
                "the next good value holds",
                () -> settings(admin) != null && settings(admin).path("slots").asInt() == 4);
    }

    @Test
    void wrongValueOfHttp_isNamed_andTheLastGoodOneHolds(Instance instance) throws Exception {
        instance.configure("io.skep.http.cfg", "max.object.bytes = 2048");
        Instance.await("the limit holds", () -> bodyOf(instance, 3000) == 413);
        int from = instance.log().size();
        instance.configure("io.skep.http.cfg", "max.object.bytes = many");
        instance.awaitLog(from, "ERROR", "io.skep.http", "max.object.bytes");
        assertThat(bodyOf(instance, 3000)).isEqualTo(413);
        instance.configure("io.skep.http.cfg", "max.object.bytes = 1048576");
        Instance.await("the next good value holds", () -> bodyOf(instance, 3000) == 400);
    }

    @Test
    void wrongValueOfCore_isNamed_andCoreGoesOn(Instance instance) throws Exception {
        String subject = "configuration io.skep.core";
        int from = instance.log().size();
        String task = waitingTask(instance);
        instance.configure("io.skep.core.cfg", "max.depth = 0", "max.agents = many");
        assertThat(instance.awaitLog(from, "ERROR", subject, "max.depth")).contains("max.agents", "stays in force");
        instance.configure("io.skep.core.cfg", "max.depth = 64");
        assertThat(instance.awaitLog(from, "INFO", subject, "next start")).contains("max.depth = 64");
        instance.configure("io.skep.core.cfg", "max.depth = 32");
        instance.awaitLog(from, "INFO", subject, "since the start");
        assertNothingWasInterrupted(instance, from, task);
    }

    @Test
    void wrongValueOfTheStore_isNamed_andTheStoreStaysOpen(Instance instance) throws Exception {
        String file = "io.skep.store.sqlite.cfg";
        int from = instance.log().size();
        String task = waitingTask(instance);
        instance.configure(file, "shards = lots");
        assertThat(instance.awaitLog(from, "ERROR", "io.skep.store.sqlite", "shards"))
                .contains("last good one stays");
        instance.configure(file, "max.log.bytes = -1");
        instance.awaitLog(from, "ERROR", "io.skep.store.sqlite", "max.log.bytes is -1");
        instance.configure(file, "shards = 4", "min.free.bytes = 1000");
        instance.awaitLog(from, "INFO", "min.free.bytes = 1000");
        instance.awaitLog(from, "INFO", "shards", "next start");
        // Without its old directory and shards the store could not be opened again: the file goes back.
        instance.configure(file, "min.free.bytes = 67108864");
        instance.awaitLog(from, "INFO", "min.free.bytes = 67108864");
        assertNothingWasInterrupted(instance, from, task);
    }

    @Test
    void propertySetInTheShell_isInTheFile(Instance instance) throws Exception {
        Path file = instance.server().karaf().resolve("etc/io.skep.http.cfg");
        instance.shell("config:property-set --pid io.skep.http max.event.streams 63");
        Instance.await("63 is in the file", () -> lines(file, "63") == 1);
        instance.shell("config:property-set --pid io.skep.http max.event.streams 64");
        Instance.await("64 is in the file", () -> lines(file, "64") == 1 && lines(file, "63") == 0);
    }

    private static long lines(Path file, String value) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.matches("max\\.event\\.streams *= *" + value))
                .count();
    }

    private static String waitingTask(Instance instance) throws Exception {
        return instance.server()
                .client()
                .submit(SkepClient.object().put("description", "waits").put("notBefore", "2100-01-01T00:00:00Z"))
                .path("id")
                .asText();
    }

    private static void assertNothingWasInterrupted(Instance instance, int from, String task) throws Exception {
        SkepClient admin = instance.server().client();
        assertThat(admin.isReady()).isTrue();
        assertThat(admin.task(task).path("description").asText()).isEqualTo("waits");
        List<String> log = instance.log();
        assertThat(log.subList(from, log.size()))
                .noneMatch(line -> line.contains("store ") && (line.contains(" closed") || line.contains("opened")));
        admin.cancel(task, "the test is over");
    }

    private static JsonNode settings(SkepClient admin) throws IOException, InterruptedException {
        return admin.agents().stream()
                .filter(agent -> agent.path("id").asText().equals("settings"))
                .findFirst()
                .orElse(null);
    }

    /** The status that a wrong object of so many bytes is answered with. */
    private static int bodyOf(Instance instance, int bytes) throws IOException, InterruptedException {
        byte[] body = ("{\"unknown\":\"" + "x".repeat(bytes) + "\"}").getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> answer =
                new RawHttp(instance.server()).send("POST", "/api/v1/tasks", new RawHttp.Body(body, false));
        return answer.statusCode();
    }
}
