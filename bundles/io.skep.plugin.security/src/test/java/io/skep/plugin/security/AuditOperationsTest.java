// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static io.skep.plugin.security.Server.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.Refusal.Reason;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The record, as operations of the capability over the real core. */
class AuditOperationsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Caller ADA =
            new Caller(new Principal("ada", "human", "blue", Set.of("viewer"), null, "skep-local", null), null, null);

    @TempDir
    private Path directory;

    private Server server;

    @BeforeEach
    void start() throws IOException {
        server = new Server(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonNode audit(String operation, String data) {
        return server.call("audit_logging", operation, data);
    }

    @Test
    void whoeverCalls_isWhoDidIt() {
        server.call(
                "audit_logging",
                "append",
                ADA,
                "{\"action\":\"send\",\"type\":\"mail\",\"facts\":{\"actor\":\"eve\"}}");
        server.call("audit_logging", "append", null, "{\"action\":\"send\",\"type\":\"mail\",\"outcome\":\"failure\"}");
        JsonNode events = server.events("{\"action\":\"send\"}");
        assertThat(events.path(0).path("name").asText()).isEqualTo("ada");
        assertThat(events.path(0).path("facts").path("tenant").asText()).isEqualTo("blue");
        assertThat(events.path(1).path("actor").asText()).isEqualTo("skep");
        assertThat(server.events("{\"actor\":\"ada\"}")).hasSize(1);
        assertThat(server.events("{\"outcome\":\"failure\",\"action\":\"send\"}"))
                .hasSize(1);
        assertThat(server.events("{\"from\":\"2100-01-01T00:00:00Z\"}")).isEmpty();
    }

    @Test
    void events_areFoundByTenant_andWhoIsConfinedToOneSeesNoOther() {
        for (String tenant : List.of("blue", "red")) {
            Principal who = new Principal("p-" + tenant, "human", tenant, Set.of(), null, "skep-local", null);
            server.call(
                    "audit_logging", "append", new Caller(who, null, null), "{\"action\":\"send\",\"type\":\"mail\"}");
        }
        server.call("audit_logging", "append", null, "{\"action\":\"send\",\"type\":\"mail\"}");
        assertThat(server.events("{\"action\":\"send\"}")).hasSize(3);
        JsonNode red = server.events("{\"action\":\"send\",\"tenant\":\"red\"}");
        assertThat(red).hasSize(1);
        assertThat(red.path(0).path("name").asText()).isEqualTo("p-red");

        Caller blue = new Caller(ADA.principal(), null, "blue");
        JsonNode seen = server.call("audit_logging", "query", blue, "{\"action\":\"send\"}")
                .path("events");
        assertThat(seen).hasSize(1);
        assertThat(seen.path(0).path("facts").path("tenant").asText()).isEqualTo("blue");
        for (Caller confined : List.of(blue, new Caller(ADA.principal(), null, null, true))) {
            assertThat(server.ask("audit_logging", "query", confined, "{\"tenant\":\"red\"}"))
                    .isInstanceOf(Declined.class);
        }
    }

    @Test
    void changesOfCore_areRecorded_afterARestartToo() throws IOException {
        get(server.skep.agents().register(AgentSpec.of("bot", 1), false));
        await().atMost(LONG)
                .until(() ->
                        server.events("{\"type\":\"agent\",\"id\":\"bot\"}").size() > 0);
        server.restart();
        String task = get(server.skep
                        .tasks()
                        .submit(List.of(TaskSpec.of("t").tenant("blue").build())))
                .get(0)
                .task()
                .id();
        get(server.skep.tasks().cancel(task, "not needed"));
        await().atMost(LONG)
                .until(() -> server.events("{\"type\":\"task\",\"id\":\"" + task + "\",\"action\":\"canceled\"}")
                                .size()
                        > 0);
        assertThat(server.events("{\"type\":\"task\",\"tenant\":\"blue\",\"action\":\"canceled\"}"))
                .hasSize(1);
        assertThat(server.events("{\"type\":\"agent\",\"tenant\":\"blue\"}")).isEmpty();
        assertThat(server.events("{\"type\":\"task\",\"action\":\"queued\"}")).isEmpty();
        assertThat(audit("verify", "{}").path("intact").asBoolean()).isTrue();
    }

    @Test
    void logThatWasPutBack_isFoundByItsWitness() throws IOException {
        audit("append", "{\"action\":\"pay\",\"type\":\"bill\"}");
        server.plugin.close();
        Path kept = directory.resolve("kept");
        for (String part : List.of("audit", "checkpoints")) {
            copy(directory.resolve(part), kept.resolve(part));
        }
        server.plugin = null;
        server.serve();
        audit("append", "{\"action\":\"steal\",\"type\":\"bill\"}");
        JsonNode before = audit("verify", "{}");
        assertThat(before.path("intact").asBoolean()).as("%s", before).isTrue();
        assertThat(before.path("witnesses").asInt()).isPositive();
        server.plugin.close();
        for (String part : List.of("audit", "checkpoints")) {
            delete(directory.resolve(part));
            copy(kept.resolve(part), directory.resolve(part));
        }
        server.plugin = null;
        server.serve();
        JsonNode after = audit("verify", "{}");
        assertThat(after.path("intact").asBoolean()).isFalse();
        assertThat(after.path("problem").asText()).contains("the witness has seen");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void changedFile_isFound() throws IOException {
        audit("append", "{\"action\":\"pay\",\"type\":\"bill\",\"id\":\"b-1\"}");
        server.plugin.close();
        try (Stream<Path> files = Files.walk(directory.resolve("audit"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                Files.writeString(file, text.replace("b-1", "b-2"), StandardCharsets.ISO_8859_1);
            }
        }
        server.plugin = null;
        server.serve();
        assertThat(server.admit(null, "list", "task")).isEqualTo(Reason.UNAVAILABLE);
        assertThat(get(server.plugin.health()).detail()).contains("not as it was left");
    }

    @Test
    void person_isForgotten_andTheLogStaysWhole() {
        server.call("audit_logging", "append", ADA, "{\"action\":\"send\",\"type\":\"mail\"}");
        assertThat(audit("erase", "{\"person\":\"ada\"}").path("erased").asBoolean())
                .isTrue();
        assertThat(audit("erase", "{\"person\":\"ada\"}").path("erased").asBoolean())
                .isFalse();
        JsonNode event = server.events("{\"action\":\"send\"}").path(0);
        assertThat(event.has("name")).isFalse();
        assertThat(event.path("actor").asText()).startsWith("person-");
        assertThat(audit("verify", "{}").path("intact").asBoolean()).isTrue();
    }

    @Test
    void report_isAFile_thatSaysEvidence_andIsTheSameEachTime() throws IOException {
        server.admit(null, "list", "task");
        String asked = "{\"from\":\"2020-01-01T00:00:00Z\",\"to\":\"2021-01-01T00:00:00Z\",\"format\":\"";
        for (String format : List.of("json", "csv", "html")) {
            JsonNode reported = audit("report", asked + format + "\"}");
            Path file = Path.of(reported.path("file").asText());
            String text = Files.readString(file);
            assertThat(text).contains("evidence").contains("not assessed");
            assertThat(text.length()).isEqualTo(reported.path("characters").asInt());
            assertThat(reported.path("passed").asInt()
                            + reported.path("failed").asInt()
                            + reported.path("notAssessed").asInt())
                    .isGreaterThan(10);
        }
    }

    @Test
    void hold_isKeptAndReleased() {
        assertThat(audit(
                                "hold",
                                "{\"name\":\"case-7\",\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-02-01T00:00:00Z\"}")
                        .path("seq")
                        .asLong())
                .isPositive();
        assertThat(audit("hold", "{\"name\":\"case-7\"}").path("seq").asLong()).isPositive();
        assertThat(server.events("{\"type\":\"audit_hold\"}")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "append | {}                                            | action",
                "append | {\"action\":\"a b\",\"type\":\"t\"}                 | action",
                "append | {\"action\":\"a\"}                              | type",
                "append | {\"action\":\"a\",\"type\":\"t\",\"outcome\":\"so\"}  | outcome",
                "append | {\"action\":\"a\",\"type\":\"t\",\"facts\":{\"a b\":\"c\"}} | facts",
                "query  | {\"limit\":0}                                 | limit",
                "query  | {\"id\":\"x\"}                                  | type",
                "query  | {\"from\":\"yesterday\"}                        | from",
                "prove  | {}                                            | seq",
                "prove  | {\"seq\":999999}                              | 999999",
                "report | {\"from\":\"2026-01-01T00:00:00Z\"}             | to",
                "report | {\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\",\"format\":\"pdf\"} | format",
                "hold   | {\"name\":\"x\",\"from\":\"2026-01-01T00:00:00Z\"}  | from",
                "hold   | {\"name\":\"none\"}                             | none",
                "erase  | {}                                            | person",
            })
    void wrongInput_isDeclined_byItsField(String operation, String data, String field) {
        assertThat(server.ask("audit_logging", operation, Server.ROOT, data))
                .isInstanceOfSatisfying(
                        Declined.class,
                        declined -> assertThat(declined.reason()).contains(field));
    }
}
