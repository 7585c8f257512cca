// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.payload.Payload;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs and results that are files. */
class PayloadShellTest {
    @TempDir
    Path directory;

    private final FakeSkep skep = new FakeSkep();
    private final Console console = new Console(skep);

    @AfterEach
    void close() {
        console.close();
    }

    private void task(String result) {
        skep.tasks.clear();
        skep.tasks.add(new Task(
                "0a",
                TaskSpec.of("d").build(),
                result == null ? TaskState.QUEUED : TaskState.COMPLETED,
                "",
                FakeAgents.AT,
                FakeAgents.AT,
                Set.of(),
                null,
                List.of(),
                null,
                null,
                null,
                result,
                null,
                null,
                0,
                null,
                null,
                null));
    }

    @Test
    void inputFile_becomesAPayload() throws Exception {
        task(null);
        Path file = Files.write(directory.resolve("in"), new byte[200_000]);
        console.run("task:submit --input-file " + file + " 'read it'");
        TaskSpec spec = (TaskSpec) skep.asked.get(0);
        Payload payload = Payload.referred(spec.input()).orElseThrow();
        assertThat(payload.bytes()).isEqualTo(200_000);
        assertThat(skep.payloads.file(payload.sha256())).hasBinaryContent(new byte[200_000]);
        assertThat(skep.payloads.open()).isZero();
    }

    @Test
    void inputFile_thatIsNotFit_isRefusedInOneLine() throws IOException {
        task(null);
        Path file = Files.write(directory.resolve("in"), new byte[2000]);
        assertThatThrownBy(() -> console.run("task:submit --input-file " + directory + "/none x"))
                .hasMessage("there is no file " + directory + "/none");
        assertThatThrownBy(() -> console.run("task:submit --input 1 --input-file " + file + " x"))
                .hasMessage("either --input or --input-file");
        skep.payloads.limit(1999);
        assertThatThrownBy(() -> console.run("task:submit --input-file " + file + " x"))
                .hasMessageContaining("1999 bytes (payload.max.bytes)");
        assertThat(skep.asked).isEmpty();
    }

    @Test
    void result_goesToAFile_whetherItIsAPayloadOrNot() throws Exception {
        Path file = directory.resolve("out");
        Payload payload = skep.payloads.put(new byte[300_000]);
        task(payload.reference());
        assertThat(console.run("task:show --result-file " + file + " 0a")).isEqualTo(file + "\n");
        assertThat(file).hasBinaryContent(new byte[300_000]);
        task("{\"a\":1}");
        console.run("task:show --result-file " + file + " 0a");
        assertThat(file).hasContent("{\"a\":1}");
        task(null);
        assertThatThrownBy(() -> console.run("task:show --result-file " + file + " 0a"))
                .hasMessage("task 0a is queued and has no result");
    }

    @Test
    void resultThatIsNotWhatItWas_isNotWritten() throws IOException {
        Payload payload = skep.payloads.put(new byte[300_000]);
        task(payload.reference());
        Files.write(skep.payloads.file(payload.sha256()), new byte[10]);
        Path file = directory.resolve("out");
        assertThatThrownBy(() -> console.run("task:show --result-file " + file + " 0a"))
                .hasMessage(file + " is not written: payload " + payload.name() + " is changed");
        assertThat(directory).isEmptyDirectory();
    }
}
