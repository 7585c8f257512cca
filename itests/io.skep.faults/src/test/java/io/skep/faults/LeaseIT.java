// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.ProblemException;
import io.skep.client.SkepClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An agent that is no longer heard of. */
@ExtendWith(SharedServer.class)
class LeaseIT {
    private static final Duration WAIT = Duration.ofSeconds(60);

    @Test
    void agentThatStopsHeartbeating_losesItsTask_andItsLateCompletionChangesNothing(Instance instance)
            throws Exception {
        SkepClient admin = instance.server().client();
        SkepClient silent = admin.as(register(admin, "silent", 4_000));
        ObjectNode task = SkepClient.object().put("description", "lease");
        task.withArray("skills").add("faults.lease");
        task.putObject("retry").put("maxAttempts", 5).put("initialDelayMillis", 10);
        String id = admin.submit(task).path("id").asText();
        long first = only(silent.claim("silent", 1, WAIT)).path("token").asLong();

        SkepClient other = admin.as(register(admin, "other", 30_000));
        JsonNode second = only(other.claim("other", 1, WAIT));
        assertThat(second.path("id").asText()).isEqualTo(id);
        assertThat(second.path("token").asLong()).isGreaterThan(first);

        JsonNode before = admin.task(id);
        ProblemException refused = catchThrowableOfType(
                ProblemException.class,
                () -> silent.complete(id, first, SkepClient.object().put("by", "silent")));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("fenced");
        assertThat(admin.task(id)).isEqualTo(before);
        assertThat(admin.agent("silent").path("state").asText()).isIn("lost", "unknown");

        other.complete(id, second.path("token").asLong(), SkepClient.object().put("by", "other"));
        JsonNode after = admin.task(id);
        assertThat(after.path("state").asText()).isEqualTo("completed");
        assertThat(after.at("/result/by").asText()).isEqualTo("other");
        assertThat(after.at("/attempts/0/end").asText()).isEqualTo("lost");
    }

    private static String register(SkepClient admin, String id, long leaseMillis) throws Exception {
        ObjectNode agent = SkepClient.object().put("id", id).put("leaseMillis", leaseMillis);
        agent.withArray("skills").add("faults.lease");
        return admin.register(agent).path("secret").asText();
    }

    private static JsonNode only(List<JsonNode> claimed) {
        assertThat(claimed).hasSize(1);
        return claimed.get(0);
    }
}
