// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring.performance;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.Attempt;
import io.skep.api.task.Task;
import io.skep.api.task.TaskState;
import io.skep.api.task.Usage;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of a task that has ended. Times in milliseconds.
 *
 * @param id of the task
 * @param type the text {@code type} of its input, else its skills joined by {@code +}, else {@code any}
 * @param tenant whose
 * @param skills that it needed
 * @param endedAt since 1970
 * @param completed whether it has a result
 * @param waited from when it was queued to its first agent
 * @param ran all attempts together
 * @param lastRun the last attempt
 * @param attempts every one, the oldest first
 * @param used all attempts together
 */
record Facts(
        String id,
        String type,
        String tenant,
        Set<String> skills,
        long endedAt,
        boolean completed,
        long waited,
        long ran,
        long lastRun,
        List<Attempt> attempts,
        Usage used) {
    private static final int MAX_INPUT = 16 << 10;
    private static final int MAX_NAME = 100;

    static Facts of(Task task, Codec codec) {
        List<Attempt> attempts = task.attempts();
        Instant ended = task.since();
        long run = 0;
        long last = 0;
        Usage used = Usage.NONE;
        for (Attempt attempt : attempts) {
            last = took(attempt, ended);
            run += last;
            used = used.plus(attempt.usage());
        }
        Instant queued = task.queuedAt() == null ? task.submittedAt() : task.queuedAt();
        long wait = attempts.isEmpty()
                ? 0
                : Math.max(
                        0,
                        Duration.between(queued, attempts.get(0).assignedAt()).toMillis());
        return new Facts(
                task.id(),
                type(task, codec),
                task.spec().tenant(),
                task.spec().skills(),
                ended.toEpochMilli(),
                task.state() == TaskState.COMPLETED,
                wait,
                run,
                last,
                attempts,
                used);
    }

    static long took(Attempt attempt, Instant ended) {
        Instant end = attempt.endedAt() == null ? ended : attempt.endedAt();
        return Math.max(0, Duration.between(attempt.assignedAt(), end).toMillis());
    }

    private static String type(Task task, Codec codec) {
        String input = task.spec().input();
        if (input != null && input.length() <= MAX_INPUT && input.contains("\"type\"")) {
            try {
                JsonNode type = codec.tree("the input", input).path("type");
                if (type.isTextual() && !type.textValue().isBlank()) {
                    return cut(type.textValue());
                }
            } catch (Declination malformed) {
                // Then its skills say what it is.
            }
        }
        Set<String> skills = task.spec().skills();
        return skills.isEmpty() ? "any" : cut(skills.stream().sorted().collect(Collectors.joining("+")));
    }

    private static String cut(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", " ");
        return plain.substring(0, Math.min(plain.length(), MAX_NAME));
    }

    /** The agent of the last attempt, empty if there was none. */
    String agent() {
        return attempts.isEmpty() ? "" : attempts.get(attempts.size() - 1).agent();
    }
}
