// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
    @TempDir
    Path home;

    /** A log of three events whose last checkpoint covers two, as after a kill. */
    private Logs killed() throws IOException {
        Logs logs = new Logs(home.resolve("template"));
        logs.write(2);
        logs.write(1);
        Files.delete(new Directory(logs.root, logs.checkpoints).checkpoint(1, 3));
        return logs;
    }

    private Logs copy(Logs of, String name) throws IOException {
        Logs logs = new Logs(home.resolve(name));
        Logs.copy(of.root, logs.root);
        Logs.copy(of.checkpoints, logs.checkpoints);
        return logs;
    }

    @Test
    void lineThatWasCutAnywhere_isTakenAway_andThatIsRecorded() throws IOException {
        Logs template = killed();
        byte[] whole = Files.readAllBytes(template.segment(1));
        int last = whole.length - Logs.lines(template.segment(1)).get(2).getBytes(StandardCharsets.UTF_8).length - 1;
        Directory directory = new Directory(template.root, template.checkpoints);
        for (int cut = last; cut <= whole.length; cut++) {
            Files.write(template.segment(1), Arrays.copyOf(whole, cut));
            Recovered found = new Recovery(directory, Logs.KEY.verifyingKey()).run();
            boolean complete = cut == whole.length;
            assertThat(found.cut()).isEqualTo(complete ? 0 : cut - last);
            assertThat(found.tree().size()).isEqualTo(complete ? 3 : 2);
            assertThat(found.bytes()).isEqualTo(complete ? cut : last);
            assertThat(Files.size(template.segment(1))).isEqualTo(found.bytes());
        }
        for (int cut : new int[] {last, last + 1, last + 300, whole.length - 1, whole.length}) {
            Logs logs = copy(template, "cut" + cut);
            Files.write(logs.segment(1), Arrays.copyOf(whole, cut));
            boolean torn = cut > last && cut < whole.length;
            assertThat(logs.write(1)).extracting(Receipt::seq).containsExactly(cut > last ? 4L : 3L);
            assertThat(logs.verify().problem()).as("cut at %s", cut).isNull();
            List<String> lines = Logs.lines(logs.segment(1));
            assertThat(lines.stream().filter(line -> line.contains("recover"))).hasSize(torn ? 1 : 0);
            if (torn) {
                assertThat(lines.get(2))
                        .contains("\"activity_name\":\"recover\"", "\"bytes_cut\":\"" + (cut - last) + '"');
            }
        }
    }

    @Test
    void tailThatIsNoUnfinishedLine_isRefused() throws IOException {
        Logs template = killed();
        int number = 0;
        for (String tail : List.of("\n", "x\n", "x\ny", "{}\n", "\u0000\u0000\n", " \n")) {
            Logs logs = copy(template, "tail" + number++);
            Files.writeString(logs.segment(1), tail, StandardOpenOption.APPEND);
            assertThatThrownBy(logs::open)
                    .as(tail)
                    .isInstanceOf(AuditCorruptException.class)
                    .hasMessageContaining("event 4");
        }
    }

    @Test
    void longTailWithoutALine_isRefused() throws IOException {
        Logs logs = killed();
        Files.writeString(logs.segment(1), "x".repeat(Lines.LONGEST + 100_000), StandardOpenOption.APPEND);
        assertThatThrownBy(logs::open).isInstanceOf(AuditCorruptException.class).hasMessageContaining("no line");
    }

    @Test
    void eventsThatACheckpointCovers_mustBeThere() throws IOException {
        Logs template = killed();
        List<String> lines = Logs.lines(template.segment(1));
        Logs logs = copy(template, "short");
        Logs.rewrite(logs.segment(1), lines.subList(0, 1));
        assertThatThrownBy(logs::open)
                .isInstanceOf(AuditCorruptException.class)
                .hasMessageContaining("segment 1 has 1 events, but a checkpoint of 2: its end is missing");
        Logs empty = copy(template, "empty");
        Logs.rewrite(empty.segment(1), List.of());
        assertThatThrownBy(empty::open).isInstanceOf(AuditCorruptException.class);
        Logs gone = copy(template, "gone");
        Files.delete(gone.segment(1));
        assertThatThrownBy(gone::open)
                .isInstanceOf(AuditCorruptException.class)
                .hasMessageContaining("segment 1 is missing");
    }

    @Test
    void changedOrRewrittenEvents_areRefused() throws IOException {
        Logs template = killed();
        List<String> lines = new ArrayList<>(Logs.lines(template.segment(1)));
        lines.set(1, lines.get(1).replace("blue", "grey"));
        Logs changed = copy(template, "changed");
        Logs.rewrite(changed.segment(1), lines);
        assertThatThrownBy(changed::open)
                .isInstanceOf(AuditCorruptException.class)
                .hasMessage("event 2: its hash is not that of its content");
        Logs rewritten = copy(template, "rewritten");
        Logs.rewrite(rewritten.segment(1), Logs.rehashed(lines, 1));
        assertThatThrownBy(rewritten::open)
                .isInstanceOf(AuditCorruptException.class)
                .hasMessage("segment 1 is not what its checkpoint of 2 events says");
    }

    @Test
    void segmentWithoutCheckpoint_isRefused_unlessItIsEmpty() throws IOException {
        Logs template = killed();
        Logs logs = copy(template, "none");
        for (Path file : new Directory(logs.root, logs.checkpoints).checkpointsOf(1)) {
            Files.delete(file);
        }
        assertThatThrownBy(logs::open).isInstanceOf(AuditCorruptException.class).hasMessageContaining("no checkpoint");
        Logs.rewrite(logs.segment(1), List.of());
        assertThat(logs.write(1)).extracting(Receipt::seq).containsExactly(1L);
    }

    @Test
    void foreignCheckpoint_isRefused() throws IOException {
        Logs template = killed();
        for (int kind = 0; kind < 3; kind++) {
            Logs logs = copy(template, "foreign" + kind);
            Path file = new Directory(logs.root, logs.checkpoints).checkpoint(1, 2);
            if (kind == 0) {
                Files.writeString(file, Files.readString(file).replace("\n2\n", "\n3\n"));
            } else if (kind == 1) {
                Checkpoint own = Checkpoint.open(Files.readString(file), Logs.KEY.verifyingKey());
                Files.writeString(file, SigningKey.generate("test/audit").sign(own.text()));
            } else {
                Files.writeString(file, "");
            }
            assertThatThrownBy(logs::open)
                    .isInstanceOf(AuditCorruptException.class)
                    .hasMessage("the last checkpoint of segment 1 is not signed by the log");
        }
    }

    /** A log of several segments. */
    private Logs rolled(String name) throws IOException {
        Logs logs = new Logs(home.resolve(name));
        logs.settings = Logs.settings(3000, 1000);
        logs.write(20);
        return logs;
    }

    @Test
    void killBetweenClosingASegmentAndTheNext_losesNothing() throws IOException {
        Logs logs = rolled("between");
        Directory directory = new Directory(logs.root, logs.checkpoints);
        List<Long> firsts = directory.firsts();
        long last = firsts.get(firsts.size() - 1);
        long count = last - 1 + Logs.lines(logs.segment(last)).size();
        // As if the last one had never begun.
        Files.delete(logs.segment(last));
        for (Path file : directory.checkpointsOf(last)) {
            Files.delete(file);
        }
        assertThat(logs.write(1)).extracting(Receipt::seq).containsExactly(last);
        assertThat(logs.verify().problem()).isNull();
        assertThat(count).isGreaterThanOrEqualTo(last - 1);
        // As if its file were there, and no checkpoint of it yet.
        Logs other = rolled("before");
        Directory others = new Directory(other.root, other.checkpoints);
        Logs.rewrite(other.segment(last), List.of());
        for (Path file : others.checkpointsOf(last)) {
            Files.delete(file);
        }
        assertThat(other.write(1)).extracting(Receipt::seq).containsExactly(last);
        assertThat(other.verify().problem()).isNull();
    }

    @Test
    void missingOrUnfinishedSegmentInTheMiddle_isRefused() throws IOException {
        Logs logs = rolled("missing");
        Directory directory = new Directory(logs.root, logs.checkpoints);
        long second = directory.firsts().get(1);
        Logs unclosed = copy(logs, "unclosed");
        for (Path file : new Directory(unclosed.root, unclosed.checkpoints).checkpointsOf(second)) {
            Files.delete(file);
        }
        assertThatThrownBy(unclosed::open)
                .isInstanceOf(AuditCorruptException.class)
                .hasMessage("segment " + second + " has no closing checkpoint");
        Files.delete(logs.segment(second));
        assertThatThrownBy(logs::open)
                .isInstanceOf(AuditCorruptException.class)
                .hasMessageContaining("segment " + second + " is missing; the next one is ");
    }

    @Test
    void foreignFile_isRefused() throws IOException {
        Logs logs = killed();
        Files.createFile(logs.root.resolve("segments/extra.log"));
        assertThatThrownBy(logs::open).isInstanceOf(AuditCorruptException.class).hasMessageContaining("extra.log");
    }

    @Test
    void refusedLog_canBeOpenedOnceItIsRepaired() throws IOException {
        Logs logs = killed();
        Path extra = Files.createFile(logs.root.resolve("segments/extra.log"));
        assertThatThrownBy(logs::open).isInstanceOf(AuditCorruptException.class);
        Files.delete(extra);
        logs.open().close();
    }
}
