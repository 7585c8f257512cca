// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import io.skep.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A log in a directory of a test, with its clock and key. */
final class Logs {
    static final SigningKey KEY = SigningKey.generate("test/audit");

    final Path root;
    final Path checkpoints;
    final Path keys;
    final ManualClock clock = new ManualClock();
    AuditSettings settings = settings(1 << 30, 1000);
    SubjectKeys subjects;

    Logs(Path home) throws IOException {
        root = home.resolve("audit");
        checkpoints = home.resolve("checkpoints");
        keys = home.resolve("subjects.keys");
        subjects = new SubjectKeys(keys, 100);
    }

    static AuditSettings settings(long segmentBytes, int checkpointEvents) {
        return new AuditSettings(
                10_000,
                512,
                segmentBytes,
                Duration.ofDays(1),
                checkpointEvents,
                Duration.ofMinutes(1),
                200,
                5,
                50,
                100_000,
                4,
                Duration.ofDays(30),
                Duration.ofSeconds(20));
    }

    AuditLog open() throws IOException {
        return AuditLog.open(root, checkpoints, KEY, subjects, settings, clock);
    }

    /** Opens, appends so many events a second apart, and closes. */
    List<Receipt> write(int events) throws IOException {
        try (AuditLog log = open()) {
            return append(log, events);
        }
    }

    List<Receipt> append(AuditLog log, int events) {
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            receipts.add(await(log.append(event(i))));
            clock.advance(Duration.ofSeconds(1));
        }
        return receipts;
    }

    static AuditEvent event(int i) {
        return AuditEvent.of(
                        Category.API_ACTIVITY,
                        Actor.agent("agent-" + i % 7),
                        i % 3 == 0 ? "create" : "update",
                        new Target("task", "t" + i % 11),
                        i % 5 == 0 ? Outcome.DENIED : Outcome.SUCCESS)
                .fact("tenant", "blue");
    }

    /** Waits for what comes soon, on a slow machine too. */
    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    static <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = new CompletableFuture<>();
        stage.whenComplete((value, failed) -> {
            if (failed == null) {
                future.complete(value);
            } else {
                future.completeExceptionally(failed);
            }
        });
        try {
            return future.get(120, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(failed);
        } catch (InterruptedException | TimeoutException hung) {
            throw new AssertionError(hung);
        }
    }

    Verification verify(Path... witnesses) throws IOException {
        return Verifier.verify(root, checkpoints, KEY.verifyingKey(), List.of(witnesses));
    }

    Path segment(long first) {
        return new Directory(root, checkpoints).segment(first);
    }

    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8);
    }

    static void rewrite(Path file, List<String> lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
    }

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** Copies all files of a directory to another. */
    static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    /** Makes hash and link of every line right again from one on, as somebody without the key can. */
    static List<String> rehashed(List<String> lines, int from) {
        List<String> right = new ArrayList<>(lines.subList(0, from));
        var digest = Hashes.sha256();
        for (String line : lines.subList(from, lines.size())) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            byte[] body = java.util.Arrays.copyOfRange(bytes, Line.BODY_AT, bytes.length);
            String prev = right.isEmpty()
                    ? Line.prev(bytes, 0)
                    : Line.hash(right.get(right.size() - 1).getBytes(StandardCharsets.UTF_8), 0);
            long seq = right.isEmpty()
                    ? Line.seq(bytes, 0)
                    : Line.seq(right.get(right.size() - 1).getBytes(StandardCharsets.UTF_8), 0) + 1;
            right.add(new String(Line.of(digest, prev, seq, body), StandardCharsets.UTF_8));
        }
        return right;
    }
}
