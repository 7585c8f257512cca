// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tasks and the agents fit together. */
class PlanTest {
    @TempDir
    Path directory;

    private final Plan plan = new Plan(Path.of("/the repo"), Path.of("/results"), Path.of("/out/r.md"));

    @Test
    void tasks_areAtLeastFifteen_withSeveralPriorities() {
        Set<Integer> priorities = new HashSet<>();
        plan.tasks().forEach(task -> priorities.add(task.path("priority").asInt()));
        assertThat(plan.tasks()).hasSizeGreaterThanOrEqualTo(15);
        assertThat(priorities).hasSizeGreaterThan(4).allMatch(p -> p >= 0 && p <= 9);
    }

    @Test
    void dependencies_nameEarlierTasks_andTheLastDependsOnAll() {
        Set<String> earlier = new HashSet<>();
        JsonNode last = null;
        for (JsonNode task : plan.tasks()) {
            task.path("dependsOn").forEach(name -> assertThat(earlier).contains(name.asText()));
            assertThat(earlier.add(task.path("name").asText())).isTrue();
            last = task;
        }
        assertThat(last.path("name").asText()).isEqualTo(Plan.REPORT);
        assertThat(last.path("dependsOn")).hasSize(plan.tasks().size() - 1);
        assertThat(Plan.names()).containsExactlyInAnyOrderElementsOf(earlier);
    }

    @Test
    void report_hasASectionForEveryTask() {
        JsonNode report = plan.tasks().get(plan.tasks().size() - 1);
        assertThat(report.path("input").path("parts").asText().split(" "))
                .containsExactlyInAnyOrderElementsOf(
                        Plan.STEPS.stream().map(Plan.Step::name).toList());
    }

    @Test
    void everySkill_hasAnAgent_andTheVictimsHasTwoOfOneSlot() throws IOException {
        Map<String, List<String>> agents = new HashMap<>();
        for (String agent : Crew.AGENTS) {
            Properties cfg = properties("etc/io.skep.agent.process-" + agent + ".cfg");
            assertThat(Crew.PROGRAMS).contains(cfg.getProperty("command").replace("sh ", ""));
            for (String skill : cfg.getProperty("skills").split(", ")) {
                agents.computeIfAbsent(skill, s -> new ArrayList<>()).add(agent + "/" + cfg.getProperty("slots"));
                assertThat(cfg.getProperty("skill." + skill + ".description")).isNotBlank();
            }
        }
        assertThat(Plan.meantFor().keySet()).containsExactlyInAnyOrderElementsOf(Plan.names());
        assertThat(Plan.meantFor().values()).noneMatch(List::isEmpty);
        assertThat(Plan.meantFor().get(Plan.VICTIM)).containsExactly("speed-a", "speed-b");
        plan.tasks().forEach(task -> assertThat(task.has("skills")).isFalse());
        assertThat(agents.get("git.speed")).containsExactly("speed-a/1", "speed-b/1");
    }

    @Test
    void crew_isInstalledWhole_andWhatWasThereIsCleared() throws IOException {
        Files.createDirectories(directory.resolve("etc"));
        Path programs = Crew.directory(directory);
        Files.createDirectories(programs.resolve("tmp.x"));
        Files.writeString(programs.resolve("tmp.x/left"), "x");
        Crew.installPrograms(programs);
        Crew.installAgents(directory);
        try (Stream<Path> files = Files.list(programs)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrderElementsOf(Crew.PROGRAMS);
        }
        try (Stream<Path> files = Files.list(directory.resolve("etc"))) {
            assertThat(files)
                    .hasSize(Crew.AGENTS.size() + 1)
                    .allMatch(file -> file.toString().endsWith(".cfg"));
        }
    }

    private static Properties properties(String resource) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Crew.class.getResourceAsStream(resource)) {
            properties.load(in);
        }
        return properties;
    }
}
