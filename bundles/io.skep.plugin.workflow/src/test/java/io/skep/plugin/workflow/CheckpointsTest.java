// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static io.skep.plugin.workflow.RealCore.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.AgentSpec;
import io.skep.api.payload.PayloadUpload;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import io.skep.core.CoreSettings;
import io.skep.core.Skep;
import io.skep.core.plugin.Generation;
import io.skep.plugin.workflow.base.Settings;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real core, in which the plugin serves, puts tasks through the gates. */
class CheckpointsTest {
    private static final String COVER =
            "\"checks\":[{\"name\":\"cover\",\"kind\":\"threshold\",\"pointer\":\"/coverage\",\"min\":85}]";
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private InMemoryLogStore log;
    private Skep skep;
    private WorkflowPlugin plugin;
    private int version;

    @BeforeEach
    void start() throws IOException {
        log = new InMemoryLogStore(16, directory);
        open();
    }

    private void open() throws IOException {
        skep = new Skep(log, new InMemoryProjection(16), CoreSettings.DEFAULT, true);
        serve();
        skep.started();
    }

    private void serve() {
        WorkflowPlugin next = new WorkflowPlugin(Clock.systemUTC(), Settings.DEFAULT);
        version++;
        get(skep.serve(
                new Generation.Origin(
                        WorkflowPlugin.PLUGIN, "io.skep.plugin.workflow", version + ".0.0", version, null),
                next));
        if (plugin != null) {
            plugin.close();
        }
        plugin = next;
    }

    @AfterEach
    void end() {
        plugin.close();
        skep.close();
    }

    private JsonNode call(String operation, String data) {
        return RealCore.json(get(skep.call(new IntegrationRequest("quality_gates", operation, null, data))));
    }

    private void define(String name, String more) {
        call("define", "{\"name\":\"" + name + "\"," + more + "}");
    }

    private void connect(String agent, Function<Task, String> how, String... skills) {
        get(skep.agents().connect(AgentSpec.of(agent, 4, skills), new RealCore.Worker(skep, how)));
    }

    private Task submit(TaskSpecBuilder spec) {
        return get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
    }

    private Task task(Task task) {
        return get(skep.tasks().find(task.id())).orElseThrow();
    }

    private Task end(Task task) {
        return get(skep.tasks().awaitEnd(task.id(), LONG));
    }

    private void awaitState(Task task, TaskState state) {
        await().atMost(LONG).until(() -> task(task).state() == state);
    }

    private String waiting() {
        await().atMost(LONG).until(() -> call("waiting", "{}").path("waiting").size() == 1);
        return call("waiting", "{}").path("waiting").get(0).path("id").asText();
    }

    /** Better with each round: 70, 80, 90. */
    private static String improving(Task task) {
        int round = task.review() == null ? 0 : task.review().sentBack();
        return "{\"coverage\":" + (70 + 10 * round) + "}";
    }

    @Test
    void resultThatIsNotGoodEnough_isSentBackWithFeedback_untilItIs() {
        List<Task> seen = new CopyOnWriteArrayList<>();
        define("g", COVER);
        connect("ann", task -> {
            seen.add(task);
            return improving(task);
        });

        Task done = end(submit(TaskSpec.of("measure")));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.result()).isEqualTo("{\"coverage\":90}");
        assertThat(done.attempts()).hasSize(3);
        assertThat(seen.get(1).review().feedback()).containsExactly("g/cover failed: 70 is less than 85.0");
    }

    @Test
    void asOftenAsTheGateSays_andThenItFails() {
        define("g", "\"rounds\":1," + COVER);
        connect("ann", task -> "{\"coverage\":1}");

        Task done = end(submit(TaskSpec.of("measure")));

        assertThat(done.state()).isEqualTo(TaskState.FAILED);
        assertThat(done.attempts()).hasSize(2);
        assertThat(done.error()).contains("after 1 were sent back", "1 is less than 85.0");
    }

    @Test
    void gateThatFailsATask_sendsNothingBack_andOnlyWhatItIsFor() {
        define("g", "\"onFail\":\"fail\",\"tenants\":[\"acme\"],\"namePattern\":\"^m\"," + COVER);
        connect("ann", task -> "{\"coverage\":1}");

        assertThat(end(submit(TaskSpec.of("measure").tenant("acme").name("m1"))).attempts())
                .hasSize(1);
        assertThat(end(submit(TaskSpec.of("measure").tenant("acme").name("n1"))).state())
                .isEqualTo(TaskState.COMPLETED);
        assertThat(end(submit(TaskSpec.of("measure").name("m1"))).cause()).isEqualTo("completed");
        assertThat(end(submit(TaskSpec.of("measure").tenant("acme").name("m2"))).state())
                .isEqualTo(TaskState.FAILED);
    }

    @Test
    void gateBeforeExecution_letsNothingStartThatDoesNotPass() {
        define(
                "g",
                "\"stage\":\"before\",\"checks\":[{\"kind\":\"pattern\",\"pattern\":\"because\",\"pointer\":\"/description\"}]");
        List<String> begun = new CopyOnWriteArrayList<>();
        connect("ann", task -> {
            begun.add(task.spec().description());
            return "1";
        });

        Task refused = end(submit(TaskSpec.of("do it")));

        assertThat(refused.state()).isEqualTo(TaskState.REJECTED);
        assertThat(refused.error()).startsWith("not to be started: g/pattern failed");
        assertThat(end(submit(TaskSpec.of("do it because"))).state()).isEqualTo(TaskState.COMPLETED);
        assertThat(begun).containsExactly("do it because");
    }

    @Test
    void person_decidesOnce_acrossASwapAndARestart() throws IOException {
        define("g", "\"checks\":[{\"kind\":\"human\",\"question\":\"ship it?\"}]");
        connect("ann", task -> "{\"v\":1}");
        Task task = submit(TaskSpec.of("build"));
        awaitState(task, TaskState.IN_REVIEW);
        String id = waiting();
        assertThat(get(skep.tasks().why(task.id())).reasons())
                .singleElement()
                .asString()
                .contains("gate:approve (or gate:reject) id=" + id);

        serve();
        plugin.close();
        skep.close();
        plugin = null;
        open();
        connect("ann", again -> "{\"v\":2}");

        assertThat(task(task).state()).isEqualTo(TaskState.IN_REVIEW);
        assertThat(waiting()).isEqualTo(id);
        call("approve", "{\"id\":\"" + id + "\",\"by\":\"bob\"}");
        Task done = end(task);
        assertThat(done.result()).as("the step was not done again").isEqualTo("{\"v\":1}");
        assertThat(done.attempts()).hasSize(1);
    }

    @Test
    void personRejects_whatItWasAskedAbout() {
        define("g", "\"onFail\":\"fail\",\"checks\":[{\"kind\":\"human\",\"question\":\"ship it?\"}]");
        connect("ann", task -> "1");
        Task task = submit(TaskSpec.of("build"));

        call("reject", "{\"id\":\"" + waiting() + "\",\"by\":\"bob\",\"comment\":\"not on a friday\"}");

        assertThat(end(task).error()).contains("rejected by bob: not on a friday");
    }

    @Test
    void personIsAsked_aboutWhatDidNotPass() {
        define("g", "\"onFail\":\"ask\"," + COVER);
        connect("ann", task -> "{\"coverage\":1}");
        Task task = submit(TaskSpec.of("measure"));
        String id = waiting();
        assertThat(call("waiting", "{}").path("waiting").get(0).path("question").asText())
                .contains("1 is less than 85.0");

        call("approve", "{\"id\":\"" + id + "\"}");

        assertThat(end(task).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void reviewer_isARealChildTask_thatPassesNoGateItself() {
        define(
                "g",
                "\"checks\":[{\"kind\":\"reviewer\",\"rubric\":\"is it short?\",\"skills\":[\"review\"],\"minScore\":0.5}]");
        connect("ann", CheckpointsTest::improving, "work");
        List<Task> reviews = new ArrayList<>();
        connect(
                "rev",
                task -> {
                    reviews.add(task);
                    return reviews.size() == 1 ? "{\"score\":0.1,\"feedback\":\"too long\"}" : "{\"score\":0.9}";
                },
                "review");

        Task done = end(submit(TaskSpec.of("write").skills(Set.of("work"))));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.attempts()).hasSize(2);
        assertThat(reviews)
                .hasSize(2)
                .allMatch(review -> done.id().equals(review.spec().parent()));
    }

    @Test
    void resultThatCannotBeRead_doesNotPass() throws IOException {
        PayloadUpload upload = skep.payloads().begin(2);
        upload.write("90".getBytes(StandardCharsets.UTF_8), 0, 2);
        String file = get(upload.complete()).reference();
        define("g", COVER);
        connect("ann", task -> task.review() == null ? file : "{\"coverage\":90}");

        Task done = end(submit(TaskSpec.of("measure")));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.attempts()).hasSize(2);
        assertThat(done.review().feedback())
                .containsExactly("the result is kept as a file, and gates look only at results that are not");
    }

    @Test
    void removedGate_isAskedNoMore_andOthersPayNothing() {
        define("g", COVER);
        call("remove", "{\"name\":\"g\"}");
        connect("ann", task -> "{\"coverage\":1}");

        Task done = end(submit(TaskSpec.of("measure")));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.review()).isNull();
    }
}
