// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A task as the server shows it.
 *
 * @param json the task on the wire
 */
record TaskView(JsonNode json) {
    private static final Set<String> ENDS = Set.of("completed", "failed", "canceled", "rejected");

    String id() {
        return json.path("id").asText();
    }

    String name() {
        return json.path("name").asText();
    }

    String state() {
        return json.path("state").asText();
    }

    boolean hasEnded() {
        return ENDS.contains(state());
    }

    boolean isCompleted() {
        return state().equals("completed");
    }

    /** The id of the agent of the newest attempt; empty if there is none. */
    String agent() {
        return json.path("agent").asText("");
    }

    int attempts() {
        return json.path("attempts").size();
    }

    /** An attempt, counted from 0. */
    JsonNode attempt(int index) {
        return json.path("attempts").path(index);
    }

    /** The process of the newest attempt while it works. */
    Optional<Long> livePid() {
        JsonNode newest = attempt(attempts() - 1);
        return state().equals("working") && newest.hasNonNull("pid")
                ? Optional.of(newest.get("pid").asLong())
                : Optional.empty();
    }

    /** From submission to the first attempt. */
    Optional<Duration> waited() {
        return between(json.path("submittedAt"), attempt(0).path("assignedAt"));
    }

    /** How long the newest attempt worked, if it has ended. */
    Optional<Duration> ran() {
        JsonNode newest = attempt(attempts() - 1);
        return between(newest.path("startedAt"), newest.path("endedAt"));
    }

    /** The first line of what came of it. */
    String headline() {
        String text = json.path("result")
                .path("headline")
                .asText(json.path("error").asText(json.path("cause").asText("")));
        return text.lines().findFirst().orElse("");
    }

    static Optional<Duration> between(JsonNode from, JsonNode to) {
        return from.isTextual() && to.isTextual()
                ? Optional.of(Duration.between(Instant.parse(from.asText()), Instant.parse(to.asText())))
                : Optional.empty();
    }
}
