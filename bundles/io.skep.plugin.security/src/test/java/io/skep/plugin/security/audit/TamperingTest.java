// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody who can write the files, and has not the key, may try. The log has three closed segments and one that
 * grows, whose last two events no checkpoint covers.
 */
class TamperingTest {
    @TempDir
    Path home;

    private Logs logs;
    private Directory directory;
    private long second;
    private long third;
    private long last;
    private long end;

    @BeforeEach
    void create() throws IOException {
        logs = new Logs(home);
        logs.settings = Logs.settings(4000, 1000);
        logs.write(19);
        logs.settings = Logs.settings(1 << 30, 1000);
        logs.write(2);
        directory = new Directory(logs.root, logs.checkpoints);
        List<Long> firsts = directory.firsts();
        second = firsts.get(1);
        third = firsts.get(2);
        last = firsts.get(firsts.size() - 1);
        end = 21;
        assertThat(firsts.size()).isBetween(3, 5);
        // What a kill leaves: events after the last checkpoint.
        Files.delete(directory.checkpoint(last, end - last + 1));
        assertThat(logs.verify()).isEqualTo(new Verification(null, firsts.size(), end, end, end - 2, List.of()));
    }

    private void found(long event, String words) throws IOException {
        Verification.Problem problem = logs.verify().problem();
        assertThat(problem).isNotNull();
        assertThat(problem.words()).contains(words);
        assertThat(problem.event()).isEqualTo(event);
    }

    private List<String> lines(long first) throws IOException {
        return new ArrayList<>(Logs.lines(logs.segment(first)));
    }

    @Test
    void flippedBit_isFound_inAnyByteOfAnEvent() throws IOException {
        byte[] whole = Files.readAllBytes(logs.segment(second));
        int length = lines(second).get(0).length();
        String prev = Line.prev(whole, 0);
        NavigableMap<Long, Checkpoint> checkpoints = new TreeMap<>();
        Checkpoint closing = directory.lastCheckpoint(second, Logs.KEY.verifyingKey());
        checkpoints.put(closing.size(), closing);
        for (int at = 0; at <= length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(logs.segment(second), flipped);
            SegmentCheck check = new SegmentCheck(directory, second, prev, checkpoints, List.of());
            assertThatThrownBy(() -> check.run(true, directory.index(second)))
                    .as("byte %s", at)
                    .isInstanceOfSatisfying(
                            BadLogException.class,
                            bad -> assertThat(bad.problem().event()).isEqualTo(second));
        }
        found(second, "");
    }

    @Test
    void deletedEvent_isFound_anywhere() throws IOException {
        for (long first : List.of(1L, second)) {
            List<String> lines = lines(first);
            for (int i = 0; i < lines.size(); i++) {
                List<String> fewer = new ArrayList<>(lines);
                fewer.remove(i);
                Logs.rewrite(logs.segment(first), fewer);
                boolean newest = i == lines.size() - 1;
                found(first + i, newest ? "it is missing" : "its number is");
            }
            Logs.rewrite(logs.segment(first), lines);
        }
    }

    @Test
    void reorderedAndRepeatedEvents_areFound() throws IOException {
        List<String> lines = lines(second);
        List<String> swapped = new ArrayList<>(lines);
        Collections.swap(swapped, 1, 2);
        Logs.rewrite(logs.segment(second), swapped);
        found(second + 1, "its number is");
        List<String> repeated = new ArrayList<>(lines);
        repeated.add(2, lines.get(1));
        Logs.rewrite(logs.segment(second), repeated);
        found(second + 2, "its number is");
    }

    @Test
    void insertedEvent_isFound_evenWithHashesThatFit() throws IOException {
        List<String> lines = lines(second);
        lines.add(2, lines.get(1));
        Logs.rewrite(logs.segment(second), Logs.rehashed(lines, 2));
        found(third - 1, "up to here the events are not those of the signed checkpoint");
    }

    @Test
    void truncatedFile_isFound_atEveryByteBeforeTheLastCheckpoint() throws IOException {
        byte[] whole = Files.readAllBytes(logs.segment(last));
        int covered = lines(last).subList(0, (int) (end - 2 - last + 1)).stream()
                .mapToInt(line -> line.length() + 1)
                .sum();
        for (int length = 0; length < whole.length; length += length % 3 == 0 ? 1 : 41) {
            Files.write(logs.segment(last), java.util.Arrays.copyOf(whole, length));
            boolean wholeLine = length == 0 || whole[length - 1] == '\n';
            if (length < covered || !wholeLine) {
                assertThat(logs.verify().problem()).as("cut at %s", length).isNotNull();
            }
        }
        Files.write(logs.segment(second), new byte[0]);
        assertThat(logs.verify().problem()).isNotNull();
    }

    @Test
    void swappedSegments_areFound() throws IOException {
        Path aside = home.resolve("aside");
        Files.move(logs.segment(second), aside);
        Files.move(logs.segment(third), logs.segment(second));
        Files.move(aside, logs.segment(third));
        found(second, "its number is");
    }

    @Test
    void deletedSegment_isFound_withOrWithoutItsCheckpoints() throws IOException {
        Files.delete(logs.segment(second));
        found(second, "the segment that begins here is missing");
        for (Path file : directory.checkpointsOf(second)) {
            Files.delete(file);
        }
        found(second, "the segment that begins here is missing");
    }

    @Test
    void deletedFirstSegment_isFound() throws IOException {
        Files.delete(logs.segment(1));
        for (Path file : directory.checkpointsOf(1)) {
            Files.delete(file);
        }
        found(1, "the segment that begins here is missing");
    }

    @Test
    void rewrittenTail_isFound_asFarAsACheckpointReaches() throws IOException {
        for (long event : List.of(third, end - 2)) {
            long first = event < last ? third : last;
            List<String> lines = lines(first);
            int at = (int) (event - first);
            List<String> rewritten = new ArrayList<>(lines);
            rewritten.set(at, lines.get(at).replace("blue", "grey"));
            Logs.rewrite(logs.segment(first), Logs.rehashed(rewritten, at));
            assertThat(logs.verify().problem().words())
                    .contains("up to here the events are not those of the signed checkpoint");
            Logs.rewrite(logs.segment(first), lines);
        }
    }

    @Test
    void rewrittenTailAfterTheLastCheckpoint_needsAWitness_andIsSaidToBeUnsigned() throws IOException {
        Path witness = witness();
        List<String> lines = lines(last);
        int at = lines.size() - 1;
        lines.set(at, lines.get(at).replace("blue", "grey"));
        Logs.rewrite(logs.segment(last), Logs.rehashed(lines, at));
        assertThat(logs.verify().problem()).isNull();
        assertThat(logs.verify())
                .extracting(Verification::last, Verification::signed)
                .containsExactly(end, end - 2);
        Verification.Problem problem = logs.verify(witness).problem();
        assertThat(problem.words()).startsWith("the witness has seen");
    }

    /** A checkpoint of all there is, as it was exported once, which is not with the log any more. */
    private Path witness() throws IOException {
        logs.open().close();
        Path file = directory.checkpoint(last, end - last + 1);
        if (!Files.exists(file)) {
            logs.write(0);
        }
        try (AuditLog log = logs.open()) {
            assertThat(log.prove(1)).isPresent();
        }
        Checkpoint all = new Checkpoint(
                "test/audit",
                last,
                end - last + 1,
                root(),
                Line.hash(lines(last).get(lines(last).size() - 1).getBytes(StandardCharsets.UTF_8), 0),
                null);
        Path witness = home.resolve("witness");
        Files.writeString(witness, Logs.KEY.sign(all.text()));
        Files.deleteIfExists(file);
        return witness;
    }

    private byte[] root() throws IOException {
        List<byte[]> leaves = new ArrayList<>();
        for (String line : lines(last)) {
            leaves.add(MerkleTree.leaf(line.getBytes(StandardCharsets.UTF_8)));
        }
        return MerkleTree.root(leaves);
    }

    @Test
    void rollBackOfEverything_needsAWitness() throws IOException {
        Path before = home.resolve("before");
        Logs.copy(logs.root, before.resolve("audit"));
        Logs.copy(logs.checkpoints, before.resolve("checkpoints"));
        logs.write(5);
        Path witness = Files.copy(directory.checkpoint(last, end + 5 - last + 1), home.resolve("witness"));
        Verification rolledBack = Verifier.verify(
                before.resolve("audit"), before.resolve("checkpoints"), Logs.KEY.verifyingKey(), List.of());
        assertThat(rolledBack.problem()).isNull();
        Verification.Problem problem = Verifier.verify(
                        before.resolve("audit"),
                        before.resolve("checkpoints"),
                        Logs.KEY.verifyingKey(),
                        List.of(witness))
                .problem();
        assertThat(problem.words()).startsWith("the witness has seen");
        assertThat(problem.event()).isEqualTo(end + 1);
        assertThat(logs.verify(witness).problem()).isNull();
    }

    @Test
    void newestSegmentTakenAwayWithItsCheckpoints_needsAWitness() throws IOException {
        Path witness = Files.copy(directory.checkpoint(last, end - 2 - last + 1), home.resolve("witness"));
        Files.delete(logs.segment(last));
        for (Path file : directory.checkpointsOf(last)) {
            Files.delete(file);
        }
        assertThat(logs.verify().problem()).isNull();
        assertThat(logs.verify(witness).problem().words()).isEqualTo("the witness has seen it, but it is missing");
    }

    @Test
    void missingCheckpoints_areFound() throws IOException {
        for (Path file : directory.checkpointsOf(last)) {
            Files.delete(file);
        }
        found(0, "no signed checkpoint of it is there");
        setUpAgain();
        Path closing = directory.checkpointsOf(second).get(0);
        Files.delete(closing);
        found(0, "no signed checkpoint of it is there");
    }

    private void setUpAgain() throws IOException {
        home = Files.createDirectory(home.resolve("again"));
        create();
    }

    @Test
    void missingClosingCheckpoint_isFound_evenIfAnEarlierOneIsThere() throws IOException {
        Checkpoint closing = directory.lastCheckpoint(second, Logs.KEY.verifyingKey());
        Checkpoint open = new Checkpoint(closing.log(), second, closing.size(), closing.root(), closing.chain(), null);
        Files.writeString(directory.checkpoint(second, closing.size()), Logs.KEY.sign(open.text()));
        found(third, "the segment was not closed here, and another one follows");
    }

    @Test
    void changedRenamedAndForeignCheckpoints_areFound() throws IOException {
        Path file = directory.checkpointsOf(second).get(0);
        String note = Files.readString(file);
        for (String changed : List.of(
                note.replace("chain", "chaim"),
                note.replace("closed", "closet"),
                note.replaceFirst("\n[0-9]+\n", "\n1\n"),
                note.substring(0, note.length() - 1),
                note.replace("\u2014", "-"),
                "")) {
            Files.writeString(file, changed);
            found(0, "it is no checkpoint that the key has signed");
        }
        Files.writeString(file, note);
        Files.move(file, directory.checkpoint(second, 1));
        found(0, "it is the checkpoint ");
    }

    @Test
    void changedIndex_isFound_andMayBeDeleted() throws IOException {
        Path index = directory.index(second);
        Files.writeString(index, Files.readString(index).replaceFirst("A", "B"));
        found(0, "it is not the index that was signed; it can be deleted");
        Files.delete(index);
        assertThat(logs.verify().problem()).isNull();
    }

    @Test
    void strayFilesAndNoFiles_areFound() throws IOException {
        Path stray = Files.createFile(directory.segments().resolve("00000000000000000099.log"));
        found(22, "the segment was not closed here, and another one follows");
        Files.delete(stray);
        Path extra = Files.createFile(directory.segments().resolve("x.log"));
        assertThat(logs.verify().problem().words()).contains("x.log is no file of the log");
        Files.delete(extra);
        Verification empty = Verifier.verify(home.resolve("nowhere"), home, Logs.KEY.verifyingKey(), List.of());
        assertThat(empty.problem().words()).isEqualTo("there is no segment");
        assertThat(empty.isIntact()).isFalse();
    }

    @Test
    void checkpointsOfASegmentThatNeverWas_areFound() throws IOException {
        Checkpoint closing = directory.lastCheckpoint(last, Logs.KEY.verifyingKey());
        Checkpoint future = new Checkpoint(closing.log(), 500, 3, closing.root(), closing.chain(), null);
        Files.writeString(directory.checkpoint(500, 3), Logs.KEY.sign(future.text()));
        found(500, "there are checkpoints of it, but it is missing");
    }

    @Test
    void removalByRetention_isNoTampering_butAForgedOneIs() throws IOException {
        logs.settings = Logs.settings(4000, 1000);
        logs.clock.advance(Duration.ofDays(31));
        List<Long> removed;
        try (AuditLog log = logs.open()) {
            logs.append(log, 1);
            removed = log.retain();
        }
        assertThat(removed).startsWith(1L, second);
        assertThat(logs.verify().problem()).isNull();
        Path tombstone = directory.tombstone(second);
        String note = Files.readString(tombstone);
        Files.writeString(tombstone, note.replaceFirst("size [0-9]+", "size 1"));
        found(0, "it is no tombstone of that segment that the key has signed");
        Files.writeString(tombstone, Files.readString(directory.tombstone(1)));
        found(0, "it is no tombstone of that segment that the key has signed");
        Files.delete(tombstone);
        assertThat(logs.verify().problem()).isNotNull();
    }
}
