// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skep.api.admin.MetricFamily;
import io.skep.api.task.TaskSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs promtool, of Debian's package prometheus; without it, it says so and is skipped. */
class PromtoolTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
    private static final Path RULES =
            Path.of("../../docs/examples/prometheus").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private String promtool(Path input, String... arguments) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PROMTOOL), "promtool is not installed (apt-get install prometheus)");
        List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
        command.addAll(List.of(arguments));
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .directory(RULES.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + " " + Files.readString(said);
    }

    @Test
    void shippedRules_doWhatTheySay() throws Exception {
        Path nothing = Files.createFile(directory.resolve("nothing"));
        assertThat(promtool(nothing, "check", "rules", "skep-alerts.yml")).startsWith("0 ");
        assertThat(promtool(nothing, "test", "rules", "skep-alerts-test.yml")).startsWith("0 ");
    }

    @Test
    void metrics_keepToTheConventions() throws Exception {
        try (RealCore core = new RealCore(directory, RealCore.quick(RealCore.alerts(null)))) {
            core.agent("alice", "1", "java");
            core.submit(TaskSpec.of("a").skills("java").build());
            core.complete(core.claim("alice"), 0);
            core.submit(TaskSpec.of("b").skills("java").build());
            await().atMost(LONG)
                    .until(() -> core.figure("skep_attempt_run_seconds_count") == 1
                            && core.figure("skep_queued_tasks") == 1);
            Path text = directory.resolve("metrics");
            Files.writeString(text, text(core.plugin().metrics().families()), StandardCharsets.UTF_8);
            assertThat(promtool(text, "check", "metrics"))
                    .as(Files.readString(text))
                    .isEqualTo("0 ");
        }
    }

    private static String text(List<MetricFamily> families) {
        StringBuilder text = new StringBuilder();
        for (MetricFamily family : families) {
            text.append("# HELP ")
                    .append(family.name())
                    .append(' ')
                    .append(family.help())
                    .append('\n');
            text.append("# TYPE ")
                    .append(family.name())
                    .append(' ')
                    .append(family.type().wire())
                    .append('\n');
            for (MetricFamily.Sample sample : family.samples()) {
                String labels = sample.labels().entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                        .collect(Collectors.joining(","));
                text.append(family.name())
                        .append(sample.suffix())
                        .append('{')
                        .append(labels)
                        .append("} ");
                text.append(sample.value()).append('\n');
            }
        }
        return text.toString();
    }
}
