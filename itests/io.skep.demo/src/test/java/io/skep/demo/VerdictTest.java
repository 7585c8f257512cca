// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Saboteur.ProgramKill RETRIED =
            new Saboteur.ProgramKill("speed-log", "speed-a", 1, "failed", "speed-b", 100);
    private static final Saboteur.ServerKill BACK = new Saboteur.ServerKill(22, 0, 2, 0, 3_000);

    private static final PluginSwap.Result SWAPPED = new PluginSwap.Result("1.0.0", "1.1.0", 1_500, 0, 12, "1.1.0");

    private static final Burst.Result BURST = new Burst.Result(500, 9, 30, 18_700, 1, 0);

    private static final EncoderSwap.Result UPDATED = new EncoderSwap.Result(120, 100, 20, 0, 30, 900, "");

    @TempDir
    Path directory;

    @Test
    void everythingAsExpected_isNoProblem() throws Exception {
        assertThat(Verdict.problems(List.of(task("a", "completed")), RETRIED, BACK, List.of()))
                .isEmpty();
    }

    @Test
    void eachFailure_isNamed() throws Exception {
        assertThat(Verdict.problems(
                        List.of(task("a", "failed")),
                        new Saboteur.ProgramKill("speed-log", "x", 1, "completed", "y", 1),
                        new Saboteur.ServerKill(22, 3, 2, 1, 1),
                        List.of(new Verdict.Check("commits", "1", "2"))))
                .containsExactly(
                        "task a is failed: head",
                        "the attempt whose program was killed ended as completed",
                        "3 of 22 tasks were lost with the server",
                        "1 programs outlived the restart of the server",
                        "commits: the report says 1, git says 2");
        assertThat(Verdict.problems(List.of(), new Saboteur.ProgramKill("t", "x", 1, "lost", "x", 1), null, List.of()))
                .containsExactly(
                        "task t was tried again by the same agent, x", "the server was not killed while a program ran");
        assertThat(Verdict.problems(List.of(), null, BACK, List.of()))
                .containsExactly("no program was killed and tried again");
    }

    @Test
    void swap_isAProblem_whenACallFailsOrTheOldVersionStays() {
        assertThat(SWAPPED.problems()).isEmpty();
        assertThat(new PluginSwap.Result("1.0.0", "1.1.0", 10, 2, 1, "rolled-back: slow").problems())
                .containsExactly(
                        "2 of 10 calls failed while the plugin was swapped",
                        "after the swap to 1.1.0 the last answer is: rolled-back: slow");
        assertThat(new PluginSwap.Result("1.0.0", "1.1.0", 0, 0, 0, "1.1.0").problems())
                .hasSize(1);
    }

    @Test
    void checks_compareThreeFigures() throws Exception {
        TestRepo repo = TestRepo.in(directory.resolve("r"))
                .write("ü \"q\".txt", "1\n")
                .write("b.txt", "1\n")
                .commit("Ann")
                .write("ü \"q\".txt", "2\n")
                .commit("Ann");
        AgentProgram agent = new AgentProgram(directory.resolve("p"), repo.top());
        agent.run("history.sh", "facts");
        agent.run("history.sh", "churn");
        Plan plan = new Plan(repo.top(), agent.results(), directory.resolve("r.md"));
        assertThat(Verdict.checks(Git.at(repo.top()), plan))
                .containsExactly(
                        new Verdict.Check("commits", "2", "2"),
                        new Verdict.Check("tracked files", "2", "2"),
                        new Verdict.Check("commits on ü \"q\".txt", "2", "2"))
                .allMatch(Verdict.Check::isEqual);
        repo.write("b.txt", "3\n").commit("Ann");
        assertThat(Verdict.checks(Git.at(repo.top()), plan).get(0)).isEqualTo(new Verdict.Check("commits", "2", "3"));
    }

    @Test
    void checks_withoutAnyResult_areNotEqual() throws Exception {
        TestRepo repo =
                TestRepo.in(directory.resolve("r")).write("b.txt", "1\n").commit("Ann");
        Plan plan = new Plan(repo.top(), directory, directory.resolve("r.md"));
        assertThat(Verdict.checks(Git.at(repo.top()), plan)).hasSize(3).noneMatch(Verdict.Check::isEqual);
    }

    @Test
    void resultFile_thatDiffersFromTheServer_isAProblem() throws Exception {
        Plan plan = new Plan(directory, directory, directory.resolve("r.md"));
        TaskView task = task("a", "completed");
        Files.writeString(plan.result("a"), "{\"headline\":\"head\"}");
        assertThat(Verdict.differences(List.of(task), plan)).isEmpty();
        Files.writeString(plan.result("a"), "{\"headline\":\"other\"}");
        assertThat(Verdict.differences(List.of(task), plan)).hasSize(1);
    }

    @Test
    void task_isLost_whenItIsGoneOrKnownAsLessFar() throws Exception {
        TaskView done = task("a", "completed");
        assertThat(Saboteur.isLost(done, done)).isFalse();
        assertThat(Saboteur.isLost(done, null)).isTrue();
        assertThat(Saboteur.isLost(done, task("a", "queued"))).isTrue();
        assertThat(Saboteur.isLost(task("a", "queued"), done)).isFalse();
        JsonNode fewer = JSON.readTree("{\"id\":\"1\",\"name\":\"a\",\"state\":\"queued\",\"attempts\":[]}");
        assertThat(Saboteur.isLost(task("a", "working"), new TaskView(fewer))).isTrue();
    }

    @Test
    void updateOfTheEncoder_isAProblem_whenASearchFails_butNotWhereThereIsNone() {
        assertThat(UPDATED.problems()).isEmpty();
        assertThat(new EncoderSwap.Result(120, 100, 18, 2, 30, 900, "no connection").problems())
                .containsExactly(
                        "2 of 120 searches for an agent failed while io.skep.embedding was updated",
                        "the update of io.skep.embedding: no connection");
        EncoderSwap.Result none = new EncoderSwap.Result(0, 0, 0, 0, 0, 0, "");
        assertThat(none.problems()).isEmpty();
        assertThat(none.line()).startsWith("no update of io.skep.embedding");
    }

    @Test
    void burst_isAProblem_whenWorkIsLeft_orAgents_orTooMuchIsPaidFor() {
        assertThat(BURST.problems()).isEmpty();
        assertThat(new Burst.Result(499, 11, 8, 40_001, 2, 1).problems())
                .containsExactly(
                        "499 of 500 tasks completed",
                        "there were no more programs than two agents run",
                        "more agents than may be paid for: 11",
                        "a task waited for 40001 ms",
                        "2 agents and 1 programs remain");
    }

    @Test
    void audit_isAProblem_whenSomethingWasChanged_orNothingIsInIt() {
        assertThat(new AuditProof(900, true, "").problems()).isEmpty();
        assertThat(new AuditProof(0, true, "").problems()).hasSize(1);
        AuditProof changed = new AuditProof(900, false, "event 7 was changed");
        assertThat(changed.problems()).singleElement().asString().contains("event 7 was changed");
        assertThat(changed.line()).isEqualTo("audit: 900 events of who did what, event 7 was changed");
    }

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("routes", new Routes(1, 1, "a to x, it fits", List.of(), List.of()));
        parts.put("gate", new Gate.Result(1, "too few", 2));
        parts.put("pluginSwap", SWAPPED);
        parts.put("encoderUpdate", UPDATED);
        parts.put("runaway", new Runaway.Result(30, "the budget of task 1 is used up", "its budget is used up", 0));
        parts.put("burst", BURST);
        parts.put("sleepers", new Sleepers.Result("the door is green", 480, List.of()));
        parts.put("audit", new AuditProof(900, true, ""));
        return parts;
    }

    private Outcome outcome() throws Exception {
        return new Outcome(
                directory,
                "abc",
                directory.resolve("r.md"),
                List.of(task("a", "completed")),
                RETRIED,
                BACK,
                parts(),
                List.of(new Verdict.Check("commits", "1", "1"), new Verdict.Check("files", "1", "2")),
                List.of("p"),
                Duration.ofMillis(1_234));
    }

    @Test
    void outcome_isPrintedAndWritten() throws Exception {
        Outcome outcome = outcome();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Board board = new Board(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
        board.table(outcome.tasks());
        outcome.print(board);
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("a            x                1   1.00 s   2.50 s  head")
                .contains(
                        "routing: no task names a skill, and 1 of 1 reached the agent meant for them at once (a to x, it fits)")
                .contains("gate: the first result of documents was sent back (too few), the second passed")
                .contains("agent program killed: task speed-log retried by speed-b after 100 ms")
                .contains("swap 1.0 -> 1.1: 1500 calls, 0 failed, longest wait 12 ms")
                .contains("restart: 0 of 22 tasks lost, back in 3000 ms")
                .contains(
                        "update of io.skep.embedding (900 ms): an agent sought for 120 tasks meanwhile, 0 failed or lost;"
                                + " 100 found by meaning, 20 by words alone, longest wait 30 ms")
                .contains("budget: a tree that grew without end was stopped at 30 tasks of 30")
                .contains("scaling: 1 -> 9 -> 1 agents for 500 of 500 tasks at once, with up to 30 programs; the oldest"
                        + " waited for 18.70 s of 40.00 s")
                .contains("asked for a colour, one woke and remembered \"the door is green\" after 480 ms")
                .contains("audit: 900 events of who did what, each as it was written")
                .contains("r.md (1 of 2 figures checked against git)")
                .contains("not as expected: p");
        outcome.write(directory.resolve("o.json"));
        JsonNode json = JSON.readTree(directory.resolve("o.json").toFile());
        assertThat(json.path("ok").asBoolean(true)).isFalse();
        assertThat(json.path("tasks").get(0).path("runMillis").asLong()).isEqualTo(2_500);
        assertThat(json.path("programKill").path("retriedBy").asText()).isEqualTo("speed-b");
        assertThat(json.path("pluginSwap").path("calls").asLong()).isEqualTo(1_500);
        assertThat(json.path("serverKill").path("millis").asLong()).isEqualTo(3_000);
        assertThat(json.path("encoderUpdate").path("byWords").asInt()).isEqualTo(20);
        assertThat(json.path("runaway").path("tasks").asInt()).isEqualTo(30);
        assertThat(json.path("burst").path("mostAgents").asInt()).isEqualTo(9);
        assertThat(json.path("audit").path("events").asInt()).isEqualTo(900);
    }

    @Test
    void routes_areJudgedByTheAgentsThatAreMeant() throws Exception {
        String chosen = "{\"agent\":\"it\",\"reasons\":[\"it fits\"]}";
        Routes routes = Routes.of(List.of(
                routed("churn", chosen, "history"),
                routed("links", chosen, "history"),
                routed("owners", chosen, "history", "owners"),
                routed("markers", "{\"reasons\":[\"nobody was asked\"]}", "markers")));
        assertThat(routes.atOnce()).isEqualTo(1);
        assertThat(routes.later()).containsExactly("owners went to history first");
        assertThat(routes.wrong())
                .containsExactly(
                        "task links came to history: it fits", "task markers came to markers: nobody was asked");
        assertThat(routes.problems()).hasSize(3).last().asString().startsWith("only 1 of 4 tasks reached");
        assertThat(routes.line())
                .isEqualTo("routing: no task names a skill, and 1 of 4 reached the agent meant for them at once;"
                        + " owners went to history first (churn to history, it fits)");
    }

    @Test
    void gate_isPassed_onlyAtTheSecondTry() throws Exception {
        String task = "{\"name\":\"documents\",\"review\":{\"sentBack\":1,\"feedback\":[\"too few\"]},"
                + "\"result\":{\"figures\":[1,2]}}";
        Gate.Result passed = Gate.Result.of(List.of(new TaskView(JSON.readTree(task))));
        assertThat(passed).isEqualTo(new Gate.Result(1, "too few", 2));
        assertThat(passed.problems()).isEmpty();
        assertThat(new Gate.Result(0, "", 2).problems())
                .containsExactly("of task documents 0 results were sent back, and the last one has 2 figures");
        assertThat(new Gate.Result(1, "", 1).problems()).hasSize(1);
    }

    private static TaskView routed(String name, String selection, String... agents) throws IOException {
        String attempts =
                Stream.of(agents).map(agent -> "{\"agent\":\"" + agent + "\"}").collect(Collectors.joining(","));
        return new TaskView(JSON.readTree("{\"name\":\"" + name + "\",\"agent\":\"" + agents[agents.length - 1]
                + "\",\"attempts\":[" + attempts + "],\"selection\":" + selection + "}"));
    }

    @Test
    void runaway_isStopped_onlyByItsBudget_andWhole() {
        String refusal = "the budget of task 1 is used up";
        String cause = "its budget is used up: its 30 descendants";
        assertThat(new Runaway.Result(30, refusal, cause, 0).problems()).isEmpty();
        assertThat(new Runaway.Result(32, refusal, cause, 0).problems()).hasSize(1);
        assertThat(new Runaway.Result(30, "", cause, 0).problems()).hasSize(1);
        assertThat(new Runaway.Result(30, refusal, "canceled", 0).problems()).hasSize(1);
        Runaway.Result alive = new Runaway.Result(30, refusal, cause, 1);
        assertThat(alive.problems()).hasSize(1);
        assertThat(alive.line()).contains("was not stopped").contains("live=1");
    }

    @Test
    void board_saysEachChangeOnce() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Board board = new Board(new PrintStream(bytes, true, StandardCharsets.UTF_8), false);
        board.show(List.of(task("a", "working")));
        board.show(List.of(task("a", "working")));
        board.show(List.of(task("a", "completed")));
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines().toList())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).endsWith("a            working: agent x"))
                .satisfies(lines -> assertThat(lines.get(1)).endsWith("a            completed: head"));
    }

    private static TaskView task(String name, String state) throws JsonProcessingException {
        return new TaskView(JSON.readTree("""
                {"id": "1", "name": "%s", "state": "%s", "agent": "x", "submittedAt": "2026-01-01T00:00:00Z",
                 "attempts": [{"token": 1, "agent": "x", "assignedAt": "2026-01-01T00:00:01Z",
                   "startedAt": "2026-01-01T00:00:01.5Z", "endedAt": "2026-01-01T00:00:04Z", "pid": 5}],
                 "result": {"headline": "head"}}
                """.formatted(name, state)));
    }
}
