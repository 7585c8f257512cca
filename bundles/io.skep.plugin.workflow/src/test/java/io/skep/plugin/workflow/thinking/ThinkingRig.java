// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.plugin.workflow.RealCore;
import io.skep.plugin.workflow.base.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The real core with experts whose answers a test says, and calls of {@code extended_thinking}. */
abstract class ThinkingRig {
    static final Duration LONG = Duration.ofSeconds(60);
    static final String COMPLEX = ComplexityTest.COMPLEX;
    static final String QUEUE = "{\"points\":[\"Put a queue between the services\"],"
            + "\"risks\":[\"The queue may fill up\"],\"plan\":[\"Measure the load\",\"Write the queue\"]}";
    static final String NO_QUEUE = "{\"points\":[\"Do not put a queue between the services\",\"Write tests first\"]}";

    @TempDir
    Path directory;

    final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();
    RealCore core;

    @BeforeEach
    void start() {
        ThinkingSettings settings = new ThinkingSettings(
                true,
                60,
                ThinkingSettings.allowances("2/2/3/3", "60/60/60/60", "1000,1000, 1000 1000", "0/0/0/0"),
                2,
                2);
        core = new RealCore(directory, Settings.DEFAULT, settings);
    }

    @AfterEach
    void end() {
        core.close();
    }

    /** An agent that answers what is in the map, and does not begin while nothing is there. */
    void expert(String id) {
        core.connectExpert(id, "Knows about microservices, queues and names.", task -> {
            synchronized (asked) {
                asked.add(id);
            }
            return answers.get(id);
        });
    }

    void experts(String ann, String bob) {
        answers.put("ann", ann);
        answers.put("bob", bob);
        expert("ann");
        expert("bob");
    }

    List<String> asked() {
        synchronized (asked) {
            return asked.stream().sorted().toList();
        }
    }

    /** A task that is not to begin yet, so that it waits as one that is thought about first does. */
    Task submit(String description) {
        return submit(TaskSpec.of(description));
    }

    Task submit(TaskSpecBuilder spec) {
        return core.submit(spec.notBefore(Instant.now().plusSeconds(3600)));
    }

    JsonNode ask(String operation, String data) {
        return core.ask("extended_thinking", operation, data);
    }

    String declined(String operation, String data) {
        return core.declined("extended_thinking", operation, data);
    }

    JsonNode consider(Task task) {
        return ask("consider", "{\"task\":\"" + task.id() + "\",\"stage\":\"before\"}");
    }

    static boolean isPending(JsonNode considered) {
        return considered.path("verdict").asText().equals("pending");
    }

    /** Considers until it passes; the insights. */
    JsonNode insights(Task task) {
        await().atMost(LONG).until(() -> !isPending(consider(task)));
        JsonNode attachment = consider(task).path("attachment");
        assertThat(attachment.path("name").asText()).isEqualTo("thinking_insights");
        return attachment.path("value");
    }

    JsonNode awaitDone(String id) {
        String data = "{\"id\":\"" + id + "\"}";
        await().atMost(LONG)
                .until(() -> ask("result", data).path("state").asText().equals("done"));
        return ask("result", data).path("thinking_insights");
    }

    static List<String> texts(JsonNode insights, String kind) {
        List<String> texts = new ArrayList<>();
        insights.path("points").forEach(point -> {
            if (point.path("kind").asText().equals(kind)) {
                texts.add(point.path("text").asText());
            }
        });
        return texts;
    }

    static Map<String, String> became(JsonNode insights) {
        Map<String, String> became = new ConcurrentHashMap<>();
        insights.path("participants")
                .forEach(one -> became.put(
                        one.path("agent").asText(), one.path("answer").asText()));
        return became;
    }

    Set<String> children(JsonNode insights) {
        Set<String> children = new TreeSet<>();
        insights.path("participants")
                .forEach(one -> children.add(one.path("task").asText()));
        return children;
    }
}
