// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.task.AttemptEnd;
import io.skep.testkit.FakePayloads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a program, to the byte. */
class StreamsTest {
    private static final InputStream BROKEN = new InputStream() {
        @Override
        public int read() throws IOException {
            throw new IOException("closed");
        }

        @Override
        public int read(byte[] block, int offset, int length) throws IOException {
            throw new IOException("closed");
        }
    };

    private final List<String> lines = new ArrayList<>();

    @TempDir
    Path directory;

    private FakePayloads payloads;
    private final ErrorLines errors = new ErrorLines(lines::add);

    @BeforeEach
    void open() {
        payloads = new FakePayloads(directory);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void errorLines_endWithLineFeedOrCarriageReturn_andBlankOnesAreLeftOut() {
        errors.readFrom(bytes("10%\r20%\r\n\n  \ndone äöü  \nlast"));
        assertThat(lines).containsExactly("10%", "20%", "done äöü", "last");
        assertThat(errors.tail()).isEqualTo("10%\n20%\ndone äöü\nlast");
    }

    @Test
    void errorLine_thatIsTooLong_isCutBetweenCharacters() {
        errors.readFrom(bytes("x" + "🐝".repeat(3_000) + "\nnext\n"));
        assertThat(lines).containsExactly("x" + "🐝".repeat(2_047), "next");
    }

    @Test
    void errorTail_isBounded() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 1000; i++) {
            text.append("line ").append(i).append('\n');
        }
        errors.readFrom(bytes(text.toString()));
        assertThat(errors.tail().lines()).hasSize(20).endsWith("line 1000").startsWith("line 981");
        errors.readFrom(bytes(("y".repeat(4_000) + "\n").repeat(3)));
        assertThat(errors.tail().lines()).hasSize(2);
    }

    @Test
    void brokenStream_keepsWhatHasCome() {
        errors.readFrom(new SequenceInputStream(bytes("half a line"), BROKEN));
        assertThat(errors.tail()).isEqualTo("half a line");
        Output output = new Output(100, payloads);
        output.readFrom(new SequenceInputStream(bytes("half"), BROKEN), () -> lines.add("too much"));
        assertThat(output.bytes()).asString().isEqualTo("half");
        assertThat(lines).doesNotContain("too much");
    }

    @Test
    void output_beyondTheLimit_isReadButNotKept() {
        Output output = new Output(10, payloads);
        InputStream in = bytes("x".repeat(100_000));
        output.readFrom(in, () -> lines.add("too much"));
        assertThat(lines).containsExactly("too much");
        assertThat(output.trouble().error()).contains("more than 10 bytes");
        assertThat(output.bytes()).isEmpty();
        assertThat(in).isEmpty();
    }

    private Output read(String text) {
        Output output = new Output(1_000_000, payloads);
        output.readFrom(bytes(text), () -> lines.add("useless"));
        return output;
    }

    @Test
    void output_thatDoesNotFitATask_becomesAPayload_asItIs() throws IOException {
        String text = "x".repeat(300_000) + "\n";
        Output output = read(text);
        assertThat(output.bytes()).isEmpty();
        String result = output.result().toCompletableFuture().join();
        Payload payload = Payload.referred(result).orElseThrow();
        assertThat(payload.bytes()).isEqualTo(300_001);
        assertThat(payloads.file(payload.sha256())).hasContent(text);
        assertThat(payloads.open()).isZero();
    }

    @Test
    void output_thatFitsOnlyWithoutQuotes_becomesAPayloadToo() {
        String text = "\"".repeat(200_000);
        String result = read(text).result().toCompletableFuture().join();
        Payload payload = Payload.referred(result).orElseThrow();
        assertThat(payloads.file(payload.sha256())).hasContent(text);
        assertThat(Payload.referred(read("small").result().toCompletableFuture().join()))
                .isEmpty();
    }

    @Test
    void output_thatIsNotTaken_leavesNothingOpen() {
        Output output = read("x".repeat(300_000));
        assertThat(payloads.open()).isEqualTo(1);
        output.close();
        assertThat(payloads.open()).isZero();
        Output tooMuch = read("x".repeat(1_000_001));
        assertThat(lines).containsExactly("useless");
        assertThat(tooMuch.trouble().retryable()).isFalse();
        assertThat(payloads.open()).isZero();
    }

    @Test
    void fullDisk_isWorthAnotherTry_andAPayloadThatIsTooLargeIsNot() {
        payloads.refuse(Refusal.of(Refusal.Reason.STORE_FULL, "no space"));
        assertThat(read("x".repeat(300_000)).trouble())
                .isEqualTo(new Ending.Failed(AttemptEnd.FAILED, "its standard output cannot be kept: no space", true));
        payloads.refuse(null);
        payloads.limit(280_000);
        Ending.Failed trouble = read("x".repeat(300_000)).trouble();
        assertThat(trouble.error()).contains("280000 bytes (payload.max.bytes)");
        assertThat(trouble.retryable()).isFalse();
        assertThat(payloads.open()).isZero();
    }

    @Test
    void result_isJsonIfItIsOneValue_elseText() {
        assertThat(result(" {\"a\": 1.0}\n")).isEqualTo("{\"a\": 1.0}");
        assertThat(result("null\n")).isEqualTo("null");
        assertThat(result("\"text\"")).isEqualTo("\"text\"");
        assertThat(result("1 2\n")).isEqualTo("\"1 2\"");
        assertThat(result("{} trailing")).isEqualTo("\"{} trailing\"");
        assertThat(result("{\"a\":")).isEqualTo("\"{\\\"a\\\":\"");
        assertThat(result("NaN")).isEqualTo("\"NaN\"");
        assertThat(result("  two\n\nlines\r\n\n")).isEqualTo("\"  two\\n\\nlines\"");
        assertThat(result("")).isEqualTo("\"\"");
    }

    @Test
    void result_thatIsNotUtf8_hasReplacementCharacters() {
        assertThat(TaskJson.result(new byte[] {'a', (byte) 0xff, 'b'})).isEqualTo("\"a\uFFFDb\"");
    }

    private static String result(String output) {
        return TaskJson.result(output.getBytes(StandardCharsets.UTF_8));
    }
}
