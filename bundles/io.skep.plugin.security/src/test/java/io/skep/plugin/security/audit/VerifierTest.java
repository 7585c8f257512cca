// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {
    @TempDir
    Path home;

    private Logs logs;
    private String printed = "";

    @BeforeEach
    void create() throws IOException {
        logs = new Logs(home);
        logs.settings = Logs.settings(4000, 3);
        logs.write(12);
    }

    private int run(String key, Path... witnesses) {
        List<String> arguments = new ArrayList<>(List.of(logs.root.toString(), logs.checkpoints.toString(), key));
        Arrays.stream(witnesses).map(Path::toString).forEach(arguments::add);
        return exec(arguments.toArray(String[]::new));
    }

    private int exec(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = Verifier.run(arguments, new PrintStream(out, true, StandardCharsets.UTF_8));
        printed = out.toString(StandardCharsets.UTF_8);
        return code;
    }

    private String key() {
        return Logs.KEY.verifyingKey().encoded();
    }

    @Test
    void intactLog_is0_withTheKeyOrAFileOfIt() {
        assertThat(run(key())).isZero();
        assertThat(printed)
                .isEqualTo("3 segments, 12 events, the last is 12, signed up to 12\nintact\n"
                        .replace("3 segments", logs().size() + " segments"));
        assertThat(run(logs.checkpoints.resolve("verifier.key").toString())).isZero();
    }

    private List<Long> logs() {
        try {
            return new Directory(logs.root, logs.checkpoints).firsts();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void changedLog_is1_andNamesTheFirstBadEvent() throws IOException {
        Path segment = logs.segment(1);
        Files.writeString(segment, Files.readString(segment).replace("agent-2", "agent-9"));
        assertThat(run(key())).isEqualTo(1);
        assertThat(printed)
                .endsWith("NOT INTACT: 00000000000000000001.log, event 3: its hash is not that of its content\n");
    }

    @Test
    void foreignKey_is1() {
        assertThat(run(SigningKey.generate("test/audit").verifyingKey().encoded()))
                .isEqualTo(1);
        assertThat(run(SigningKey.generate("other").verifyingKey().encoded())).isEqualTo(1);
        assertThat(printed).contains("it is no checkpoint that the key has signed");
    }

    @Test
    void whatCannotBeChecked_is2() throws IOException {
        assertThat(exec("a", "b")).isEqualTo(2);
        assertThat(printed).startsWith("usage: Verifier ROOT CHECKPOINTS KEY");
        assertThat(run("no key")).isEqualTo(2);
        assertThat(printed).startsWith("could not be checked: ");
        assertThat(run(key(), home.resolve("missing"))).isEqualTo(2);
        Path file = Files.createFile(home.resolve("empty"));
        assertThat(run(file.toString())).isEqualTo(2);
    }

    @Test
    void witness_ofAnySegment_isCompared() throws IOException {
        List<Path> witnesses = Disk.list(logs.checkpoints, Directory.CHECKPOINT);
        assertThat(run(key(), witnesses.toArray(Path[]::new))).isZero();
        Checkpoint first = Checkpoint.open(Files.readString(witnesses.get(0)), Logs.KEY.verifyingKey());
        for (Checkpoint wrong : List.of(
                new Checkpoint(first.log(), 1, first.size(), new byte[32], first.chain(), null),
                new Checkpoint(first.log(), 1, first.size(), first.root(), Line.ZERO, null),
                new Checkpoint(first.log(), 1, first.size() + 1, first.root(), first.chain(), null))) {
            Path witness = Files.writeString(home.resolve("wrong"), Logs.KEY.sign(wrong.text()));
            assertThat(run(key(), witness)).isEqualTo(1);
            assertThat(printed).contains("the witness has seen " + wrong.size() + " other events");
        }
        Checkpoint unknown = new Checkpoint(first.log(), 99, 1, first.root(), first.chain(), null);
        assertThat(run(key(), Files.writeString(home.resolve("wrong"), Logs.KEY.sign(unknown.text()))))
                .isEqualTo(1);
        assertThat(printed).contains("event 99: the witness has seen it, but it is missing");
        assertThat(run(key(), Files.writeString(home.resolve("wrong"), "nothing")))
                .isEqualTo(1);
    }

    @Test
    void witnessOfASegmentThatRetentionRemoved_isComparedAsFarAsPossible() throws IOException {
        Directory directory = new Directory(logs.root, logs.checkpoints);
        Path closing = directory.checkpointsOf(1).get(0);
        Checkpoint last = Checkpoint.open(Files.readString(closing), Logs.KEY.verifyingKey());
        Path witness = Files.copy(closing, home.resolve("witness"));
        logs.clock.advance(Duration.ofDays(40));
        try (AuditLog log = logs.open()) {
            assertThat(log.retain()).startsWith(1L);
        }
        assertThat(run(key(), witness)).isZero();
        assertThat(printed).startsWith("note: segment 1 was removed by retention");
        for (Checkpoint wrong : List.of(
                new Checkpoint(last.log(), 1, last.size() + 1, last.root(), last.chain(), null),
                new Checkpoint(last.log(), 1, last.size(), new byte[32], last.chain(), null),
                new Checkpoint(last.log(), 1, last.size(), last.root(), Line.ZERO, null))) {
            Files.writeString(witness, Logs.KEY.sign(wrong.text()));
            assertThat(run(key(), witness)).isEqualTo(1);
            assertThat(printed).contains("event 1: the removed segment is not that of the witness");
        }
        Checkpoint earlier = new Checkpoint(last.log(), 1, 2, last.root(), last.chain(), null);
        Files.writeString(witness, Logs.KEY.sign(earlier.text()));
        assertThat(run(key(), witness)).isZero();
    }

    @Test
    void verifier_needsNothingButTheJavaPlatform() throws IOException {
        // Checked by its class file: whatever it names is the platform's or its own package's.
        for (String name : List.of(
                "Verifier",
                "SegmentCheck",
                "Line",
                "Lines",
                "Note",
                "Checkpoint",
                "Tombstone",
                "Directory",
                "Disk",
                "MerkleTree",
                "MerkleFrontier",
                "Hashes",
                "VerifyingKey",
                "Verification",
                "SegmentIndex",
                "Bloom",
                "BadLogException",
                "AuditCorruptException")) {
            try (var in = Verifier.class.getResourceAsStream(name + ".class")) {
                String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                assertThat(text)
                        .as(name)
                        .doesNotContain("org/slf4j", "com/fasterxml", "org/osgi", "com/google", "io/skep/api");
            }
        }
    }
}
