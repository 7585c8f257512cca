// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.plugin.security.audit.AuditException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    Path home;

    private Logs logs;

    @BeforeEach
    void create() throws IOException {
        logs = new Logs(home);
    }

    @Test
    void receipts_areNumberedWithoutGaps_alsoOverRestarts() throws IOException {
        assertThat(logs.write(3)).extracting(Receipt::seq).containsExactly(1L, 2L, 3L);
        assertThat(logs.write(2)).extracting(Receipt::seq).containsExactly(4L, 5L);
        assertThat(logs.verify().problem()).isNull();
        assertThat(logs.verify())
                .extracting(Verification::events, Verification::signed)
                .containsExactly(5L, 5L);
    }

    @Test
    void line_isACloudEventWithAnOcsfPayload_inCanonicalForm() throws IOException {
        Receipt receipt;
        try (AuditLog log = logs.open()) {
            receipt = Logs.await(log.append(AuditEvent.of(
                            Category.API_ACTIVITY,
                            Actor.service("ci"),
                            "update",
                            new Target("flag", "routing"),
                            Outcome.DENIED)
                    .from("192.0.2.7")
                    .fact("tenant", "blue")
                    .fact("personal", "not really")
                    .fact("password", "x")));
        }
        String line = Logs.lines(logs.segment(1)).get(0);
        JsonNode event = new ObjectMapper().readTree(line);
        assertThat(event.path("chainhash").asText()).isEqualTo(receipt.hash());
        assertThat(event.path("chainprev").asText()).isEqualTo("0".repeat(64));
        assertThat(event.path("chainseq").asText()).isEqualTo("00000000000000000001");
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("source").asText()).isEqualTo("skep/test/audit");
        assertThat(event.path("type").asText()).isEqualTo("io.skep.audit.update");
        assertThat(event.path("subject").asText()).isEqualTo("flag/routing");
        assertThat(event.path("time").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(event.path("id").asText()).hasSize(36);
        assertThat(event.path("data").toString())
                .isEqualTo(
                        "{\"activity_id\":3,\"activity_name\":\"update\",\"actor\":{\"user\":{\"type_id\":4,\"uid\":\"ci\"}},"
                                + "\"api\":{\"operation\":\"update\"},\"category_uid\":6,\"class_uid\":6003,"
                                + "\"metadata\":{\"product\":{\"name\":\"Skep\",\"vendor_name\":\"Skep\"},\"version\":\"1.6.0\"},"
                                + "\"resources\":[{\"type\":\"flag\",\"uid\":\"routing\"}],\"severity_id\":3,"
                                + "\"src_endpoint\":{\"ip\":\"192.0.2.7\"},\"status_code\":\"denied\",\"status_id\":2,"
                                + "\"time\":1767225600000,\"type_uid\":600303,"
                                + "\"unmapped\":{\"password\":\"[redacted:named]\",\"personal_\":\"not really\",\"tenant\":\"blue\"},"
                                + "\"user\":{\"type_id\":4,\"uid\":\"ci\"}}");
        @SuppressWarnings("unchecked")
        Map<String, Object> map = new ObjectMapper().readValue(line, Map.class);
        assertThat(CanonicalJson.write(map)).isEqualTo(line);
    }

    @Test
    void secretsAndLongValues_areNotInTheFile() throws IOException {
        String secret = "ghp_" + "a1B2".repeat(10);
        try (AuditLog log = logs.open()) {
            Logs.await(log.append(AuditEvent.of(
                            Category.FINDING,
                            Actor.agent(secret),
                            "detect " + secret,
                            new Target(secret, secret),
                            Outcome.FAILURE)
                    .from(secret)
                    .fact(secret, secret)
                    .fact("reason", "x".repeat(190) + secret + "y".repeat(100))));
        }
        String text = Files.readString(logs.segment(1));
        assertThat(text).doesNotContain(secret).doesNotContain("a1B2").contains("[redacted:github-token]");
        assertThat(text)
                .contains("x".repeat(190) + "[redacted:")
                .doesNotContain("yyy")
                .contains("…");
    }

    @Test
    void eventsThatAreTooLarge_orPersonalAboutNobody_areRefused() throws IOException {
        try (AuditLog log = logs.open()) {
            AuditEvent event = Logs.event(1);
            for (int i = 0; i < 5; i++) {
                event = event.fact("f" + i, "x");
            }
            AuditEvent tooLarge = event;
            assertThatThrownBy(() -> Logs.await(log.append(tooLarge)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("an event has at most 5 facts");
            assertThatThrownBy(() -> Logs.await(log.append(Logs.event(1).personal("name", "x"))))
                    .isInstanceOf(IllegalArgumentException.class);
            AuditEvent person = AuditEvent.of(
                    Category.AUTHENTICATION, Actor.person("ann"), "login", new Target("session", ""), Outcome.SUCCESS);
            for (int i = 0; i < 6; i++) {
                person = person.personal("p" + i, "x");
            }
            AuditEvent tooPersonal = person;
            assertThatThrownBy(() -> Logs.await(log.append(tooPersonal))).isInstanceOf(IllegalArgumentException.class);
            assertThat(Logs.await(log.append(Logs.event(1))).seq()).isEqualTo(1);
        }
    }

    @Test
    void parallelAppends_keepTheOrderOfEachThread() throws IOException, InterruptedException {
        Map<String, List<CompletionStage<Receipt>>> stages = new TreeMap<>();
        try (AuditLog log = logs.open()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                List<CompletionStage<Receipt>> own = new ArrayList<>();
                String name = "thread-" + t;
                stages.put(name, own);
                threads.add(new Thread(() -> appendAs(name, log, own)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            List<Long> all = new ArrayList<>();
            stages.forEach((name, own) -> {
                List<Long> numbers =
                        own.stream().map(stage -> Logs.await(stage).seq()).toList();
                assertThat(numbers).as(name).isSorted();
                all.addAll(numbers);
            });
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, 4000).boxed().toList());
            assertThat(objectsOf("thread-3", log))
                    .isEqualTo(IntStream.range(0, 500).boxed().toList());
        }
        assertThat(logs.verify().problem()).isNull();
    }

    private static void appendAs(String name, AuditLog log, List<CompletionStage<Receipt>> stages) {
        for (int i = 0; i < 500; i++) {
            Target target = new Target("n", "" + i);
            stages.add(log.append(
                    AuditEvent.of(Category.API_ACTIVITY, Actor.agent(name), "create", target, Outcome.SUCCESS),
                    i % 3 == 0));
        }
    }

    private static List<Integer> objectsOf(String actor, AuditLog log) throws IOException {
        List<Integer> objects = new ArrayList<>();
        long after = 0;
        do {
            Page page = log.query(new Query(null, null, actor, null, null, null, null), after, 50);
            page.events().forEach(event -> objects.add(Integer.valueOf(event.object())));
            after = page.next();
        } while (after != 0);
        return objects;
    }

    @Test
    void closedLog_takesNoMore_butHasWhatItTook() throws IOException {
        AuditLog log = logs.open();
        List<CompletionStage<Receipt>> stages = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            stages.add(log.append(Logs.event(i)));
        }
        log.close();
        stages.forEach(stage -> assertThat(Logs.await(stage)).isNotNull());
        assertThatThrownBy(() -> Logs.await(log.append(Logs.event(1))))
                .isInstanceOfSatisfying(
                        AuditException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.CLOSED));
        assertThat(log.stopped())
                .hasValueSatisfying(reason -> assertThat(reason.reason()).isEqualTo(Reason.CLOSED));
        log.close();
        assertThat(logs.verify())
                .extracting(Verification::events, Verification::signed)
                .containsExactly(2000L, 2000L);
    }

    @Test
    void eventForWhichNobodyWaits_isDurableSoon_andNotLaterThanTheNextOneThatIsAwaited() throws Exception {
        try (AuditLog log = logs.open()) {
            for (int round = 0; round < 50; round++) {
                CompletionStage<Receipt> first = log.append(Logs.event(2 * round), false);
                CompletionStage<Receipt> next = round % 2 == 0 ? log.append(Logs.event(2 * round + 1)) : first;
                assertThat(Logs.await(next).seq() - Logs.await(first).seq()).isBetween(0L, 1L);
            }
        }
        assertThat(logs.verify().events()).isEqualTo(75);
    }

    @Test
    void moreThanMayWait_areRefusedAtOnce_andRoomComesBack() throws Exception {
        logs.settings = new AuditSettings(
                3,
                512,
                1 << 30,
                Duration.ofDays(1),
                1000,
                Duration.ofMinutes(1),
                200,
                5,
                50,
                1000,
                4,
                Duration.ofDays(30),
                Duration.ofSeconds(20));
        try (AuditLog log = logs.open()) {
            CountDownLatch told = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            // Holds the thread that tells, so that what is durable still counts.
            log.append(Logs.event(0)).thenRun(() -> {
                told.countDown();
                try {
                    go.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
            told.await();
            List<CompletionStage<Receipt>> taken =
                    List.of(log.append(Logs.event(1)), log.append(Logs.event(2)), log.append(Logs.event(3)));
            assertThatThrownBy(() -> Logs.await(log.append(Logs.event(4))))
                    .isInstanceOfSatisfying(
                            AuditException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.FULL))
                    .hasMessage("more than 3 events wait for the audit log");
            assertThat(log.stopped()).isEmpty();
            go.countDown();
            taken.forEach(stage -> assertThat(Logs.await(stage).seq()).isBetween(2L, 4L));
            assertThat(Logs.await(log.append(Logs.event(5))).seq()).isEqualTo(5);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fullDisk_failsEveryEvent_untilItIsOpenedAgain() throws IOException {
        Files.createDirectories(logs.root.resolve("segments"));
        // Every write to it fails for want of space.
        Files.createSymbolicLink(logs.segment(1), Path.of("/dev/full"));
        AuditLog log = logs.open();
        List<CompletionStage<Receipt>> stages = List.of(log.append(Logs.event(0)), log.append(Logs.event(1)));
        for (CompletionStage<Receipt> stage : stages) {
            failed(stage);
        }
        failed(log.append(Logs.event(2)));
        assertThat(log.stopped()).isPresent();
        log.close();
        failed(log.append(Logs.event(3)));
        Files.delete(logs.segment(1));
        Files.createFile(logs.segment(1));
        assertThat(logs.write(1)).extracting(Receipt::seq).containsExactly(1L);
    }

    private static void failed(CompletionStage<Receipt> stage) {
        assertThatThrownBy(() -> Logs.await(stage))
                .isInstanceOfSatisfying(
                        AuditException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.FAILED))
                .hasMessageContaining("the audit log's disk has failed");
    }

    @Test
    void checkpointsThatCannotBeWritten_stopTheLog() throws IOException {
        logs.settings = Logs.settings(1 << 30, 2);
        AuditLog log = logs.open();
        for (Path file : Logs.files(logs.checkpoints)) {
            Files.delete(file);
        }
        Files.delete(logs.checkpoints);
        Files.createFile(logs.checkpoints);
        Logs.await(log.append(Logs.event(0)));
        log.append(Logs.event(1));
        Logs.soon().until(() -> log.stopped().isPresent());
        failed(log.append(Logs.event(2)));
        log.close();
    }

    @Test
    void secondProcess_isRefused() throws IOException {
        try (AuditLog log = logs.open()) {
            assertThat(log.verifyingKey()).isEqualTo(Logs.KEY.verifyingKey());
            assertThatThrownBy(() -> logs.open())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");
        }
        logs.open().close();
    }

    @Test
    void checkpoints_areSignedByCount_byTime_andAtTheEnd() throws IOException {
        logs.settings = Logs.settings(1 << 30, 3);
        try (AuditLog log = logs.open()) {
            assertThat(checkpoints()).containsExactly(0L);
            logs.append(log, 3);
            Logs.soon().untilAsserted(() -> assertThat(checkpoints()).containsExactly(0L, 3L));
            logs.append(log, 1);
            assertThat(checkpoints()).containsExactly(0L, 3L);
            logs.clock.advance(Duration.ofMinutes(1));
            Logs.soon().untilAsserted(() -> assertThat(checkpoints()).containsExactly(0L, 3L, 4L));
            logs.append(log, 1);
        }
        assertThat(checkpoints()).containsExactly(0L, 3L, 4L, 5L);
        assertThat(Files.readString(logs.checkpoints.resolve("verifier.key")).strip())
                .isEqualTo(Logs.KEY.verifyingKey().encoded());
        assertThat(logs.write(0)).isEmpty();
        assertThat(checkpoints()).containsExactly(0L, 3L, 4L, 5L);
    }

    private List<Long> checkpoints() throws IOException {
        return Disk.list(logs.checkpoints, Directory.CHECKPOINT).stream()
                .map(file -> Long.parseLong(file.getFileName().toString().substring(21, 41)))
                .toList();
    }

    @Test
    void segments_rollBySizeAndByAge() throws IOException {
        logs.settings = Logs.settings(3000, 1000);
        try (AuditLog log = logs.open()) {
            logs.append(log, 8);
        }
        List<Long> firsts = new Directory(logs.root, logs.checkpoints).firsts();
        assertThat(firsts).hasSizeBetween(2, 4).startsWith(1L);
        assertThat(Files.size(logs.segment(1))).isBetween(3000L, 5000L);
        logs.settings = Logs.settings(1 << 30, 1000);
        try (AuditLog log = logs.open()) {
            logs.append(log, 1);
            logs.clock.advance(Duration.ofDays(1));
            Logs.soon()
                    .until(() ->
                            new Directory(logs.root, logs.checkpoints).firsts().contains(10L));
            logs.append(log, 1);
        }
        assertThat(logs.verify().problem()).isNull();
        assertThat(logs.verify().events()).isEqualTo(10);
        assertThat(logs.write(1)).extracting(Receipt::seq).containsExactly(11L);
    }

    @Test
    void closedSegment_hasOneCheckpointAndAnIndex() throws IOException {
        logs.settings = Logs.settings(3000, 1);
        logs.write(8);
        Directory directory = new Directory(logs.root, logs.checkpoints);
        assertThat(directory.checkpointsOf(1)).hasSize(1);
        assertThat(directory.lastCheckpoint(1, Logs.KEY.verifyingKey()).closed())
                .isEqualTo(SegmentIndex.hash(Files.readString(directory.index(1))));
    }

    @Test
    void proof_showsThatAnEventIsCovered_toSomebodyWithTheKey() throws IOException {
        logs.settings = Logs.settings(5000, 4);
        try (AuditLog log = logs.open()) {
            logs.append(log, 23);
            Logs.soon().until(() -> log.prove(20).isPresent());
            for (long seq = 1; seq <= 20; seq++) {
                InclusionProof proof = log.prove(seq).orElseThrow();
                assertThat(proof.isValid(Logs.KEY.verifyingKey())).isTrue();
                assertThat(proof.event()).contains("\"chainseq\":\"" + Line.number(seq));
                assertThat(proof.isValid(SigningKey.generate("test/audit").verifyingKey()))
                        .isFalse();
                String other = proof.event().replace("task", "tusk");
                assertThat(new InclusionProof(other, proof.index(), proof.path(), proof.checkpoint())
                                .isValid(Logs.KEY.verifyingKey()))
                        .isFalse();
            }
            assertThat(log.prove(0)).isEmpty();
            assertThat(log.prove(1000)).isEmpty();
        }
    }
}
