// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The little JSON that awk reads and writes for the agents. */
class JsonInShellTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @BeforeEach
    void install() throws IOException {
        Crew.installPrograms(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "/a b/c",
                "quote \" and \\ and \\\" and \\n",
                "line\nline\ttab\rreturn",
                "ünï 日本 🐝",
                "\u0001\u001f\b\f",
                "'$(x)` %s %% &\\&",
                "ends with \\"
            })
    void string_thereAndBack_isTheSame(String text) throws Exception {
        String json = JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(JSON.createObjectNode()
                        .put("x", "\"key\": \"no\"")
                        .put("key", text)
                        .put("key2", "z"));
        assertThat(new String(read(json), StandardCharsets.UTF_8)).isEqualTo(text);
        Path file = Files.writeString(directory.resolve("text"), text);
        byte[] quoted = awk("quote.awk", List.of(), file);
        // A string ends with its last line; awk does not tell whether that had an end.
        assertThat(JSON.readTree(quoted).asText()).isEqualTo(text);
    }

    @Test
    void escapesOfUnicode_areRead() throws Exception {
        assertThat(new String(read("{\"key\" :\n \"\\u00fc\\u65e5\\ud83d\\udc1d\\/\"}"), StandardCharsets.UTF_8))
                .isEqualTo("ü日🐝/");
    }

    @Test
    void key_thatIsNotThere_isEmpty() throws Exception {
        assertThat(read("{\"a\": \"key\", \"b\": {\"key\": 3}}")).isEmpty();
    }

    @Test
    void bytes_thatAreNoUtf8_becomeQuestionMarks() throws Exception {
        Path file = Files.write(directory.resolve("bytes"), new byte[] {
            'a', (byte) 0xe9, 'b', (byte) 0xc3, (byte) 0xa4, (byte) 0xed, (byte) 0xa0, (byte) 0x80, (byte) 0xc0, 'c'
        });
        assertThat(JSON.readTree(awk("quote.awk", List.of(), file)).asText()).isEqualTo("a?bä????c");
    }

    private byte[] read(String json) throws IOException, InterruptedException {
        return awk("json.awk", List.of("-v", "key=key"), Files.writeString(directory.resolve("json"), json));
    }

    private byte[] awk(String program, List<String> options, Path file) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("awk"));
        command.addAll(options);
        command.addAll(List.of("-f", directory.resolve(program).toString(), file.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LC_ALL", "C");
        Process awk = builder.start();
        byte[] out = awk.getInputStream().readAllBytes();
        assertThat(awk.waitFor()).isZero();
        return out;
    }
}
