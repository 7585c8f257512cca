// SPDX-License-Identifier: Apache-2.0
package io.skep.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.OperatorClient;
import io.skep.client.Poll;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Backups of a server under load, brought back on another one. Two servers go through all of it, in this order, since each
 * start takes seconds: one is backed up and killed, the other gets what it was.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupIT {
    private static final String FILE = "io.skep.store.sqlite.cfg";
    private static final int INPUT = 100_000;
    private static final int MAX_TRIES = 10;

    private static Instance source;
    private static Instance target;

    @BeforeAll
    static void start() throws Exception {
        source = Instance.fresh("backup-source");
        target = Instance.fresh("backup-target");
        source.server().start(Instance.START);
    }

    @AfterAll
    static void stop() throws Exception {
        source.close();
        target.close();
    }

    private static Path backups() {
        return source.server().home().resolve("backups");
    }

    private static ObjectNode task(String description) {
        return SkepClient.object().put("description", description).put("notBefore", "2100-01-01T00:00:00Z");
    }

    private static JsonNode session(SkepClient client, String operation, ObjectNode data)
            throws IOException, InterruptedException {
        CapabilityAnswer answer = client.call(CapabilityCall.of("session_management", data.put("session", "s"))
                .operation(operation));
        assertThat(answer.isAnswered()).as(answer.toString()).isTrue();
        return answer.data();
    }

    /** Submits and tells a session without end; notes what was acknowledged. */
    private static final class Load implements AutoCloseable {
        private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final Thread thread = new Thread(this::run, "load");

        Load() {
            thread.start();
        }

        private void run() {
            try {
                SkepClient admin = source.server().client();
                for (int i = 0; !over.get(); i++) {
                    acknowledged.add(admin.submit(task("load " + i)).path("id").asText());
                    ObjectNode data = SkepClient.object();
                    data.withArray("items").addObject().put("text", "item " + i);
                    session(admin, "append", data);
                    told.add("item " + i);
                }
            } catch (IOException | InterruptedException killed) {
                // The server is gone, which is what the test wants.
            }
        }

        List<String> acknowledged() {
            return List.copyOf(acknowledged);
        }

        /** What the session was told, in order. */
        List<String> told() {
            return List.copyOf(told);
        }

        @Override
        public void close() {
            over.set(true);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    @Order(1)
    void backupUnderLoad_broughtBackElsewhere_hasAllThatWasAcknowledgedBefore() throws Exception {
        source.server().client().register("ann", 1);
        session(source.server().client(), "open", SkepClient.object().put("agent", "ann"));
        List<String> before;
        List<String> told;
        try (Load load = new Load()) {
            Instance.await("there is load", () -> load.acknowledged().size() > 200);
            before = load.acknowledged();
            told = load.told();
            OperatorClient operator = source.server().client().operator();
            JsonNode job = operator.endOfStoreJob(operator.backup("one"), Instance.SOON);
            assertThat(job.path("result").asText()).as(job.toString()).endsWith("backups/one");
            int after = load.acknowledged().size();
            Instance.await("the load goes on", () -> load.acknowledged().size() > after);
            source.server().kill9();
        }
        Launcher.Answer restored =
                Launcher.run(target, "restore", backups().resolve("one").toString());
        assertThat(restored.status()).as(restored.text()).isZero();
        target.server().start(Instance.START);
        SkepClient admin = target.server().client();
        assertThat(target.server().token())
                .as("the token too")
                .isEqualTo(source.server().token());
        for (String id : before) {
            assertThat(admin.task(id).path("state").asText()).isEqualTo("queued");
        }
        Instance.await(
                "lists are complete",
                () -> admin.allTasks(Map.of("limit", "1000")).size() >= before.size());
        assertThat(admin.submit(task("it goes on")).path("state").asText()).isEqualTo("queued");
        assertThat(items(admin, told.size())).isEqualTo(told);
        ObjectNode data = SkepClient.object();
        data.withArray("items").addObject().put("text", "it goes on");
        session(admin, "append", data);
    }

    /** The texts of the first items of the session. */
    private static List<String> items(SkepClient client, int count) throws IOException, InterruptedException {
        List<String> texts = new ArrayList<>();
        session(client, "items", SkepClient.object().put("limit", count))
                .path("items")
                .forEach(item -> texts.add(item.path("text").asText()));
        return texts;
    }

    @Test
    @Order(2)
    void serverThatRuns_isNotRestored_andAStoreThatIsThereIsKept() throws Exception {
        String backup = backups().resolve("one").toString();
        assertThat(Launcher.run(target, "restore", backup).status())
                .as("while it runs")
                .isEqualTo(1);
        target.server().stop();
        Launcher.Answer again = Launcher.run(target, "restore", backup);
        assertThat(again.status()).as(again.text()).isZero();
        assertThat(again.text()).contains("store.aside-1");
        assertThat(target.server().home().resolve("store.aside-1/log.db")).exists();
    }

    @Test
    @Order(3)
    void backupThatIsDamaged_orIncomplete_orNewer_isRefused_andNothingIsChanged() throws Exception {
        Path log = target.server().home().resolve("store/log.db");
        byte[] before = Files.readAllBytes(log);
        Path copy = copy("damaged");
        byte[] bytes = Files.readAllBytes(copy.resolve("log.db"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(copy.resolve("log.db"), bytes);
        assertRefused(copy, "log.db: FAILED");

        copy = copy("incomplete");
        Files.delete(copy.resolve("projection.db"));
        assertRefused(copy, "has not the files that its manifest names");

        copy = copy("newer");
        rewrite(copy, "skep-backup 2", "skep-backup 3");
        assertRefused(copy, "was made by a newer version of Skep");

        copy = copy("cut");
        String manifest = Files.readString(copy.resolve("manifest"));
        Files.writeString(copy.resolve("manifest"), manifest.substring(0, manifest.length() - 8));
        assertRefused(copy, "is cut off");

        assertThat(Files.readAllBytes(log)).isEqualTo(before);
        copy = copy("older");
        rewrite(copy, "skep-backup 2", "skep-backup 1");
        assertThat(Launcher.run(target, "restore", copy.toString()).status()).isZero();
    }

    private static void assertRefused(Path backup, String why) throws Exception {
        Launcher.Answer refused = Launcher.run(target, "restore", backup.toString());
        assertThat(refused.status()).as(refused.text()).isEqualTo(1);
        assertThat(refused.text()).contains(why);
        assertThat(refused.text().lines().count()).as(refused.text()).isEqualTo(1);
    }

    private static Path copy(String name) throws IOException {
        Path from = backups().resolve("one");
        Path to = target.server().home().resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }

    private static void rewrite(Path backup, String line, String by) throws IOException {
        Path manifest = backup.resolve("manifest");
        Files.writeString(manifest, Files.readString(manifest).replace(line, by));
    }

    @Test
    @Order(4)
    void killInTheMiddleOfABackup_leavesNothingThatIsTakenForOne() throws Exception {
        source.server().start(Instance.START);
        ArrayNode large = SkepClient.array();
        for (int i = 0; i < 100; i++) {
            large.add(task("large " + i).put("input", "x".repeat(INPUT)));
        }
        for (int i = 0; i < 4; i++) {
            source.server().client().submitAll(large, null);
        }
        Path part = backups().resolve("killed.part");
        boolean inTheMiddle = false;
        for (int tries = 0; !inTheMiddle && tries < MAX_TRIES; tries++) {
            Path whole = backups().resolve("killed");
            Instance.clear(whole);
            source.server().client().operator().backup("killed");
            Poll.until(
                    () -> Files.exists(part.resolve("log.db")) || Files.exists(whole), Instance.SOON, Instance.OFTEN);
            source.server().kill9();
            inTheMiddle = Files.exists(part);
            assertThat(inTheMiddle).isNotEqualTo(Files.exists(whole));
            if (!inTheMiddle) {
                source.server().start(Instance.START);
            }
        }
        assertThat(inTheMiddle).as("it was killed in the middle").isTrue();
        assertRefused(part, "is no complete backup");

        source.server().start(Instance.START);
        OperatorClient operator = source.server().client().operator();
        JsonNode job = operator.endOfStoreJob(operator.backup("next"), Instance.SOON);
        assertThat(job.path("result").asText()).as(job.toString()).endsWith("next");
        assertThat(part).doesNotExist();
    }

    @Test
    @Order(5)
    void diskThatFillsUpWithABackup_endsIt_andNothingElse() throws Exception {
        try (SmallDisk disk = SmallDisk.in(source.server().home().resolve("disk"))) {
            Assumptions.assumeTrue(disk.isMounted(), "no disk of its own could be mounted");
            source.server().stop();
            source.configure(FILE, "backup.directory = " + disk.directory().resolve("backups"), "min.free.bytes = 0");
            source.server().start(Instance.START);
            SkepClient admin = source.server().client();
            OperatorClient operator = admin.operator();
            JsonNode job = operator.endOfStoreJob(operator.backup("full"), Instance.SOON);
            assertThat(job.path("error").asText()).as(job.toString()).contains("no space");
            assertThat(disk.directory().resolve("backups")).isEmptyDirectory();
            assertThat(admin.isReady()).isTrue();
            String id = admin.submit(task("goes on")).path("id").asText();
            assertThat(admin.cancel(id, "enough").path("state").asText()).isEqualTo("canceled");
            assertThat(operator.endOfStoreJob(operator.maintain("rebuild"), Instance.SOON)
                            .has("result"))
                    .isTrue();
            assertThat(operator.endOfStoreJob(operator.maintain("compact"), Instance.SOON)
                            .has("result"))
                    .isTrue();
            source.server().stop();
        }
    }
}
