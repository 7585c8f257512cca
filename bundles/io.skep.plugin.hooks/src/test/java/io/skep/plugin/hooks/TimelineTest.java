// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.task.RetryPolicy;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest extends ServedCore {
    private IntegrationResponse ask(Task task, Caller caller) {
        IntegrationRequest request =
                new IntegrationRequest("observability", "timeline", null, "{\"task\":\"" + task.id() + "\"}");
        return get(plugin.process(caller == null ? request : request.by(caller)));
    }

    @Test
    void timeline_hasEventsAttemptsAndHooks_inOrderOfTime() throws IOException {
        script("tests", "grep -q '\"attempt\":1' && { echo 'tests fail'; exit 2; }; exit 0");
        add("tests", "\"on\":[\"task.before-completion\"],\"kind\":\"program\",\"program\":\"tests\"");
        submit(TaskSpec.of("another"));
        Task task =
                end(submit(TaskSpec.of("x").retry(new RetryPolicy(3, Duration.ofMillis(10), Duration.ofMillis(10)))));
        JsonNode shown = json(ask(task, null));
        assertThat(shown.path("state").asText()).isEqualTo("completed");
        assertThat(shown.path("isComplete").asBoolean()).isTrue();
        List<String> whats = new ArrayList<>();
        Instant last = Instant.MIN;
        for (JsonNode entry : shown.path("entries")) {
            whats.add(entry.path("kind").asText() + ' ' + entry.path("what").asText());
            assertThat(Instant.parse(entry.path("at").asText())).isAfterOrEqualTo(last);
            last = Instant.parse(entry.path("at").asText());
        }
        assertThat(whats)
                .contains("event task.queued", "event task.in-review", "event task.completed", "attempt assigned")
                .contains("event hooks.vetoed", "hook tests", "attempt completed")
                .containsOnlyOnce("event hooks.vetoed", "event task.completed");
        assertThat(whats).filteredOn("attempt started"::equals).hasSize(2);
        assertThat(whats).filteredOn("hook tests"::equals).hasSize(2);
        assertThat(shown.toString())
                .contains("vetoed on task.before-completion")
                .contains("\"agent\":\"worker\"");
    }

    @Test
    void callerWhoIsConfined_seesOnlyWhatIsWithinReach() {
        Task task = submit(TaskSpec.of("x").tenant("acme").owner("alice"));
        Principal alice = Caller.ADMINISTRATOR.principal();
        assertThat(ask(task, new Caller(alice, null, "acme"))).isInstanceOf(IntegrationResponse.Answered.class);
        assertThat(ask(task, new Caller(alice, null, "other"))).isInstanceOf(Declined.class);
        assertThat(ask(task, new Caller(alice, null, "acme", true))).isInstanceOf(Declined.class);
        assertThat(declined("observability", "timeline", "{}")).contains("\"task\" is missing");
    }
}
