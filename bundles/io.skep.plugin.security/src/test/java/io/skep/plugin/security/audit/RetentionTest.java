// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Actor LAWYER = Actor.service("legal");

    @TempDir
    Path home;

    private Logs logs;
    private Directory directory;
    private List<Long> firsts;

    /** Four or so closed segments of a few events, a second apart. */
    @BeforeEach
    void create() throws IOException {
        logs = new Logs(home);
        logs.settings = Logs.settings(3000, 1000);
        logs.write(20);
        directory = new Directory(logs.root, logs.checkpoints);
        firsts = directory.firsts();
        assertThat(firsts.size()).isGreaterThan(3);
    }

    @Test
    void segments_goWhenTheirLastEventIsOldEnough_oldestFirst() throws IOException {
        try (AuditLog log = logs.open()) {
            assertThat(log.retain()).isEmpty();
            // The last event of the first segment is this many seconds after the start.
            long last = firsts.get(1) - 2;
            logs.clock.advance(Duration.between(
                    logs.clock.instant(), START.plusSeconds(last).plus(Duration.ofDays(30))));
            assertThat(log.retain()).isEmpty();
            logs.clock.advance(Duration.ofMillis(1));
            assertThat(log.retain()).containsExactly(1L);
            assertThat(log.retain()).isEmpty();
            Query removals = new Query(null, null, null, "remove_segment", null, null, null);
            Logs.soon().until(() -> !log.query(removals, 0, 10).events().isEmpty());
            Page page = log.query(removals, 0, 10);
            assertThat(page.events()).hasSize(1);
            assertThat(page.events().get(0).facts()).containsEntry("first", "1").containsEntry("size", "" + (last + 1));
            assertThat(log.query(Query.ALL, 0, 1).events())
                    .extracting(AuditRecord::seq)
                    .containsExactly(firsts.get(1));
            assertThat(log.prove(1)).isEmpty();
        }
        assertThat(Files.exists(directory.segment(1))).isFalse();
        assertThat(Files.exists(directory.index(1))).isFalse();
        assertThat(directory.checkpointsOf(1)).isEmpty();
        assertThat(logs.verify().problem()).isNull();
        assertThat(logs.write(1)).hasSize(1);
    }

    @Test
    void growingSegment_neverGoes_andTheLogGoesOnFromTombstones() throws IOException {
        logs.clock.advance(Duration.ofDays(100));
        long next;
        try (AuditLog log = logs.open()) {
            List<Long> removed = log.retain();
            assertThat(removed).isEqualTo(firsts.subList(0, firsts.size() - 1));
            next = 21L + removed.size();
        }
        assertThat(logs.verify().problem()).isNull();
        assertThat(logs.write(1)).extracting(Receipt::seq).containsExactly(next);
        assertThat(logs.verify().problem()).isNull();
    }

    @Test
    void tombstone_saysWhatWasThere_andIsSigned() throws IOException {
        Checkpoint closing = directory.lastCheckpoint(firsts.get(1), Logs.KEY.verifyingKey());
        Checkpoint before = directory.lastCheckpoint(1, Logs.KEY.verifyingKey());
        logs.clock.advance(Duration.ofDays(100));
        try (AuditLog log = logs.open()) {
            log.retain();
        }
        Tombstone tombstone = directory.tombstone(firsts.get(1), Logs.KEY.verifyingKey());
        assertThat(tombstone.closing().root()).isEqualTo(closing.root());
        assertThat(tombstone.closing().chain()).isEqualTo(closing.chain());
        assertThat(tombstone.prev()).isEqualTo(before.chain());
        assertThat(tombstone.next()).isEqualTo(firsts.get(2));
        assertThat(tombstone.removed()).isEqualTo(logs.clock.instant());
        assertThat(directory.tombstone(
                        firsts.get(1), SigningKey.generate("test/audit").verifyingKey()))
                .isNull();
        assertThat(directory.tombstone(999, Logs.KEY.verifyingKey())).isNull();
        assertThat(Tombstone.open(SigningKey.generate("b").sign(tombstone.text()), Logs.KEY.verifyingKey()))
                .isNull();
        SigningKey b = SigningKey.generate("b");
        assertThat(Tombstone.open(b.sign(tombstone.text()), b.verifyingKey())).isNull();
    }

    @Test
    void hold_keepsWhatItCovers_andWhatIsAfter_untilItIsReleased() throws IOException {
        logs.clock.advance(Duration.ofDays(100));
        try (AuditLog log = logs.open()) {
            Instant held = START.plusSeconds(firsts.get(1) + 1);
            Logs.await(log.hold("case-1", held, held, "a lawsuit", LAWYER));
            assertThat(log.retain()).containsExactly(1L);
            Logs.await(log.release("case-1", LAWYER));
            assertThat(log.retain()).startsWith(firsts.get(1)).hasSize(firsts.size() - 2);
            List<AuditRecord> events = log.query(new Query(null, null, "legal", null, "audit_hold", null, null), 0, 10)
                    .events();
            assertThat(events).extracting(AuditRecord::action).containsExactly("hold", "release");
            assertThat(events.get(0).object()).isEqualTo("case-1");
            assertThat(events.get(0).facts())
                    .containsEntry("reason", "a lawsuit")
                    .containsEntry("from", held.toString());
        }
    }

    @Test
    void hold_coversByTheTimesOfItsEnds() throws IOException {
        logs.clock.advance(Duration.ofDays(100));
        Instant first = START;
        Instant last = START.plusSeconds(firsts.get(1) - 2);
        try (AuditLog log = logs.open()) {
            Logs.await(log.hold("a", first.minusSeconds(9), first, "x", LAWYER));
            assertThat(log.retain()).isEmpty();
            Logs.await(log.release("a", LAWYER));
            Logs.await(log.hold("b", last, last.plusMillis(1), "x", LAWYER));
            assertThat(log.retain()).isEmpty();
            Logs.await(log.release("b", LAWYER));
            Logs.await(log.hold("c", first.minusSeconds(9), first.minusMillis(1), "x", LAWYER));
            Logs.await(log.hold("d", last.plusMillis(1), last.plusMillis(2), "x", LAWYER));
            assertThat(log.retain()).startsWith(1L);
        }
    }

    @Test
    void holds_haveProperNames_once_andAProperOrder() throws IOException {
        try (AuditLog log = logs.open()) {
            for (String name : List.of("", "A", "../x", "a/b", ".x", "x".repeat(65))) {
                assertThatThrownBy(() -> log.hold(name, START, START, "x", LAWYER))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("not a name");
            }
            Logs.await(log.hold("a", START, START, "x", LAWYER));
            assertThatThrownBy(() -> log.hold("a", START, START, "x", LAWYER)).hasMessage("there is a hold a");
            assertThatThrownBy(() -> log.hold("b", START, START.minusMillis(1), "x", LAWYER))
                    .hasMessage("a hold ends after it begins");
            assertThatThrownBy(() -> log.release("b", LAWYER)).hasMessage("there is no hold b");
        }
    }

    @Test
    void removalThatWasInterrupted_isFinished() throws IOException {
        Logs copy = new Logs(home.resolve("copy"));
        copy.settings = logs.settings;
        Logs.copy(logs.root, copy.root);
        Logs.copy(logs.checkpoints, copy.checkpoints);
        logs.clock.advance(Duration.ofDays(100));
        try (AuditLog log = logs.open()) {
            log.retain();
        }
        // The tombstone was written, and nothing deleted yet.
        Directory copies = new Directory(copy.root, copy.checkpoints);
        Files.copy(directory.tombstone(1), copies.tombstone(1));
        assertThat(copy.verify().problem()).isNull();
        assertThat(copy.verify().segments()).isEqualTo(firsts.size() - 1L);
        try (AuditLog log = copy.open()) {
            assertThat(log.retain()).isEmpty();
        }
        assertThat(Files.exists(copies.segment(1))).isFalse();
        assertThat(copy.verify().problem()).isNull();
    }

    @Test
    void segmentThatIsNotClosed_isNotRemoved() throws IOException {
        try (AuditLog log = logs.open()) {
            logs.clock.advance(Duration.ofDays(100));
            for (Path file : directory.checkpointsOf(1)) {
                Files.delete(file);
            }
            assertThatThrownBy(log::retain)
                    .isInstanceOf(AuditCorruptException.class)
                    .hasMessageContaining("no closing checkpoint");
        }
    }

    @Test
    void foreignTombstone_isRefusedAtTheStart() throws IOException {
        logs.clock.advance(Duration.ofDays(100));
        try (AuditLog log = logs.open()) {
            log.retain();
        }
        Path tombstone = directory.tombstone(firsts.get(1));
        String note = Files.readString(tombstone);
        for (String wrong : List.of("", note.replace("size", "sise"), Files.readString(directory.tombstone(1)))) {
            Files.writeString(tombstone, wrong);
            assertThatThrownBy(() -> logs.open())
                    .isInstanceOf(AuditCorruptException.class)
                    .hasMessageContaining("tombstone");
        }
        Tombstone own = Tombstone.open(note, Logs.KEY.verifyingKey());
        Files.writeString(tombstone, Logs.KEY.sign(new Tombstone(own.closing(), Line.ZERO, own.removed()).text()));
        assertThatThrownBy(() -> logs.open()).isInstanceOf(AuditCorruptException.class);
    }
}
