// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.webhook.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hooks after something, in the real core, with a real receiver. */
class AfterHooksTest extends ServedCore {
    private static final Logger LOG = LoggerFactory.getLogger(AfterHooksTest.class);

    private final CountDownLatch over = new CountDownLatch(1);
    private Receiver receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = new Receiver();
    }

    @AfterEach
    void stop() {
        over.countDown();
        receiver.close();
    }

    private String completed(String more) {
        return "\"on\":[\"task.completed\"],\"kind\":\"webhook\",\"url\":\"" + receiver.url() + "\"" + more;
    }

    private List<String> tasks(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(submit(TaskSpec.of("task " + i)).id());
        }
        ids.forEach(id -> get(skep.tasks().awaitEnd(id, LONG)));
        return ids;
    }

    private int holdUp() {
        try {
            return over.await(5, TimeUnit.MINUTES) ? 200 : 500;
        } catch (InterruptedException e) {
            return 500;
        }
    }

    private JsonNode letters() {
        return call("deadletters", "{}").path("letters");
    }

    @Test
    void webhook_getsACloudEvent_thatIsSigned() throws IOException {
        Files.writeString(directory.resolve("secrets").resolve("key"), "s3cret\n");
        add("hook", completed(",\"secret\":\"key\""));
        String task = tasks(1).get(0);
        await().atMost(LONG).until(() -> receiver.got.size() == 1);
        Receiver.Got got = receiver.got.get(0);
        assertThat(got.json().path("specversion").asText()).isEqualTo("1.0");
        assertThat(got.json().path("type").asText()).isEqualTo("io.skep.task.completed");
        assertThat(got.json().path("source").asText()).isEqualTo("/skep");
        assertThat(got.subject()).isEqualTo(task);
        assertThat(got.json().path("data").path("task").path("description").asText())
                .isEqualTo("task 0");
        assertThat(Instant.parse(got.json().path("time").asText())).isBefore(Instant.now());
        assertThat(got.headers().getFirst("Content-Type")).isEqualTo("application/cloudevents+json; charset=UTF-8");
        assertThat(got.headers().getFirst("Webhook-Id")).isEqualTo(got.id());
        String signature = Signature.of(
                "s3cret".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                got.id(),
                Long.parseLong(got.headers().getFirst("Webhook-Timestamp")),
                got.body());
        assertThat(got.headers().getFirst("Webhook-Signature")).isEqualTo(signature);
        assertThat(signature)
                .isNotEqualTo(Signature.of(new byte[] {1}, got.id(), 0, got.body()))
                .startsWith("v1,");
    }

    @Test
    void plainHttp_beyondThisMachine_isDeclined_unlessItIsForAny() {
        String hook =
                "{\"name\":\"far\",\"on\":[\"task.failed\"],\"kind\":\"webhook\",\"url\":\"http://hooks.example/x\"}";
        assertThat(declined("lifecycle_hooks", "add", hook))
                .startsWith("field \"url\" must be a URL of https, or of http to this machine");
        assertThat(call("test", "{\"type\":\"task.failed\",\"hook\":" + hook + "}")
                        .path("reason")
                        .asText())
                .contains("must be a URL of https");
    }

    @Test
    void targetThatFails_isTriedAgain_andThenThereIsADeadLetter_thatCanBeReplayed() {
        receiver.how = got -> new Receiver.Reply(503, "no");
        add("hook", completed(",\"attempts\":3,\"backoffMillis\":20"));
        List<String> ids = tasks(2);
        await().atMost(LONG).until(() -> letters().size() == 2);
        assertThat(receiver.got).hasSize(6);
        assertThat(letters().get(0).path("reason").asText()).isEqualTo("it answered 503");
        await().atMost(LONG)
                .until(() -> row("hook").path("position").path("failed").asInt() == 2);
        JsonNode nothing = call("replay", "{}");
        assertThat(nothing.path("failed").asInt()).isEqualTo(2);
        receiver.how = got -> new Receiver.Reply(204, "");
        String id = letters().get(0).path("id").asText();
        assertThat(call("replay", "{\"id\":\"" + id + "\"}").path("delivered").asInt())
                .isEqualTo(1);
        assertThat(letters()).hasSize(1);
        assertThat(receiver.subjects().get(receiver.got.size() - 1)).isIn(ids);
        assertThat(call("discard", "{\"hook\":\"hook\"}").path("discarded").asInt())
                .isEqualTo(1);
        assertThat(letters()).isEmpty();
        assertThat(declined("lifecycle_hooks", "replay", "{\"id\":\"hook:nothing\"}"))
                .contains("no dead letter");
    }

    @Test
    void targetThatNeverEnds_holdsUpNeitherTasksNorOtherHooks_andItsLagIsSeen() throws IOException {
        try (Receiver slow = new Receiver()) {
            slow.how = got -> new Receiver.Reply(holdUp(), "");
            add("fast", completed(""));
            add("slow", completed("").replace(receiver.url(), slow.url()) + ",\"timeoutMillis\":600000");
            List<String> ids = tasks(30);
            await().atMost(LONG).until(() -> receiver.got.size() == 30);
            assertThat(receiver.subjects()).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(row("slow").path("lag").asInt()).isGreaterThan(30);
            await().atMost(LONG).until(() -> !slow.got.isEmpty());
            assertThat(slow.got).hasSize(1);
            over.countDown();
            await().atMost(LONG).until(() -> slow.got.size() == 30);
            await().atMost(LONG).until(() -> row("slow").path("lag").asInt() == 0);
        }
    }

    /** A test goes on by itself if it takes long. */
    private void awaitReason(String hook, String reason) {
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode tried = call("test", "{\"name\":\"" + hook + "\"}");
            assertThat(tried.path("outcome").asText()).isEqualTo("failed");
            assertThat(tried.path("reason").asText()).contains(reason);
        });
    }

    @Test
    void targetThatIsDownOrAnswersGarbageOrTooMuch_isNamed() throws IOException {
        add("down", "\"enabled\":false," + completed("").replace(receiver.url(), "http://127.0.0.1:1/x"));
        awaitReason("down", "cannot be reached");
        receiver.how = got -> new Receiver.Reply(200, "x".repeat(2_000_000));
        add("much", "\"enabled\":false," + completed(""));
        assertThat(call("test", "{\"name\":\"much\",\"subject\":\"s\",\"type\":\"task.completed\",\"cause\":\"c\"}")
                        .path("outcome")
                        .asText())
                .isEqualTo("passed");
        receiver.how = got -> new Receiver.Reply(holdUp(), "");
        add("late", "\"enabled\":false," + completed(",\"timeoutMillis\":200,\"attempts\":1"));
        awaitReason("late", "not answered after 200 ms");
        add("unsigned", "\"enabled\":false," + completed(",\"secret\":\"none\",\"attempts\":1"));
        awaitReason("unsigned", "no secret none");
    }

    @Test
    void everythingComesAtLeastOnce_acrossAKill_withTheSameId() throws IOException {
        add("hook", completed(",\"attempts\":20"));
        List<String> ids = new ArrayList<>(tasks(20));
        await().atMost(LONG).until(() -> receiver.got.size() == 20);
        receiver.how = got -> new Receiver.Reply(500, "");
        ids.addAll(tasks(5));
        // The store goes first, so that nothing can be kept at the end, as when the server is killed.
        skep.close();
        plugin.close();
        plugin = null;
        receiver.how = got -> new Receiver.Reply(200, "");
        open();
        await().atMost(LONG).until(() -> new HashSet<>(receiver.subjects()).containsAll(ids));
        Set<String> different = new HashSet<>();
        receiver.got.forEach(got -> different.add(got.id()));
        assertThat(different).hasSize(25);
    }

    @Test
    void swapUnderLoad_losesNothing() {
        add("hook", completed(",\"concurrency\":4"));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ids.add(submit(TaskSpec.of("task " + i)).id());
            if (i % 50 == 25) {
                serve();
            }
        }
        await().atMost(LONG).until(() -> new HashSet<>(receiver.subjects()).containsAll(ids));
        assertThat(letters()).isEmpty();
    }

    @Test
    void hook_getsNothingThatThoseItWaitsForDoNotHaveBehindThem() throws IOException {
        try (Receiver first = new Receiver()) {
            first.how = got -> new Receiver.Reply(holdUp(), "");
            add("a-second", completed(",\"after\":[\"z-first\"]"));
            add("z-first", completed("").replace(receiver.url(), first.url()) + ",\"timeoutMillis\":600000");
            tasks(3);
            await().atMost(LONG).until(() -> first.got.size() == 1);
            await().during(Duration.ofMillis(500)).until(receiver.got::isEmpty);
            over.countDown();
            await().atMost(LONG).until(() -> receiver.got.size() == 3);
        }
    }

    /** On a slow machine others come late; but there need not be any in this batch. */
    private void awaitAnother() {
        try {
            await().atMost(Duration.ofSeconds(2)).until(() -> receiver.mostAtOnce.get() > 1);
            await().during(Duration.ofMillis(50)).until(() -> true);
        } catch (ConditionTimeoutException alone) {
            LOG.debug("there was no other one in its batch", alone);
        }
    }

    @Test
    void concurrency_isKeptTo_andUsed() {
        receiver.how = got -> {
            await().during(Duration.ofMillis(50)).until(() -> true);
            return new Receiver.Reply(200, "");
        };
        add("one", completed(""));
        tasks(12);
        await().atMost(LONG)
                .until(() -> receiver.got.size() == 12 && row("one").path("lag").asInt() == 0);
        assertThat(receiver.mostAtOnce).hasValue(1);
        call("remove", "{\"name\":\"one\"}");
        receiver.got.clear();
        receiver.how = got -> {
            awaitAnother();
            return new Receiver.Reply(200, "");
        };
        add("more", completed(",\"concurrency\":4,\"timeoutMillis\":600000"));
        // Together, so that they are in one batch.
        get(skep.tasks()
                .submit(java.util.stream.IntStream.range(0, 24)
                        .mapToObj(i -> TaskSpec.of("t" + i).build())
                        .toList()));
        await().atMost(LONG).until(() -> receiver.got.size() == 24);
        assertThat(receiver.mostAtOnce.get()).isBetween(2, 4);
    }

    @Test
    void failure_isDroppedAndCounted_orHeldUntilItSucceeds_asTheHookSays() {
        receiver.how = got -> new Receiver.Reply(500, "");
        add("drop", completed(",\"attempts\":1,\"onFailure\":\"drop\""));
        tasks(2);
        await().atMost(LONG)
                .until(() -> row("drop").path("position").path("dropped").asInt() == 2);
        assertThat(letters()).isEmpty();
        call("remove", "{\"name\":\"drop\"}");
        receiver.got.clear();
        add("hold", completed(",\"attempts\":1,\"backoffMillis\":20,\"onFailure\":\"hold\""));
        List<String> ids = tasks(3);
        await().atMost(LONG).until(() -> receiver.got.size() > 3);
        assertThat(new HashSet<>(receiver.subjects())).hasSize(1);
        assertThat(row("hold").path("trouble").asText()).contains("it holds at event");
        assertThat(get(plugin.health()).detail()).contains("hook hold");
        receiver.how = got -> new Receiver.Reply(200, "");
        await().atMost(LONG).until(() -> new HashSet<>(receiver.subjects()).containsAll(ids));
        assertThat(letters()).isEmpty();
    }

    @Test
    void capability_isCalledWithWhatHappened() {
        add(
                "time",
                "\"on\":[\"task.completed\"],\"kind\":\"capability\",\"capability\":\"performance_hooks\","
                        + "\"operation\":\"start\",\"data\":{\"name\":\"t-${task}\"}");
        String task = tasks(1).get(0);
        await().atMost(LONG)
                .until(() -> call("deliveries", "{\"hook\":\"time\"}")
                                .path("deliveries")
                                .size()
                        == 1);
        JsonNode delivery = call("deliveries", "{}").path("deliveries").get(0);
        assertThat(delivery.path("outcome").asText()).isEqualTo("passed");
        assertThat(delivery.path("subject").asText()).isEqualTo(task);
        add(
                "nobody",
                "\"enabled\":false,\"on\":[\"x.*\"],\"kind\":\"capability\",\"capability\":\"nobody\",\"operation\":\"o\","
                        + "\"attempts\":1,\"data\":[1,\"${subject} ${unknown} ${\"]");
        assertThat(call("test", "{\"name\":\"nobody\"}").path("reason").asText())
                .contains("nobody offers it");
    }

    @Test
    void newHook_getsWhatHappensFromThenOn_andOneThatWasRemovedNothing() {
        tasks(3);
        add("hook", completed(",\"match\":{\"agents\":[\"work*\"],\"subjects\":[\"*\"]}"));
        add("other", completed(",\"match\":{\"agents\":[\"somebody\"]}"));
        String task = tasks(1).get(0);
        await().atMost(LONG).until(() -> receiver.subjects().contains(task));
        assertThat(receiver.got).hasSize(1);
        call("remove", "{\"name\":\"hook\"}");
        tasks(2);
        await().during(Duration.ofMillis(300)).until(() -> receiver.got.size() == 1);
        assertThat(declined("lifecycle_hooks", "remove", "{\"name\":\"hook\"}")).contains("there is no hook hook");
    }

    @Test
    void fileThatChanges_isInForceAtOnce_andABadOneLeavesTheLastGoodOne() throws IOException {
        java.nio.file.Path file = directory.resolve("files").resolve("one.yaml");
        String yaml = "name: from-file\non: [task.completed]\nkind: webhook\nurl: " + receiver.url() + "\n";
        Files.writeString(file, yaml);
        await().atMost(LONG).until(() -> row("from-file") != null);
        assertThat(row("from-file").path("source").asText()).isEqualTo("one.yaml");
        assertThat(declined("lifecycle_hooks", "remove", "{\"name\":\"from-file\"}"))
                .contains("file one.yaml");
        assertThat(declined("lifecycle_hooks", "add", "{\"name\":\"from-file\"," + completed("") + "}"))
                .contains("file one.yaml");
        Files.writeString(file, yaml + "unknown: 1\n");
        await().atMost(LONG).until(() -> call("list", "{}").path("bad").size() == 1);
        assertThat(call("list", "{}").path("bad").get(0).path("reason").asText())
                .contains("unknown");
        tasks(1);
        await().atMost(LONG).until(() -> receiver.got.size() == 1);
        Files.writeString(
                file,
                "hooks:\n  - {name: a, on: [agent.lost], kind: webhook, url: " + receiver.url() + "}\n"
                        + "  - {name: b, on: [agent.*], kind: webhook, url: " + receiver.url() + "}\n");
        await().atMost(LONG).until(() -> row("a") != null && row("b") != null && row("from-file") == null);
        Files.delete(file);
        await().atMost(LONG).until(() -> row("a") == null);
    }

    @Test
    void hooksAndDeadLetters_areThereAfterARestart() throws IOException {
        add("hook", completed(",\"attempts\":1"));
        receiver.how = got -> new Receiver.Reply(500, "");
        Task task = submit(TaskSpec.of("x"));
        await().atMost(LONG).until(() -> letters().size() == 1);
        restart();
        assertThat(letters().get(0).path("subject").asText()).isEqualTo(task.id());
        assertThat(Instant.parse(letters().get(0).path("at").asText()))
                .isBefore(Clock.systemUTC().instant());
        assertThat(row("hook").path("source").asText()).isEqualTo("added");
    }
}
