// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.store.LogRecord;
import io.skep.api.store.ShardLease;
import io.skep.api.store.Snapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is acknowledged is there after a crash, whenever it comes, and the rest is there whole or not at all. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class CrashTest {
    @TempDir
    Path temporary;

    /** The state after a commit: how long the write-ahead log was, and what had been acknowledged. */
    private record Commit(long walBytes, List<Long> lastSeqs) {}

    @Test
    void crashBetweenAnyTwoWrites_leavesWholeCommitsOnly() throws IOException {
        Path directory = temporary.resolve("store");
        List<Commit> commits = new ArrayList<>();
        Path copy;
        try (SqliteStore store = Stores.open(directory)) {
            copy = write(store, directory, commits);
        }
        byte[] wal = Files.readAllBytes(copy.resolve("log.db-wal"));
        // A frame is 24 bytes of header and a page; cut before each, and within some.
        int frame = 24 + 4096;
        int cuts = 0;
        for (int cut = 32; cut <= wal.length; cut += frame / 2) {
            Path crashed = temporary.resolve("cut-" + cut);
            Files.createDirectories(crashed);
            Files.copy(copy.resolve("log.db"), crashed.resolve("log.db"));
            Files.write(crashed.resolve("log.db-wal"), Arrays.copyOf(wal, cut));
            assertPrefix(crashed, cut, commits);
            cuts++;
        }
        assertThat(cuts).isGreaterThan(100);
    }

    private Path write(SqliteStore store, Path directory, List<Commit> commits) throws IOException {
        Path copy = Stores.copy(directory, temporary.resolve("copy"));
        Path wal = directory.resolve("log.db-wal");
        commits.add(new Commit(0, List.of(0L, 0L)));
        ShardLease[] leases = {store.acquire(0), store.acquire(1)};
        for (int i = 0; i < 30; i++) {
            int shard = i % 2;
            long from = store.lastSeq(shard) + 1;
            Stores.done(store.append(leases[shard], from, List.of(body(from), body(from + 1), body(from + 2))));
            if (i == 20) {
                store.keepSnapshot(leases[0], new Snapshot(6, new byte[10_000]));
                store.trim(leases[0], 4);
            }
            commits.add(new Commit(Files.size(wal), List.of(store.lastSeq(0), store.lastSeq(1))));
        }
        Files.delete(copy.resolve("log.db-wal"));
        Files.copy(wal, copy.resolve("log.db-wal"));
        return copy;
    }

    /** Of very different sizes, so that some commits take a frame and some take several. */
    private static byte[] body(long seq) {
        byte[] body = new byte[seq % 7 == 0 ? 9000 : 300];
        ByteBuffer.wrap(body).putLong(seq);
        return body;
    }

    private static void assertPrefix(Path crashed, long cut, List<Commit> commits) {
        Commit acknowledged = commits.stream()
                .filter(commit -> commit.walBytes() <= cut)
                .reduce((a, b) -> b)
                .orElseThrow();
        try (SqliteStore store = Stores.open(crashed)) {
            for (int shard = 0; shard < 2; shard++) {
                long last = store.lastSeq(shard);
                assertThat(last).isGreaterThanOrEqualTo(acknowledged.lastSeqs().get(shard));
                assertThat(last % 3).as("appends of three").isZero();
                long seq = store.firstSeq(shard);
                for (LogRecord record : store.read(shard, seq, Integer.MAX_VALUE)) {
                    assertThat(record.seq()).isEqualTo(seq);
                    assertThat(record.body()).isEqualTo(body(seq));
                    seq++;
                }
                assertThat(seq).isEqualTo(last + 1);
            }
        }
    }

    @Test
    void killedProcess_losesNothingThatItHasAcknowledged() throws Exception {
        Path directory = temporary.resolve("store");
        long[] acknowledged = new long[Stores.SHARDS];
        for (int round = 0; round < 3; round++) {
            runAndKill(directory, acknowledged);
            try (SqliteStore store = Stores.open(directory)) {
                for (int shard = 0; shard < Stores.SHARDS; shard++) {
                    assertThat(acknowledged[shard]).isPositive();
                    assertThat(store.lastSeq(shard)).isGreaterThanOrEqualTo(acknowledged[shard]);
                    List<LogRecord> records = store.read(shard, 1, Integer.MAX_VALUE);
                    assertThat(records).hasSize((int) store.lastSeq(shard));
                    for (LogRecord record : records) {
                        assertThat(record.body()).isEqualTo(CrashChild.body(shard, record.seq()));
                    }
                }
            }
        }
    }

    private static void runAndKill(Path directory, long[] acknowledged) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Xmx128m",
                        CrashChild.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
            int count = 0;
            for (String line = lines.readLine(); line != null && line.endsWith("."); line = lines.readLine()) {
                String[] parts = line.split("[ .]");
                acknowledged[Integer.parseInt(parts[0])] = Long.parseLong(parts[1]);
                if (++count == 2000) {
                    // Not Process.destroyForcibly, which throws away what is still to be read.
                    child.toHandle().destroyForcibly();
                }
            }
            assertThat(count).as("the child ran until it was killed").isGreaterThanOrEqualTo(2000);
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
    }
}
