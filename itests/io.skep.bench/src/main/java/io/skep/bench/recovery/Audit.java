// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Gates;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares what the server knows in the end with what it had said meanwhile. */
final class Audit {
    static final Set<String> ENDS = Set.of("completed", "failed", "canceled", "rejected");

    private static final Map<String, String> ALL = Map.of("limit", "1000");

    private final Ledger ledger;
    private int lost;
    private int gated;
    private int unchecked;

    Audit(Ledger ledger) {
        this.ledger = ledger;
    }

    /** How much that was acknowledged the server no longer knows. */
    int lost() {
        return lost;
    }

    /** How many tasks were checked before they started. */
    int gated() {
        return gated;
    }

    /** How many results were passed over because nobody gave an answer. */
    int unchecked() {
        return unchecked;
    }

    /** Checks every task once everything has ended. */
    void check(SkepClient admin, Duration deadline) throws IOException, InterruptedException {
        // The list is written behind the log; wait until it has caught up.
        Set<String> submitted = Set.copyOf(ledger.submissions().values());
        Poll.until(
                () -> admin.allTasks(ALL).stream()
                                .filter(task ->
                                        submitted.contains(task.path("id").asText()))
                                .filter(task -> ENDS.contains(task.path("state").asText()))
                                .count()
                        >= submitted.size(),
                deadline,
                Duration.ofMillis(500));
        check(admin.allTasks(ALL));
    }

    /** The checks themselves. */
    void check(List<JsonNode> tasks) {
        Map<String, JsonNode> byId = tasks.stream()
                .collect(Collectors.toMap(task -> task.path("id").asText(), Function.identity(), (a, b) -> a));
        ledger.submissions().forEach((key, id) -> checkSubmission(key, id, byId.get(id)));
        ledger.completions().forEach((id, token) -> checkCompletion(id, token, byId.get(id)));
        Map<String, String> keys = new HashMap<>();
        for (JsonNode task : tasks) {
            checkAttempts(task);
            gated += task.path("review").path("admitted").asBoolean() ? 1 : 0;
            unchecked += task.path("cause").asText().contains(Gates.UNCHECKED) ? 1 : 0;
            String key = task.path("idempotencyKey").asText("");
            String twin = key.isEmpty() ? null : keys.put(key, task.path("id").asText());
            if (twin != null && !twin.equals(task.path("id").asText())) {
                ledger.doubled("key " + key + " made two tasks, " + twin + " and "
                        + task.path("id").asText());
            }
        }
    }

    private void checkSubmission(String key, String id, @Nullable JsonNode task) {
        if (task == null) {
            lost("task " + id + " of key " + key + " was acknowledged and is not there");
        } else if (!task.path("state").asText().equals("completed")) {
            lost("task " + id + " is " + task.path("state").asText() + ": "
                    + task.path("cause").asText());
        }
    }

    private void checkCompletion(String id, long token, @Nullable JsonNode task) {
        if (task == null) {
            lost("task " + id + " was acknowledged as completed and is not there");
            return;
        }
        boolean kept = false;
        for (JsonNode attempt : task.path("attempts")) {
            kept |= attempt.path("token").asLong() == token
                    && attempt.path("end").asText().equals("completed");
        }
        if (!kept) {
            lost("the acknowledged completion of task " + id + " by attempt " + token + " is not there");
        }
    }

    private void checkAttempts(JsonNode task) {
        int completed = 0;
        for (JsonNode attempt : task.path("attempts")) {
            String end = attempt.path("end").asText();
            completed += end.equals("completed") ? 1 : 0;
            String id = task.path("id").asText();
            long token = attempt.path("token").asLong();
            // An attempt whose claim was never answered is unknown to its agent, and rightly runs out.
            if (end.equals("lost") && ledger.wasClaimed(id, token)) {
                ledger.falseLoss("attempt " + token + " at task " + id + " of "
                        + attempt.path("agent").asText() + ", which held it, ended as lost: "
                        + attempt.path("cause").asText());
            }
        }
        if (completed > 1) {
            ledger.doubled("task " + task.path("id").asText() + " has " + completed + " completed attempts; "
                    + task.path("cause").asText() + "; " + task.path("review"));
        }
    }

    private void lost(String what) {
        lost++;
        ledger.contradiction(what);
    }
}
