// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of checkpoints in other places. */
class WitnessesTest {
    private static final SigningKey KEY = SigningKey.generate("skep");

    @TempDir
    private Path directory;

    private List<Path> write(int events, Path... places) throws IOException {
        Witnesses witnesses = new Witnesses(List.of(places));
        try (AuditLog log = AuditLog.open(
                directory.resolve("log"),
                directory.resolve("checkpoints"),
                witnesses,
                KEY,
                new SubjectKeys(directory.resolve("persons"), 10),
                AuditSettings.DEFAULT,
                new ManualClock())) {
            for (int i = 0; i < events; i++) {
                Logs.await(log.append(Logs.event(i)));
            }
        }
        witnesses.close();
        assertThat(witnesses.notes()).isEmpty();
        return witnesses.files();
    }

    @Test
    void eachPlace_getsTheLastCheckpointOfEachTime_andKeepsThoseBefore() throws IOException {
        Path a = directory.resolve("a");
        Path b = directory.resolve("b");
        List<Path> first = write(3, a, b);
        assertThat(first).hasSize(2);
        for (Path file : first) {
            Checkpoint read = Checkpoint.open(Files.readString(file), KEY.verifyingKey());
            assertThat(read).isNotNull();
            assertThat(read.size()).isEqualTo(3);
        }
        List<Path> second = write(2, a, b);
        assertThat(second).hasSize(4).containsAll(first);
        assertThat(Verifier.verify(
                                directory.resolve("log"), directory.resolve("checkpoints"), KEY.verifyingKey(), second)
                        .isIntact())
                .isTrue();
    }

    @Test
    void copyThatSaysSomethingElse_staysAsItIs_andIsNamed() throws IOException {
        Path place = directory.resolve("a");
        Path file = write(1, place).get(0);
        Files.writeString(file, "something else");
        Witnesses witnesses = new Witnesses(List.of(place));
        Checkpoint same = new Checkpoint("skep", 1, 1, new byte[32], Line.ZERO, null);
        assertThat(file).hasFileName(same.fileName());
        witnesses.put(same, "the words of now");
        witnesses.close();
        assertThat(file).hasContent("something else");
        assertThat(witnesses.notes()).hasSize(1).first().asString().contains("the log was put back");
    }

    @Test
    void placeThatCannotBeWritten_holdsNobodyUp_andIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        Path good = directory.resolve("good");
        Witnesses witnesses = new Witnesses(List.of(file, good));
        witnesses.put(new Checkpoint("skep", 1, 1, new byte[32], Line.ZERO, null), "words");
        witnesses.close();
        assertThat(witnesses.notes()).hasSize(1).first().asString().contains("is behind");
        assertThat(witnesses.files()).hasSize(1);
    }
}
