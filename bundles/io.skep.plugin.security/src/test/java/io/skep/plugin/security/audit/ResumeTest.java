// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
    private static final int EVENTS = SegmentIndex.BLOCK + 10;

    @TempDir
    Path home;

    private Logs logs;
    private Directory directory;
    private Path segment;
    private Path left;

    @BeforeEach
    void create() throws IOException {
        logs = new Logs(home);
        directory = new Directory(logs.root, logs.checkpoints);
        segment = logs.segment(1);
        left = logs.root.resolve("resume");
        write(EVENTS);
    }

    private void write(int events) throws IOException {
        try (AuditLog log = logs.open()) {
            List<CompletionStage<Receipt>> told = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                told.add(log.append(Logs.event(i)));
            }
            told.forEach(Logs::await);
        }
    }

    private Optional<Recovered> take() throws IOException {
        Checkpoint last = directory.lastCheckpoint(1, Logs.KEY.verifyingKey());
        assertThat(last).isNotNull();
        return Resume.take(directory, Logs.KEY.verifyingKey(), 1, last);
    }

    @Test
    void whatWasLeft_isWhatReadingTheSegmentFinds() throws IOException {
        Recovered resumed = take().orElseThrow();

        assertThat(take()).as("it is there for one alone").isEmpty();
        Recovered read = new Recovery(directory, Logs.KEY.verifyingKey()).run();
        assertThat(resumed.first()).isEqualTo(read.first());
        assertThat(resumed.prev()).isEqualTo(read.prev());
        assertThat(resumed.bytes()).isEqualTo(read.bytes());
        assertThat(resumed.signed()).isEqualTo(read.signed());
        assertThat(resumed.cut()).isZero();
        for (int i = 0; i < EVENTS; i++) {
            assertThat(resumed.tree().size()).isEqualTo(read.tree().size());
            assertThat(resumed.tree().root()).isEqualTo(read.tree().root());
            assertThat(resumed.index().text()).isEqualTo(read.index().text());
            resumed.tree().add(new byte[] {(byte) i});
            read.tree().add(new byte[] {(byte) i});
            resumed.index().add(i, EVENTS + i, i, List.of("term"));
            read.index().add(i, EVENTS + i, i, List.of("term"));
        }
    }

    @Test
    void logThatGoesOn_isWhole() throws IOException {
        write(EVENTS);
        write(3);

        Verification verified = logs.verify();
        assertThat(verified.problem()).isNull();
        assertThat(Logs.lines(segment)).hasSize(2 * EVENTS + 3);
        assertThat(left).exists();
        AuditLog log = logs.open();
        assertThat(left).as("while it is open").doesNotExist();
        log.close();
    }

    @Test
    void segmentThatWasTouched_isRead() throws IOException {
        FileTime before = Files.getLastModifiedTime(segment);
        String kept = Files.readString(left);
        Files.write(segment, Files.readAllBytes(segment));
        Files.setLastModifiedTime(segment, before);
        assertThat(take()).as("as it was to the byte").isEmpty();

        Path copy = home.resolve("copy");
        Files.copy(segment, copy);
        Files.move(copy, segment, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(left, kept);
        assertThat(take()).as("another file").isEmpty();
    }

    @Test
    void whatTheLogHasNotLeft_doesNotCount() throws IOException {
        String kept = Files.readString(left);
        for (String other : List.of(
                "",
                kept.replaceFirst("\n[0-9]+ ", "\n1 "),
                kept.replaceFirst("test/audit", "test/other"),
                kept.substring(0, kept.length() / 2))) {
            Files.writeString(left, other);
            assertThat(take()).as(other).isEmpty();
        }
        Files.writeString(left, SigningKey.generate("test/audit").sign(kept.substring(0, kept.indexOf("\n\n") + 1)));
        assertThat(take()).as("signed by somebody else").isEmpty();
        Files.writeString(left, kept);
        assertThat(take()).isPresent();
    }

    @Test
    void whatWasLeft_isNotThatOfAnotherCheckpoint() throws IOException {
        Checkpoint last = directory.lastCheckpoint(1, Logs.KEY.verifyingKey());
        Checkpoint other =
                new Checkpoint(last.log(), 1, last.size(), new byte[Hashes.BYTES], last.chain(), last.closed());

        assertThat(Resume.take(directory, Logs.KEY.verifyingKey(), 1, other)).isEmpty();
    }
}
