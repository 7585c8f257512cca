// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in the files of a log, or in what an auditor is given, it is found right or wrong. */
final class AuditFuzzTest {
    private static final VerifyingKey KEY = Logs.KEY.verifyingKey();

    @TempDir
    static Path home;

    private static Logs logs;
    private static List<Path> files;

    @BeforeAll
    static void write() throws IOException {
        logs = new Logs(home);
        logs.settings = Logs.settings(2500, 3);
        logs.write(10);
        files = Logs.files(home).stream()
                .filter(file -> file.toString().matches(".*\\.(log|index|checkpoint)"))
                .toList();
        assertThat(logs.verify().isIntact()).isTrue();
    }

    @AfterAll
    static void intact() throws IOException {
        assertThat(logs.verify().isIntact()).as("every change was taken back").isTrue();
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    @FuzzTest
    void line_isOfTheChain_orNot(byte[] data) {
        var digest = Hashes.sha256();
        if (Line.wrong(digest, data, 0, data.length, Line.ZERO, 1) == null) {
            assertThat(Line.of(digest, Line.ZERO, 1, Arrays.copyOfRange(data, Line.BODY_AT, data.length)))
                    .isEqualTo(data);
        }
        byte[] line = Line.of(digest, Line.ZERO, 1, data);
        if (data.length > 0) {
            assertThat(Line.wrong(digest, line, 0, line.length, Line.ZERO, 1)).isNull();
            line[line.length - 1] ^= 1;
            assertThat(Line.wrong(digest, line, 0, line.length, Line.ZERO, 1)).isNotNull();
        }
    }

    @FuzzTest
    void note_isSigned_orNot(byte[] data) {
        String note = text(data);
        String opened = Note.open(note, KEY);
        assertThat(opened == null || note.startsWith(opened)).isTrue();
        assertThat(Checkpoint.open(note, KEY) == null || opened != null).isTrue();
        assertThat(Tombstone.open(note, KEY) == null || opened != null).isTrue();
    }

    /** As nobody without the key can: its owner may have written something else with it. */
    @FuzzTest
    void signedText_isACheckpoint_aTombstone_orNone(byte[] data) {
        String text = text(data);
        String note = Logs.KEY.sign(text);
        Checkpoint checkpoint = Checkpoint.open(note, KEY);
        if (checkpoint != null) {
            assertThat(checkpoint.text()).isEqualTo(text);
        }
        Tombstone tombstone = Tombstone.open(note, KEY);
        assertThat(tombstone == null || tombstone.next() > tombstone.closing().first())
                .isTrue();
    }

    @FuzzTest
    void key_isReadInOneWay(byte[] data) {
        String text = text(data);
        try {
            assertThat(VerifyingKey.parse(text).encoded()).isEqualTo(text.strip());
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).contains("not a verifier key");
        }
    }

    @FuzzTest
    void index_isReadAsItIsWritten(byte[] data) {
        try {
            String written = SegmentIndex.parse(text(data), 0).text();
            assertThat(SegmentIndex.parse(written, 0).text()).isEqualTo(written);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).isNotInstanceOf(java.util.regex.PatternSyntaxException.class);
        }
    }

    /** Lines: the event, the index, the hashes of the path in one, and the checkpoint. */
    @FuzzTest
    void proof_isValid_orNot(byte[] data) {
        String[] parts = text(data).split("\n", 4);
        if (parts.length == 4) {
            long index = parts[1].hashCode();
            var proof = new InclusionProof(parts[0], index, List.of(parts[2].split(" ")), parts[3]);
            assertThat(proof.isValid(KEY)).isFalse();
            String checkpoint = Logs.KEY.sign(
                    "test/audit/00000000000000000001\n4\n" + "A".repeat(43) + "=\nchain 4 " + "0".repeat(64) + "\n");
            var other = new InclusionProof(parts[0], index, List.of(parts[2].split(" ")), checkpoint);
            assertThat(other.isValid(KEY)).isFalse();
        }
    }

    /** The first byte chooses a file, the next two a place in it; the rest is put there. */
    @FuzzTest
    void changedFile_isFound(byte[] data) throws IOException {
        if (data.length < 4) {
            return;
        }
        Path file = files.get((data[0] & 0xff) % files.size());
        byte[] before = Files.readAllBytes(file);
        int at = ((data[1] & 0xff) << 8 | (data[2] & 0xff)) % (before.length + 1);
        byte[] after = Arrays.copyOf(before, Math.max(before.length, at + data.length - 3));
        System.arraycopy(data, 3, after, at, data.length - 3);
        Files.write(file, after);
        try {
            boolean same = Arrays.equals(before, after);
            if (file.toString().endsWith(Directory.CHECKPOINT)) {
                // Signatures of others may be added to a note.
                String text = Note.open(text(after), KEY);
                same = text != null && text.equals(Note.open(text(before), KEY));
            }
            assertThat(logs.verify().isIntact())
                    .as("%s at %d", file.getFileName(), at)
                    .isEqualTo(same);
        } finally {
            Files.write(file, before);
        }
    }
}
