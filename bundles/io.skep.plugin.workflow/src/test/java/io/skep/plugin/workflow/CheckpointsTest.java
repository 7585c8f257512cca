// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static io.skep.plugin.workflow.RealCore.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The real core, in which the plugin serves, puts tasks through the gates. */
class CheckpointsTest extends ServedCore {
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
        restart();
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
    void removedGate_isAskedNoMore_andOthersPayNothing() {
        define("g", COVER);
        call("remove", "{\"name\":\"g\"}");
        connect("ann", task -> "{\"coverage\":1}");

        Task done = end(submit(TaskSpec.of("measure")));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.review()).isNull();
    }
}
