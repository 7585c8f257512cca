// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow;

import static io.skep.plugin.workflow.RealCore.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import io.skep.plugin.workflow.base.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What of results people are shown, and results that are kept as files. */
class ShownResultsTest extends ServedCore {
    @Test
    void person_isShownWhatChangedSinceItWasSentBack_acrossASwapAndARestart() throws IOException {
        define("g", "\"checks\":[{\"kind\":\"human\",\"question\":\"ship it?\"}]");
        connect("ann", task -> "{\"coverage\":70,\"notes\":\"a\\nb\"}");
        Task task = submit(TaskSpec.of("measure"));
        String first = waiting();
        get(skep.agents().drain("ann", "not the second one"));
        call("reject", "{\"id\":\"" + first + "\",\"by\":\"bob\"}");
        awaitState(task, TaskState.QUEUED);
        serve();
        restart();

        connect("cid", again -> "{\"coverage\":90,\"notes\":\"a\\nc\"}");

        JsonNode asked = asked();
        assertThat(asked.path("until").asText()).isNotEmpty();
        assertThat(asked.path("shown").asText()).contains("90");
        assertThat(asked.path("difference").path("changes").toString())
                .isEqualTo("[{\"pointer\":\"/coverage\",\"before\":\"70\",\"now\":\"90\"},"
                        + "{\"pointer\":\"/notes\",\"line\":2,\"before\":\"b\",\"now\":\"c\"}]");
        restart();
        assertThat(asked().path("difference")).isEqualTo(asked.path("difference"));
        assertThat(get(skep.tasks().why(task.id())).reasons().toString())
                .contains("a person until " + asked.path("until").asText() + ": gate:approve");
        call("approve", "{\"id\":\"" + waiting() + "\"}");
        assertThat(end(task).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void person_whoSentItBack_isShownWhetherAnythingChanged_andAFirstResultHasNoDifference() {
        define("g", "\"rounds\":3,\"checks\":[{\"kind\":\"human\",\"question\":\"ship it?\"}]");
        connect("ann", task -> task.review() == null || task.review().sentBack() < 2 ? "1" : file("x".repeat(200_000)));
        Task task = submit(TaskSpec.of("build"));
        assertThat(asked().has("difference")).isFalse();
        for (String note : List.of("the same as before", "too long to compare")) {
            String id = waiting();
            call("reject", "{\"id\":\"" + id + "\"}");
            await().atMost(LONG)
                    .until(() -> call("waiting", "{}").path("waiting").findValuesAsText("id").stream()
                            .anyMatch(next -> !next.equals(id)));
            assertThat(asked().path("difference").path("note").asText()).contains(note);
        }
        call("approve", "{\"id\":\"" + waiting() + "\"}");
        assertThat(end(task).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void resultThatIsAFile_isReadLikeAnyOther() {
        define("g", COVER);
        connect("ann", task -> task.review() == null ? file("{\"coverage\":70}") : file("{\"coverage\":90}"));

        Task done = end(submit(TaskSpec.of("measure")));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.review().feedback()).containsExactly("g/cover failed: 70 is less than 85.0");
    }

    @Test
    void resultThatCannotBeRead_isErrored_andNeverPasses() {
        settings = Settings.DEFAULT.withResults(new Settings.Results(1024, 80));
        serve();
        define("g", "\"rounds\":9," + COVER);
        List<String> results = List.of(
                file("{\"coverage\":90," + " ".repeat(1024) + "}"),
                file(new byte[] {'"', (byte) 0xff, '"'}),
                file("90").replace("\"bytes\":2", "\"bytes\":2 "),
                "{\"coverage\":90}");
        connect(
                "ann",
                task -> results.get(task.review() == null ? 0 : task.review().sentBack()));
        List<String> why = List.of(
                "a file of 1040 bytes, and gates read at most 1024 (max.result.bytes)",
                "neither JSON nor text in UTF-8",
                "there is no number at /coverage");

        Task done = end(submit(TaskSpec.of("measure")));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.attempts()).hasSize(4);
        assertThat(done.review().feedback()).singleElement().asString().contains(why.get(2));
        assertThat(RealCore.json(get(skep.call(new IntegrationRequest(
                                "quality_gates",
                                "evaluate",
                                null,
                                "{\"gate\":\"g\",\"result\":" + results.get(0) + "}"))))
                        .toString())
                .contains("errored", why.get(0));
        assertThat(call("evaluate", "{\"gate\":\"g\",\"result\":" + results.get(1) + "}")
                        .toString())
                .contains("errored", why.get(1));
    }

    @Test
    void person_mayAcceptWhatCannotBeRead() {
        settings = Settings.DEFAULT.withResults(new Settings.Results(1024, 80));
        serve();
        define("g", "\"onFail\":\"ask\"," + COVER);
        connect("ann", task -> file("x".repeat(2000)));
        Task task = submit(TaskSpec.of("measure"));

        assertThat(asked().path("question").asText()).contains("max.result.bytes");
        call("approve", "{\"id\":\"" + waiting() + "\"}");

        assertThat(end(task).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void programsAndReviewers_areGivenWhatIsInTheFile() throws IOException {
        Path programs = Files.createDirectories(directory.resolve("programs"));
        Path program = programs.resolve("ends");
        Files.writeString(program, "#!/bin/sh\ngrep -q 'the end$'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        settings = Settings.DEFAULT.withPrograms(programs);
        serve();
        define(
                "g",
                "\"checks\":[{\"kind\":\"program\",\"program\":\"ends\"},"
                        + "{\"kind\":\"reviewer\",\"rubric\":\"is it long?\",\"skills\":[\"review\"]}]");
        String file = file("word ".repeat(50_000) + "the end");
        connect("ann", task -> file, "work");
        List<Task> reviews = new CopyOnWriteArrayList<>();
        connect(
                "rev",
                task -> {
                    reviews.add(task);
                    return "{\"score\":1}";
                },
                "review");

        Task done = end(submit(TaskSpec.of("write").skills(Set.of("work"))));

        assertThat(done.cause()).isEqualTo("completed");
        assertThat(reviews).singleElement().satisfies(review -> {
            assertThat(review.spec().input()).isEqualTo(file);
            assertThat(review.spec().description()).contains("is it long?");
        });
    }
}
