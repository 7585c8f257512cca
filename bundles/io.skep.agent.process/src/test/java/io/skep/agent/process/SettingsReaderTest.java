// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Skill;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
    @TempDir
    Path base;

    private SettingsReader reader(Object... properties) {
        Map<String, Object> all = new HashMap<>();
        all.put("felix.fileinstall.filename", "file:/opt/my%20skep/etc/io.skep.agent.process-count.lines.cfg");
        for (int i = 0; i < properties.length; i += 2) {
            all.put((String) properties[i], properties[i + 1]);
        }
        return new SettingsReader(base, all);
    }

    @Test
    void command_isAllThatIsNeeded() throws BadSetting {
        Settings settings = reader("command", "wc -l").read();
        assertThat(settings.spec())
                .isEqualTo(new AgentSpec("count.lines", "count.lines", "", "1", List.of(), 1, AgentSpec.DEFAULT_LEASE));
        assertThat(settings.command()).containsExactly("wc", "-l");
        assertThat(settings.directory()).isEqualTo(base.resolve("work/count.lines"));
        assertThat(settings.passed()).containsExactly("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER");
        assertThat(settings.fixed()).isEmpty();
        assertThat(settings.timeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.outputLimit()).isEqualTo(67_108_864);
        assertThat(settings.killGrace()).isEqualTo(Duration.ofMillis(500));
    }

    private Settings everything() throws BadSetting {
        return reader(
                        "id", "counter",
                        "name", "Counter",
                        "description", "Counts.",
                        "version", "2.1",
                        "command", "sh -c 'wc -l'",
                        "skills", "count, text.lines",
                        "skill.count.name", "Count",
                        "skill.count.description", "Counts things.",
                        "skill.count.tags", "numbers, quick",
                        "skill.count.examples", "count a, b | how many?",
                        "slots", 3,
                        "directory", ".",
                        "environment", "PATH, API_KEY",
                        "env.MODE", " a b ",
                        "timeout.millis", "1000",
                        "output.limit.bytes", 10L,
                        "kill.grace.millis", "0")
                .read();
    }

    @Test
    void agentAndSkills_canBeDescribed() throws BadSetting {
        Settings settings = everything();
        assertThat(settings.spec())
                .isEqualTo(new AgentSpec(
                        "counter",
                        "Counter",
                        "Counts.",
                        "2.1",
                        List.of(
                                new Skill(
                                        "count",
                                        "Count",
                                        "Counts things.",
                                        Set.of("numbers", "quick"),
                                        List.of("count a, b", "how many?")),
                                Skill.of("text.lines")),
                        3,
                        AgentSpec.DEFAULT_LEASE));
    }

    @Test
    void runs_canBeBounded() throws BadSetting {
        Settings settings = everything();
        assertThat(settings.directory()).isEqualTo(base);
        assertThat(settings.passed()).containsExactly("PATH", "API_KEY");
        assertThat(settings.fixed()).containsExactly(Map.entry("MODE", " a b "));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.outputLimit()).isEqualTo(10);
        assertThat(settings.killGrace()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "command~''~it is missing or empty",
                "command~'''x'~a ' is not closed",
                "command~\"\" x~it is missing or empty",
                "slots~-1~not within 1 and 10000",
                "slots~0~not within 1 and 10000",
                "slots~10001~not within 1 and 10000",
                "slots~many~not a whole number",
                "slots~1.5~not a whole number",
                "slots~99999999999999999999~not a whole number",
                "timeout.millis~0~not within 1 and 2592000000",
                "output.limit.bytes~67108865~not within 1 and 67108864",
                "kill.grace.millis~-1~not within 0 and 60000",
                "directory~no/such~there is no such directory",
                "id~../x~not 1 to 128 letters, digits, dots, underscores and hyphens, not only dots",
                "id~..~not 1 to 128 letters, digits, dots, underscores and hyphens, not only dots",
                "skills~a/b~not 1 to 128 letters, digits, dots, underscores and hyphens, not only dots",
                "environment~A B~not the name of a variable",
                "retryable.exit.codes~x~not a list of exit codes such as 3,64-78",
                "permanent.exit.codes~0~not within 1 and 255",
                "permanent.exit.codes~9-3~the range is empty",
            })
    void wrongValue_isRefusedByName(String property, String value, String why) {
        assertThatThrownBy(() -> reader("command", "cat", property, value).read())
                .isInstanceOf(BadSetting.class)
                .hasMessage(property + " = " + value + ": " + why);
    }

    @Test
    void fileWithoutCommand_isNoAgentWithDefaults() {
        assertThatThrownBy(() -> reader().read()).hasMessage("command = : it is missing or empty");
        assertThatThrownBy(() -> reader("skills", "a", "slots", "x").read())
                .hasMessage("command = : it is missing or empty");
    }

    @Test
    void directory_thatIsNoPath_isRefused() {
        assertThatThrownBy(() -> reader("command", "cat", "directory", "a\0b").read())
                .hasMessageEndingWith("not a path");
    }

    @Test
    void tooMuch_isRefused() {
        String many = String.join(
                ",",
                java.util.stream.IntStream.range(0, 257).mapToObj(i -> "s" + i).toList());
        assertThatThrownBy(() -> reader("command", "cat", "skills", many).read())
                .hasMessageContaining("more than 256");
        assertThatThrownBy(() -> reader("command", "cat", "skills", "a,a").read())
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> reader("command", "cat", "skills", "a", "skill.a.tags", many)
                        .read())
                .hasMessageStartingWith("skill.a.tags = 257 tags");
        assertThatThrownBy(() -> reader("command", "cat", "skills", "a", "skill.a.examples", "x".repeat(1025))
                        .read())
                .hasMessageStartingWith("skill.a.examples = 1 examples");
        assertThatThrownBy(
                        () -> reader("command", "cat", "name", "x".repeat(257)).read())
                .hasMessageEndingWith("longer than 256 characters");
    }

    @Test
    void fixedVariables_thatAreWrong_areRefusedWithoutTheirValue() {
        assertThatThrownBy(() -> reader("command", "cat", "env.A-B", "secret").read())
                .hasMessage("env.A-B = (not shown): not the name of a variable");
        assertThatThrownBy(() ->
                        reader("command", "cat", "env.SKEP_ATTEMPT", "secret").read())
                .hasMessage("env.SKEP_ATTEMPT = (not shown): set by Skep for every task");
        assertThatThrownBy(() -> reader("command", "cat", "env.A", "sec\0ret").read())
                .hasMessage("env.A = (not shown): it contains a NUL");
        assertThatThrownBy(() -> reader("command", "cat \0 x").read())
                .hasMessage("command = (not shown): it contains a NUL");
    }

    @Test
    void id_isTakenFromFileOrPid() throws BadSetting {
        assertThat(id("felix.fileinstall.filename", "/etc/io.skep.agent.process-a.config"))
                .isEqualTo("a");
        assertThat(id("service.pid", "io.skep.agent.process~b")).isEqualTo("b");
        assertThatThrownBy(() -> id("service.pid", "other")).hasMessageStartingWith("id = : not 1 to 128");
        assertThatThrownBy(() -> id("x", "y")).hasMessageStartingWith("id = : not 1 to 128");
    }

    private String id(String property, String value) throws BadSetting {
        return new SettingsReader(base, Map.of("command", "cat", property, value))
                .read()
                .id();
    }

    @Test
    void lists_mayBeArraysOrCollections() throws BadSetting {
        assertThat(reader("command", "cat", "skills", new String[] {"a", "b"})
                        .read()
                        .spec()
                        .skillIds())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(reader("command", "cat", "skills", List.of("a", "b"))
                        .read()
                        .spec()
                        .skillIds())
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void unknownProperties_areNamed() {
        assertThat(reader("command", "cat", "skills", "a", "skill.a.name", "A", "env.X", "1", "service.pid", "x")
                        .unknown())
                .isEmpty();
        assertThat(reader("comand", "cat", "skills", "a", "skill.b.name", "B", "skill.a.nmae", "A")
                        .unknown())
                .containsExactly("comand", "skill.a.nmae", "skill.b.name");
    }

    @Test
    void exitCodes_areRetryableUnlessPermanent() throws BadSetting {
        ExitCodes standard = reader("command", "x").read().exitCodes();
        assertThat(List.of(1, 2, 63, 75, 79, 125, 137, 255)).allMatch(standard::isRetryable);
        assertThat(List.of(64, 74, 76, 78, 126, 127)).noneMatch(standard::isRetryable);
        ExitCodes chosen = reader(
                        "command", "x", "retryable.exit.codes", "3,75, 100-120", "permanent.exit.codes", "110")
                .read()
                .exitCodes();
        assertThat(List.of(3, 75, 100, 120)).allMatch(chosen::isRetryable);
        assertThat(List.of(1, 99, 110, 121)).noneMatch(chosen::isRetryable);
    }

    @Test
    void description_isCutBetweenCharacters_andHasNoNul() {
        assertThat(Environment.printable("a\0b")).isEqualTo("a b");
        String cut = Environment.printable("🐝".repeat(30_000));
        assertThat(cut).isEqualTo("🐝".repeat(25_600));
        assertThat(Environment.printable("x" + "🐝".repeat(30_000))).isEqualTo("x" + "🐝".repeat(25_599));
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "codex", "gemini", "ollama"})
    void template_isGood(String name) throws Exception {
        String file = "io.skep.agent.process-" + name + ".cfg";
        assertGood(file, Files.readString(Path.of("../../docs/templates", file)));
    }

    @Test
    void exampleOfTheDocs_isGood() throws Exception {
        String docs = Files.readString(Path.of("../../docs/agents.md"));
        String example = docs.substring(docs.indexOf("```properties\n") + 14);
        assertGood("io.skep.agent.process-lines.cfg", example.substring(0, example.indexOf("```")));
    }

    private void assertGood(String file, String content) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(content));
        Map<String, Object> all = new HashMap<>();
        properties.forEach((key, value) -> all.put((String) key, value));
        all.put("felix.fileinstall.filename", file);
        SettingsReader reader = new SettingsReader(base, all);
        assertThat(reader.unknown()).isEmpty();
        assertThat(reader.read().command()).startsWith("sh", "-c").hasSize(3);
    }
}
