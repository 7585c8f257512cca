// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    private final ErrorLines errors = new ErrorLines(lines::add);

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
        Output output = new Output(100);
        output.readFrom(new SequenceInputStream(bytes("half"), BROKEN), () -> lines.add("too much"));
        assertThat(output.bytes()).asString().isEqualTo("half");
        assertThat(lines).doesNotContain("too much");
    }

    @Test
    void output_beyondTheLimit_isReadButNotKept() {
        Output output = new Output(10);
        InputStream in = bytes("x".repeat(100_000));
        output.readFrom(in, () -> lines.add("too much"));
        assertThat(lines).containsExactly("too much");
        assertThat(output.isExceeded()).isTrue();
        assertThat(output.bytes()).hasSize(10);
        assertThat(in).isEmpty();
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
