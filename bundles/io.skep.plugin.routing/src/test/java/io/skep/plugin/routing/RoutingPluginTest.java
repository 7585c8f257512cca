// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.agent.Agent;
import io.skep.api.plugin.PluginState.Document;
import io.skep.api.task.TaskState;
import io.skep.testkit.plugin.InMemoryPluginState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutingPluginTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final String STATUS = "performance_learning";

    @Test
    void task_goesToTheAgentWhoseDescriptionFits_withAndWithoutEncoder() {
        for (boolean encoder : new boolean[] {true, false}) {
            try (Rig rig = new Rig(encoder)) {
                JsonNode decision = rig.route("please tune the slow database queries");
                assertThat(decision.path("agent").asText()).isEqualTo("bob");
                assertThat(decision.path("outcome").asText()).isEqualTo("routed");
                assertThat(decision.path("encoder").asText()).isEqualTo(encoder ? "words" : "lexical");
                assertThat(decision.path("reasons").toString().contains("by words only"))
                        .isEqualTo(!encoder);
            }
        }
    }

    @Test
    void contributions_areTheScore() {
        try (Rig rig = new Rig(true)) {
            for (JsonNode ranked : rig.route("book a hotel and a flight").path("ranking")) {
                double sum = 0;
                for (JsonNode factor : ranked.path("factors")) {
                    sum += factor.path("contribution").asDouble();
                    assertThat(factor.path("value").asDouble()
                                    * factor.path("weight").asDouble())
                            .isCloseTo(factor.path("contribution").asDouble(), within(1e-9));
                }
                assertThat(ranked.path("score").asDouble()).isCloseTo(sum, within(1e-9));
            }
        }
    }

    @Test
    void strangeTask_fitsNobody_withThePolicy() {
        for (boolean encoder : new boolean[] {true, false}) {
            try (Rig rig = new Rig(encoder)) {
                JsonNode decision = rig.route("zebra quantum saxophone");
                assertThat(decision.path("outcome").asText()).isEqualTo("none_fits");
                assertThat(decision.has("agent")).isFalse();
                assertThat(decision.path("policy").asText()).isEqualTo("best");
                assertThat(decision.path("confidence").asDouble()).isGreaterThan(0.5);
            }
        }
    }

    @Test
    void skillsAndCandidates_restrict() {
        try (Rig rig = new Rig(true)) {
            JsonNode skilled = rig.ask(
                    "semantic_routing", "route_preview", "{\"description\":\"tune queries\",\"skills\":[\"web\"]}");
            assertThat(skilled.path("ranking").size()).isEqualTo(1);
            assertThat(skilled.path("ranking").get(0).path("agent").asText()).isEqualTo("alice");
            JsonNode none = rig.ask(
                    "semantic_routing", "route", "{\"description\":\"tune queries\",\"candidates\":[\"nobody\"]}");
            assertThat(none.path("outcome").asText()).isEqualTo("none_fits");
            assertThat(none.path("reasons").toString()).contains("no active agent");
        }
    }

    @Test
    void recordedOutcomes_changeTheNextRanking_onceADecision() {
        try (Rig rig = new Rig(true)) {
            String task = "tune the database";
            double before = probability(rig, task, "bob");
            for (int i = 0; i < 5; i++) {
                String id = rig.ask(
                                "semantic_routing",
                                "route",
                                "{\"description\":\"" + task + "\",\"candidates\":[\"bob\"]}")
                        .path("decisionId")
                        .asText();
                String said = "{\"decisionId\":\"" + id + "\",\"outcome\":0.0}";
                assertThat(rig.ask(STATUS, "record", said).path("learned").asBoolean())
                        .isTrue();
                assertThat(rig.ask(STATUS, "record", said).path("learned").asBoolean())
                        .isFalse();
                assertThat(rig.declined(STATUS, "record", "{\"decisionId\":\"" + id + "\",\"rating\":5}"))
                        .contains("another outcome");
            }
            assertThat(probability(rig, task, "bob")).isLessThan(before - 0.1);
        }
    }

    private static double probability(Rig rig, String task, String agent) {
        for (JsonNode ranked : rig.ask(
                        "semantic_routing", "route_preview", "{\"description\":\"" + task + "\",\"limit\":50}")
                .path("ranking")) {
            if (ranked.path("agent").asText().equals(agent)) {
                return ranked.path("probability").asDouble();
            }
        }
        return 0;
    }

    @Test
    void lateOutcome_isDeclined() {
        try (Rig rig = new Rig(true)) {
            String id = rig.route("tune the database").path("decisionId").asText();
            rig.tick(Duration.ofHours(200));
            assertThat(rig.declined(STATUS, "record", "{\"decisionId\":\"" + id + "\",\"outcome\":1}"))
                    .contains("older than 168 hours");
        }
    }

    @Test
    void endOfATask_isLearned_ofANamedAgentOnly() {
        try (Rig rig = new Rig(true)) {
            rig.route("tune the database", "00-1", null);
            rig.route("tune the database again", "00-2", null);
            rig.end("00-1", null, "tune the database", "bob", TaskState.COMPLETED);
            rig.end("00-2", null, "tune the database again", "zoe", TaskState.FAILED);
            await().atMost(LONG)
                    .until(() -> rig.ask(STATUS, "status", "{}").path("missing").asInt() == 1);
            JsonNode profile = rig.ask("agent_profiling", "profile", "{\"agent\":\"bob\"}");
            assertThat(profile.path("tasks").asInt()).isEqualTo(1);
            assertThat(profile.path("latencyP50Millis").asDouble()).isEqualTo(40);
            assertThat(profile.path("costMicros").asDouble()).isEqualTo(900);
            assertThat(profile.path("clusters").get(0).path("words").toString()).contains("databas");
            assertThat(rig.ask("agent_profiling", "profile", "{\"agent\":\"zoe\"}")
                            .path("tasks")
                            .asInt())
                    .isZero();
            JsonNode similar = rig.ask("semantic_routing", "similar", "{\"description\":\"database\"}")
                    .path("similar");
            assertThat(similar.get(0).path("task").asText()).isEqualTo("00-1");
            assertThat(rig.ask("agent_profiling", "export", "{}")
                            .path("profiles")
                            .size())
                    .isEqualTo(1);
        }
    }

    @Test
    void whatWasLearned_isThereAfterARestart_andAWaitingDecisionToo() {
        Rig first = new Rig(true);
        String waiting = first.route("translate the letter").path("decisionId").asText();
        String id = first.route("tune the database").path("decisionId").asText();
        first.ask(STATUS, "record", "{\"decisionId\":\"" + id + "\",\"outcome\":1}");
        JsonNode before = first.ask(STATUS, "status", "{}");
        first.close();
        try (Rig next = new Rig(true, first.state, FewAgents.crew(), Settings.DEFAULT)) {
            assertThat(next.ask(STATUS, "status", "{}").path("weights")).isEqualTo(before.path("weights"));
            assertThat(next.ask(STATUS, "status", "{}").path("remembered").asInt())
                    .isEqualTo(1);
            next.ask(STATUS, "record", "{\"decisionId\":\"" + waiting + "\",\"outcome\":1}");
        }
    }

    @Test
    void decisionWithoutAnOutcomeYet_isThereAfterARestart() {
        Rig first = new Rig(true);
        String waiting = first.route("tune the old database").path("decisionId").asText();
        first.close();

        try (Rig next = new Rig(true, first.state, FewAgents.crew(), Settings.DEFAULT)) {
            String said = "{\"decisionId\":\"" + waiting + "\",\"outcome\":1}";
            assertThat(next.ask(STATUS, "record", said).path("learned").asBoolean())
                    .isTrue();
        }
    }

    @Test
    void anotherModel_keepsWhatWasLearned_withoutItsVectors() {
        try (Rig rig = new Rig(false)) {
            String id = rig.route("tune the database").path("decisionId").asText();
            rig.ask(STATUS, "record", "{\"decisionId\":\"" + id + "\",\"outcome\":1}");
            assertThat(rig.ask("semantic_routing", "similar", "{\"description\":\"database\"}")
                            .path("similar")
                            .size())
                    .isEqualTo(1);
            WordVectors other = new WordVectors("other");
            rig.plugin.bind(other);
            await().atMost(LONG)
                    .until(() -> rig.route("tune the database")
                            .path("encoder")
                            .asText()
                            .equals("other"));
            assertThat(rig.ask(STATUS, "status", "{}").path("remembered").asInt())
                    .isEqualTo(1);
            rig.plugin.unbind(other);
            assertThat(rig.route("tune the database").path("encoder").asText()).isEqualTo("lexical");
        }
    }

    /** Both have the same length, so that nothing but the name tells them apart. */
    @Test
    void vectorsOfAnotherModel_areNeverUsed_noMatterWhenTheyWereMade() {
        Rig rig = new Rig(true);
        learn(rig, "tune the database");
        String waiting = rig.route("tune the old database").path("decisionId").asText();
        rig.close();
        Document before = rig.state.get("memory-0").orElseThrow();
        try (Rig next = new Rig(true, rig.state, FewAgents.crew(), Settings.DEFAULT)) {
            assertThat(similar(next)).isEqualTo(1);
            next.plugin.bind(new WordVectors("other"));
            await().atMost(LONG)
                    .until(() -> next.route("a poem").path("encoder").asText().equals("other"));
            next.ask(STATUS, "record", "{\"decisionId\":\"" + waiting + "\",\"outcome\":1}");
            assertThat(similar(next)).isZero();
            learn(next, "tune the new database");
            assertThat(similar(next)).isEqualTo(1);
        }
        assertThat(restarted(rig)).isEqualTo(1);
        // A crash before the past tasks were written anew.
        rig.state.put("memory-0", before).toCompletableFuture().join();
        assertThat(restarted(rig)).isZero();
    }

    private static int restarted(Rig of) {
        try (Rig rig = new Rig(false, of.state, FewAgents.crew(), Settings.DEFAULT, Rig.NONE)) {
            rig.plugin.bind(new WordVectors("other"));
            await().atMost(LONG)
                    .until(() -> rig.route("a poem").path("encoder").asText().equals("other"));
            return similar(rig);
        }
    }

    private static void learn(Rig rig, String text) {
        String id = rig.route(text).path("decisionId").asText();
        rig.ask(STATUS, "record", "{\"decisionId\":\"" + id + "\",\"outcome\":1}");
    }

    /** Distances are known from the first start with enough past tasks on; each start goes on from those that are kept. */
    @Test
    void distancesOfSuccesses_areThereAfterARestart() {
        Rig first = new Rig(true);
        for (int i = 0; i < 120; i++) {
            learn(first, "tune the database number " + i);
        }
        first.close();
        assertThat(distances(first)).isZero();
        for (int kept = 1; kept <= 2; kept++) {
            try (Rig next = new Rig(true, first.state, FewAgents.crew(), Settings.DEFAULT)) {
                learn(next, "tune another database");
            }
            assertThat(distances(first)).isEqualTo(kept);
        }
    }

    private static int distances(Rig rig) {
        String json = rig.state.get("learned").orElseThrow().json();
        String fits = json.replaceAll("(?s).*\"fits\":\\[([^\\]]*)\\].*", "$1");
        return fits.isEmpty() ? 0 : fits.split(",", -1).length;
    }

    private static int similar(Rig rig) {
        return rig.ask("semantic_routing", "similar", "{\"description\":\"tune the database\"}")
                .path("similar")
                .size();
    }

    @Test
    void agents_comeChangeAndGo() {
        try (Rig rig = new Rig(true)) {
            rig.agents.add(FewAgents.agent("gina", "Paints watercolour portraits", "painting"));
            rig.events.tell("agent.active", "gina", "", "gina", 0);
            await().atMost(LONG)
                    .until(() -> rig.route("paint a watercolour portrait")
                            .path("agent")
                            .asText()
                            .equals("gina"));
            rig.agents.removeIf(agent -> agent.id().equals("gina"));
            rig.events.tell("agent.removed", "gina", "", "gina", 0);
            await().atMost(LONG)
                    .until(() -> rig.route("paint a watercolour portrait")
                            .path("outcome")
                            .asText()
                            .equals("none_fits"));
        }
    }

    @Test
    void reset_needsAWord_andForgets() {
        try (Rig rig = new Rig(true)) {
            String id = rig.route("tune the database").path("decisionId").asText();
            rig.ask(STATUS, "record", "{\"decisionId\":\"" + id + "\",\"rating\":5}");
            assertThat(rig.declined(STATUS, "reset", "{}")).contains("forget what was learned");
            JsonNode status = rig.ask(STATUS, "reset", "{\"confirm\":\"forget what was learned\"}");
            assertThat(status.path("outcomes").asInt()).isZero();
            assertThat(rig.route("tune the database").path("agent").asText()).isEqualTo("bob");
        }
    }

    @Test
    void badInput_isAnsweredOrDeclined_inTime() {
        try (Rig rig = new Rig(true)) {
            assertThat(rig.declined("semantic_routing", "route", "{\"description\":\" \"}"))
                    .contains("description");
            assertThat(rig.route("x".repeat(1 << 20)).has("outcome")).isTrue();
            assertThat(rig.declined(
                            "semantic_routing", "route", "{\"description\":\"" + "x".repeat((1 << 20) + 1) + "\"}"))
                    .contains("1048576");
            for (String strange : List.of("\\u0000\\ud800", "\\ud83d\\ude00 \\u202e\\u0301", "数据库 查询", "ß İ ﬁ")) {
                assertThat(rig.route(strange).has("outcome")).isTrue();
            }
        }
    }

    @Test
    void tenThousandIdenticalAgents_areOnePlaceInTheRanking_andRankedInTime() {
        List<Agent> many = new ArrayList<>(FewAgents.crew());
        for (int i = 0; i < 10_000; i++) {
            many.add(FewAgents.agent("same-" + i, "Tunes database queries", "database"));
        }
        try (Rig rig = new Rig(true, new InMemoryPluginState(), many, Settings.DEFAULT)) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 10; i++) {
                long begun = System.nanoTime();
                rig.route("tune the database");
                best = Math.min(best, System.nanoTime() - begun);
            }
            assertThat(Duration.ofNanos(best)).as("the best of ten").isLessThan(Duration.ofSeconds(2));
            JsonNode decision = rig.route("tune the queries");
            assertThat(decision.path("outcome").asText()).isEqualTo("routed");
            assertThat(decision.path("agent").asText()).startsWith("same-");
            JsonNode ranking = decision.path("ranking");
            assertThat(ranking.size()).isEqualTo(5);
            assertThat(ranking.get(0).path("alike").size()).isEqualTo(63);
            assertThat(ranking.get(1).path("agent").asText()).isEqualTo("bob");
            assertThat(ranking.get(1).has("alike")).isFalse();
            assertThat(decision.path("reasons").toString()).contains("among 7 different agents");
        }
    }

    @Test
    void taskThatGoesToAnotherOneNamed_isLearnedOfThatOne() {
        List<Agent> agents = FewAgents.crew();
        for (int i = 0; i < 5; i++) {
            agents.add(FewAgents.agent("same-" + i, "Tunes database queries", "database"));
        }
        try (Rig rig = new Rig(true, new InMemoryPluginState(), agents, Settings.DEFAULT)) {
            JsonNode decision = rig.route("tune the database", "00-1", null);
            String other = decision.path("ranking").get(0).path("alike").get(2).asText();
            rig.route("tune the queries", "00-2", null);
            rig.end("00-1", null, "tune the database", other, TaskState.COMPLETED);
            rig.end("00-2", null, "tune the queries", "bob", TaskState.COMPLETED);
            await().atMost(LONG)
                    .until(() -> rig.ask(STATUS, "status", "{}").path("learned").asInt() == 2);
            assertThat(tasks(rig, other)).isEqualTo(1);
            assertThat(tasks(rig, "bob")).as("it was in the ranking").isEqualTo(1);
            assertThat(tasks(rig, decision.path("agent").asText())).isZero();
        }
    }

    private static int tasks(Rig rig, String agent) {
        return rig.ask("agent_profiling", "profile", "{\"agent\":\"" + agent + "\"}")
                .path("tasks")
                .asInt();
    }

    @Test
    void taskThatPointsToEarlierWork_isForTheVeryAgentThatDidIt() {
        List<Agent> agents = FewAgents.crew();
        for (int i = 0; i < 5; i++) {
            agents.add(FewAgents.agent("same-" + i, "Tunes database queries", "database"));
        }
        try (Rig rig = new Rig(true, new InMemoryPluginState(), agents, Settings.DEFAULT)) {
            rig.route("tune the database", "00-1", null);
            rig.end("00-1", null, "tune the database", "same-3", TaskState.COMPLETED);
            await().atMost(LONG)
                    .until(() -> rig.ask(STATUS, "status", "{}").path("learned").asInt() == 1);
            JsonNode decision = rig.route("now fix that", "00-2", "00-1");
            assertThat(decision.path("agent").asText()).isEqualTo("same-3");
            assertThat(decision.path("ranking").get(0).has("alike")).isFalse();
            assertThat(rig.route("tune another database", "00-3", "00-1")
                            .path("ranking")
                            .get(0)
                            .has("alike"))
                    .isTrue();
        }
    }
}
