// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class EventsHttpTest extends HttpTestBase {
    /** An event as it came. */
    private record Seen(String id, String type, String data) {}

    /** Opens a stream, after the places of those that were left have become free. HTTP 1.0 has no chunks. */
    private Wire open(String path, String... headers) throws IOException {
        List<Wire> opened = new ArrayList<>();
        Awaitility.await().atMost(LONG).until(() -> {
            Wire wire = new Wire(port);
            String request = Wire.head("GET " + path, headers).replace("HTTP/1.1", "HTTP/1.0");
            Wire.Answered head = wire.write(request).readHead();
            if (head.status() == 429) {
                wire.close();
                return false;
            }
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().get("content-type")).startsWith("text/event-stream");
            opened.add(wire);
            return true;
        });
        return opened.get(0);
    }

    private static Seen next(Wire wire) throws IOException {
        String id = null;
        String type = null;
        for (String line = wire.line(); line != null; line = wire.line()) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                type = line.substring(7);
            } else if (line.startsWith("data: ")) {
                return new Seen(id, type, line.substring(6));
            }
        }
        throw new IOException("ended");
    }

    private void happen(int count) {
        for (int i = 0; i < count; i++) {
            core.events.add("task.queued", "t" + i, "line\nbreak", i % 2 == 0 ? "a" : null, i);
        }
    }

    @Test
    void streamWithoutPosition_beginsWithWhatIsYetToCome() throws IOException {
        happen(3);
        try (Wire wire = open("/api/v1/events")) {
            core.events.add("agent.lost", "late", "silent", "late", 0);
            Seen seen = next(wire);
            assertThat(seen.type()).isEqualTo("agent.lost");
            var json = new ObjectMapper().readTree(seen.data());
            assertThat(json.get("subject").asText()).isEqualTo("late");
            assertThat(json.get("agent").asText()).isEqualTo("late");
            assertThat(json.get("seq").asInt()).isEqualTo(2);
            assertThat(json.get("shard").asInt()).isEqualTo(1);
        }
    }

    @Test
    void callerOfOneTenant_isToldOfItsTasksAlone() throws IOException {
        Principal ada = new Principal("ada", "human", "blue", Set.of("viewer"), null, "https://id", null);
        core.people.put("adas-token", new Caller(ada, null, "blue"));
        String theirs = post("/api/v1/tasks", "{\"description\": \"d\", \"tenant\": \"red\"}")
                .json()
                .path("id")
                .asText();
        String mine = post("/api/v1/tasks", "{\"description\": \"d\", \"tenant\": \"blue\"}")
                .json()
                .path("id")
                .asText();
        for (String subject : List.of(theirs, "nobodys", mine)) {
            core.events.add("task.working", subject, "c", null, 1);
        }
        core.events.add("agent.lost", "a", "silent", "a", 0);
        core.events.add("task.completed", mine, "c", null, 1);
        try (Wire wire = open("/api/v1/events?from=start", "Authorization: Bearer adas-token")) {
            List<String> told = new ArrayList<>();
            while (!told.contains("task.completed " + mine)) {
                Seen seen = next(wire);
                told.add(seen.type()
                        + ' '
                        + new ObjectMapper()
                                .readTree(seen.data())
                                .get("subject")
                                .asText());
            }
            assertThat(told).contains("task.working " + mine).allMatch(line -> line.endsWith(mine));
        }
    }

    @Test
    void stream_isResumedWithoutGapOrRepetition() throws IOException {
        happen(600);
        List<String> subjects = new ArrayList<>();
        String last;
        try (Wire wire = open("/api/v1/events?from=start")) {
            for (int i = 0; i < 299; i++) {
                subjects.add(next(wire).data());
            }
            Seen seen = next(wire);
            subjects.add(seen.data());
            last = seen.id();
        }
        try (Wire wire = open("/api/v1/events?from=start", "Last-Event-ID: " + last)) {
            for (int i = 0; i < 150; i++) {
                Seen seen = next(wire);
                subjects.add(seen.data());
                last = seen.id();
            }
        }
        try (Wire wire = open("/api/v1/events?from=" + last)) {
            for (int i = 0; i < 150; i++) {
                subjects.add(next(wire).data());
            }
            core.events.add("task.queued", "more", "c", null, 0);
            assertThat(next(wire).data()).contains("\"more\"");
        }
        assertThat(subjects).hasSize(600).doesNotHaveDuplicates();
    }

    @Test
    void silentStream_isKeptAliveByComments() throws IOException {
        try (Wire wire = open("/api/v1/events")) {
            int comments = 0;
            while (comments < 8) {
                String line = wire.line();
                assertThat(line).isNotNull();
                comments += line.startsWith(":") ? 1 : 0;
            }
            happen(1);
            assertThat(next(wire).id()).isEqualTo("1.0");
        }
    }

    @Test
    void streamsBeyondTheBound_areRefused() throws IOException {
        try (Wire one = open("/api/v1/events");
                Wire two = open("/api/v1/events")) {
            Reply reply = get("/api/v1/events");
            assertProblem(reply, 429, "busy", null);
            assertThat(reply.header("Retry-After")).isEqualTo("5");
            happen(1);
            assertThat(next(one)).isEqualTo(next(two));
            assertThat(get("/metrics").body()).contains("skep_http_event_streams 2\n");
        }
        // The places are free once the server has noticed that nobody reads.
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(get("/metrics").body()).contains("skep_http_event_streams 0\n"));
        open("/api/v1/events").close();
    }

    @Test
    void head_isAnsweredWithoutAStream() throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.write(Wire.head("HEAD /api/v1/events") + Wire.head("GET /health/live"));
            Wire.Answered head = wire.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().get("content-type")).startsWith("text/event-stream");
            assertThat(wire.read().body()).isEqualTo("{\"live\":true}");
        }
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(get("/metrics").body()).contains("skep_http_event_streams 0\n"));
    }

    @Test
    void positionNoLongerRetained_isRefused() throws IOException {
        happen(2);
        core.events.trimmed = true;
        assertProblem(get("/api/v1/events?from=start"), 404, "not-found", null);
        core.events.trimmed = false;
        try (Wire wire = open("/api/v1/events")) {
            core.events.trimmed = true;
            String line = wire.line();
            while (line != null && !line.startsWith(": ended: ")) {
                line = wire.line();
            }
            assertThat(line).isEqualTo(": ended: no longer retained");
        }
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(get("/metrics").body()).contains("skep_http_event_streams 0\n"));
    }

    @Test
    void slowReader_getsEverythingInTheEnd() throws IOException {
        try (Wire wire = open("/api/v1/events")) {
            happen(20_000);
            for (int i = 0; i < 20_000; i++) {
                assertThat(next(wire).data()).contains("\"token\":");
            }
        }
    }
}
