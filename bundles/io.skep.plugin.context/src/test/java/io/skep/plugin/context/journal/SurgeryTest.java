// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.journal;

import static io.skep.plugin.context.journal.SessionFixture.appending;
import static io.skep.plugin.context.journal.SessionFixture.archive;
import static io.skep.plugin.context.journal.SessionFixture.context;
import static io.skep.plugin.context.journal.SessionFixture.leaving;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurgeryTest {
    @TempDir
    private Path directory;

    private SessionLog log;
    private Surgery surgery;

    @BeforeEach
    void create() throws IOException {
        log = SessionFixture.create(directory);
        surgery = new Surgery(log);
        log.change(appending("one", "!two\ud800", "three"));
    }

    private Path checkpoint(long generation) {
        return directory.resolve("s").resolve(String.format("%010d.checkpoint", generation));
    }

    private static void spoil(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at < 0 ? bytes.length + at : at] ^= 1;
        Files.write(file, bytes);
    }

    private void reopen() {
        log = SessionFixture.open(directory);
        surgery = new Surgery(log);
    }

    @Test
    void checkpoints_areNumbered_andTheOldestGo() {
        for (long i = 1; i <= 5; i++) {
            Surgery.Written written = surgery.checkpoint(i, 3);
            assertThat(written.generation()).isEqualTo(i);
            assertThat(written.view().context().size()).isEqualTo(3);
        }
        assertThat(surgery.checkpoints()).containsExactly(5L, 4L, 3L);
        Surgery.Restored restored = surgery.restore(9);
        assertThat(restored).isEqualTo(new Surgery.Restored(5L, 3, List.of(), false));
    }

    @Test
    void corruptCheckpoint_whereverItIsSpoiled_isPutAside_andTheOneBeforeIsUsed() throws IOException {
        surgery.checkpoint(1, 3);
        byte[] whole = Files.readAllBytes(checkpoint(1));
        for (int at = 0; at < whole.length; at += 7) {
            byte[] spoiled = whole.clone();
            spoiled[at] ^= 4;
            Files.write(checkpoint(2), spoiled);
            Surgery.Restored restored = surgery.restore(9);
            assertThat(restored.generation()).as("spoiled at %d", at).isEqualTo(1);
            assertThat(restored.corrupt()).containsExactly(2L);
        }
        Files.write(checkpoint(2), Arrays.copyOf(whole, 10));
        Files.write(checkpoint(3), new byte[0]);
        assertThat(surgery.restore(9).corrupt()).containsExactly(3L, 2L);
        spoil(checkpoint(1), 20);
        assertThat(surgery.restore(9)).isEqualTo(new Surgery.Restored(null, 0, List.of(1L), false));
        assertThat(context(log)).hasSize(3);
    }

    @Test
    void damagedFile_isRepaired_withWhatIsBehindTheDamage_andWhatTheCheckpointHas() throws IOException {
        long before = log.summary().bytes();
        log.change(appending("four"));
        surgery.checkpoint(1, 3);
        log.change(appending("five"));
        spoil(log.path(), (int) before + 25);
        reopen();
        assertThat(log.damage()).isEqualTo(before);
        Surgery.Restored restored = surgery.restore(9);
        assertThat(restored.repaired()).isTrue();
        assertThat(context(log)).containsExactly("one", "!two\ud800", "three", "four", "five");
        assertThat(log.view().pinned().get(2)).isTrue();
        log.change(appending("six"));
        reopen();
        assertThat(context(log)).endsWith("five", "six");
        assertThat(archive(log)).hasSize(6);
        assertThat(surgery.restore(9).repaired()).isFalse();
    }

    @Test
    void damageWithoutACheckpoint_costsWhatIsDamaged_andNoMore() throws IOException {
        long before = log.summary().bytes();
        log.change(appending("four"));
        log.change(appending("five"));
        spoil(log.path(), (int) before + 25);
        reopen();
        assertThat(surgery.restore(9)).isEqualTo(new Surgery.Restored(null, 0, List.of(), true));
        assertThat(context(log)).containsExactly("one", "!two\ud800", "three", "five");
    }

    @Test
    void fileThatIsGoneOrTooShort_comesBackFromTheCheckpoint() throws IOException {
        log.change(leaving(2, 3));
        surgery.checkpoint(1, 3);
        Path file = log.path();
        byte[] whole = Files.readAllBytes(file);
        Files.delete(file);
        reopen();
        assertThat(surgery.restore(9).repaired()).isTrue();
        assertThat(context(log)).containsExactly("!two\ud800", "three");
        assertThat(log.view().meta().agent()).isEqualTo("ada");
        // A file system that has lost the end of it, though it was synced.
        Files.write(log.path(), Arrays.copyOf(whole, 180));
        reopen();
        assertThat(surgery.restore(9).repaired()).isTrue();
        assertThat(context(log)).contains("!two\ud800", "three");
    }

    @Test
    void whatStandsForAnItem_isInTheCheckpoint_andAfterARepair() throws IOException {
        log.change(batch -> {
            var standIn = new Batch.StandIn(SessionFixture.item(3, "three, in short", false), 1, null);
            batch.replace("replaced", 9, "", Ranges.of(new int[] {2, 3}), Map.of(3, standIn));
            return 0;
        });
        surgery.checkpoint(1, 3);
        assertThat(context(log)).containsExactly("!two\ud800", "three, in short");
        assertThat(archive(log)).containsExactly("one", "!two\ud800", "three");
        long end = log.summary().bytes();
        log.change(appending("four"));
        log.change(appending("five"));
        spoil(log.path(), (int) end + 25);
        reopen();
        surgery.restore(9);
        assertThat(context(log)).containsExactly("!two\ud800", "three, in short", "five");
        assertThat(archive(log)).containsExactly("one", "!two\ud800", "three", "five");
    }

    @Test
    void erasure_keepsNumbers_andWhatStandsForOthers() {
        log.change(batch -> {
            var standIn = new Batch.StandIn(SessionFixture.item(3, "short", false), 1, null);
            batch.replace("replaced", 9, "", Ranges.of(new int[] {1, 3}), Map.of(3, standIn));
            return 0;
        });
        SessionLog other = SessionFixture.open(directory);
        assertThat(context(other)).hasSize(3);
        assertThat(surgery.erase(item -> item.text().equals("one"), 9, 3)).containsExactly(1L);
        assertThat(surgery.erase(item -> item.text().equals("one"), 9, 3)).isEmpty();
        assertThat(context(other)).containsExactly("!two\ud800", "short");
        assertThat(archive(other)).containsExactly("!two\ud800", "three");
        other.change(appending("four"));
        assertThat(log.view().has(1)).isFalse();
        assertThat(log.view().has(4)).isTrue();
        assertThat(new History(log).oldest()).isEqualTo(5);
    }
}
