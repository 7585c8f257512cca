// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static io.skep.plugin.security.Server.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.admin.Intent;
import io.skep.api.agent.AgentSpec;
import io.skep.plugin.security.audit.Actor;
import io.skep.plugin.security.audit.AuditEvent;
import io.skep.plugin.security.audit.AuditLog;
import io.skep.plugin.security.audit.AuditSettings;
import io.skep.plugin.security.audit.Category;
import io.skep.plugin.security.audit.Outcome;
import io.skep.plugin.security.audit.SigningKey;
import io.skep.plugin.security.audit.SubjectKeys;
import io.skep.plugin.security.audit.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That each event has what OCSF 1.6.0 requires of its class: the table is written from the definitions of the classes. */
class OcsfTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Of every event, and what is always there of this log besides. */
    private static final List<String> BASE = List.of(
            "/activity_id",
            "/category_uid",
            "/class_uid",
            "/metadata/version",
            "/metadata/product/name",
            "/severity_id",
            "/time",
            "/type_uid",
            "/status_id",
            "/activity_name");

    private static final Map<Integer, List<String>> REQUIRED = Map.of(
            6003, List.of("/actor/user/uid", "/api/operation", "/src_endpoint"),
            3002, List.of("/user/uid", "/service/name"),
            3003, List.of("/user/uid", "/privileges/0"),
            3005, List.of("/user/uid", "/privileges/0", "/resources/0/uid"),
            6002, List.of("/app/name"),
            2004, List.of("/finding_info/uid", "/finding_info/title"));

    /** The numbers that the classes list; 99 is any other, which then has a name. */
    private static final Map<Integer, Integer> ACTIVITIES =
            Map.of(6003, 4, 3002, 5, 3003, 1, 3005, 2, 6002, 8, 2004, 1);

    @TempDir
    private Path directory;

    private static List<JsonNode> events(Path log) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    if (line.contains("\"specversion\"")) {
                        events.add(Server.json(line));
                    }
                }
            }
        }
        return events;
    }

    private static void check(JsonNode event) {
        JsonNode data = event.path("data");
        int type = data.path("class_uid").asInt();
        assertThat(REQUIRED).as("%s", event).containsKey(type);
        for (List<String> paths : List.of(BASE, REQUIRED.get(type))) {
            for (String path : paths) {
                assertThat(data.at(path).isMissingNode() || data.at(path).isNull())
                        .as("%s in %s", path, event)
                        .isFalse();
            }
        }
        int activity = data.path("activity_id").asInt();
        assertThat(activity == 99 || (activity >= 1 && activity <= ACTIVITIES.get(type)))
                .as("%s", event)
                .isTrue();
        assertThat(data.path("type_uid").asInt()).isEqualTo(type * 100 + activity);
        assertThat(data.path("category_uid").asInt()).isEqualTo(type / 1000);
        assertThat(data.path("severity_id").asInt()).isBetween(1, 6);
        assertThat(data.path("status_id").asInt()).isBetween(1, 2);
        assertThat(data.path("time").isIntegralNumber()).isTrue();
        assertThat(data.path("metadata").path("version").asText()).isEqualTo("1.6.0");
    }

    private static Set<Integer> checked(List<JsonNode> events) {
        Set<Integer> classes = new TreeSet<>();
        events.forEach(event -> {
            check(event);
            classes.add(event.at("/data/class_uid").asInt());
        });
        return classes;
    }

    @Test
    void everyKindOfEvent_hasWhatItsClassRequires() throws IOException {
        Path log = directory.resolve("log");
        try (AuditLog open = AuditLog.open(
                log,
                directory.resolve("checkpoints"),
                SigningKey.generate("test"),
                new SubjectKeys(directory.resolve("persons"), 10),
                AuditSettings.DEFAULT,
                Clock.systemUTC())) {
            for (Category category : Category.values()) {
                for (Outcome outcome : Outcome.values()) {
                    for (Actor actor : List.of(Actor.SYSTEM, Actor.agent("bot"), Actor.person("ann"))) {
                        for (String id : List.of("", "x")) {
                            get(open.append(AuditEvent.of(category, actor, "update", new Target("task", id), outcome)));
                        }
                    }
                }
            }
        }
        assertThat(checked(events(log))).isEqualTo(new TreeSet<>(REQUIRED.keySet()));
    }

    @Test
    void everyEventThatThePluginMakes_hasWhatItsClassRequires() throws IOException {
        try (Server server = new Server(directory)) {
            String ada = server.key("ada", "human", "blue", "viewer");
            server.admit(ada, Intent.to("upgrade", "plugin"));
            server.admit(ada, Intent.to("list", "agent"));
            server.admit(null, Intent.to("list", "agent"));
            server.call("rbac_enforcement", "set-policy", "{\"document\":\"roles: {}\"}");
            server.call("audit_logging", "append", "{\"action\":\"send\",\"type\":\"mail\"}");
            server.call(
                    "audit_logging",
                    "hold",
                    "{\"name\":\"h\",\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-02-01T00:00:00Z\"}");
            server.call("audit_logging", "erase", "{\"person\":\"ada\"}");
            get(server.skep.agents().register(AgentSpec.of("bot", 1), false));
            await().atMost(LONG)
                    .until(() -> !server.events("{\"type\":\"agent\",\"id\":\"bot\"}")
                            .isEmpty());
        }
        assertThat(checked(events(directory.resolve("audit")))).contains(6003, 3002, 3003, 3005);
    }
}
