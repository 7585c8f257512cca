// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.api.task.Selection;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.core.engine.Router;
import io.skep.core.state.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PluginRouterTest {
    private static final Task TASK = Transitions.submit(
            "00-a",
            TaskSpec.of("say \"hello\"")
                    .skills("s")
                    .tenant("acme")
                    .parent("00-p")
                    .build(),
            Set.of(),
            Instant.EPOCH);

    private final List<IntegrationRequest> asked = new ArrayList<>();
    private CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
    private boolean offered = true;

    private PluginRouter router(boolean isStarting) {
        return new PluginRouter(
                request -> offered,
                request -> {
                    asked.add(request);
                    return answer;
                },
                Runnable::run,
                isStarting);
    }

    private Router.Verdict verdict(IntegrationResponse response) {
        answer = CompletableFuture.completedFuture(response);
        return router(false).rank(TASK, null).toCompletableFuture().join();
    }

    private Router.Verdict verdict(String data) {
        return verdict(new Answered(data));
    }

    @Test
    void question_hasWhatThePluginNeeds() {
        router(false).rank(TASK, List.of("a", "b"));

        assertThat(asked)
                .containsExactly(new IntegrationRequest(
                        "semantic_routing",
                        null,
                        null,
                        "00-a",
                        "acme",
                        "{\"description\":\"say \\\"hello\\\"\",\"skills\":[\"s\"],\"task\":\"00-a\",\"parent\":\"00-p\","
                                + "\"tenant\":\"acme\",\"candidates\":[\"a\",\"b\"],\"limit\":5}"));
    }

    @Test
    void ranking_isRead_whateverElseItSays() {
        assertThat(verdict("{\"decisionId\":\"d\",\"outcome\":\"routed\",\"agent\":\"a\",\"policy\":null,\"ranking\":"
                        + "[{\"agent\":\"a\",\"probability\":0.5,\"score\":1,\"factors\":[{\"name\":\"x\",\"value\":1}]}],"
                        + "\"reasons\":[\"r\"],\"encoder\":\"lexical\"}"))
                .isEqualTo(new Router.Ranked("d", List.of(new Selection.Choice("a", 0.5)), List.of("r")));
    }

    @Test
    void chosenAgent_comesFirst_alsoIfItIsNotTheBest() {
        assertThat(verdict("{\"decisionId\":\"d\",\"outcome\":\"routed\",\"agent\":\"b\",\"ranking\":["
                        + "{\"agent\":\"a\",\"probability\":0.9},{\"agent\":\"b\",\"probability\":0.5},"
                        + "{\"agent\":\"c\",\"probability\":0.4}]}"))
                .isInstanceOfSatisfying(
                        Router.Ranked.class,
                        ranked -> assertThat(ranked.choices())
                                .extracting(Selection.Choice::agent)
                                .containsExactly("b", "a", "c"));
    }

    @Test
    void othersThatSayTheSame_areRead_soManyAtMost() {
        String many = IntStream.range(0, 100).mapToObj(i -> "\"w" + i + "\"").collect(Collectors.joining(","));
        String ranking = "\"ranking\":[{\"agent\":\"a\",\"probability\":0.9,\"alike\":[" + many
                + "],\"factors\":[{\"name\":\"x\"}]},{\"agent\":\"b\",\"probability\":0.5,\"alike\":null}]}";
        assertThat(verdict("{\"decisionId\":\"d\",\"outcome\":\"routed\",\"agent\":\"a\"," + ranking))
                .isInstanceOfSatisfying(Router.Ranked.class, ranked -> {
                    assertThat(ranked.alike()).containsOnlyKeys("a");
                    assertThat(ranked.alike().get("a")).hasSize(64).startsWith("w0", "w1");
                    assertThat(ranked.choices()).hasSize(2);
                });
        assertThat(verdict("{\"decisionId\":\"d\",\"outcome\":\"none_fits\"," + ranking))
                .isInstanceOfSatisfying(
                        Router.NobodyFits.class,
                        nobody -> assertThat(nobody.alike()).containsOnlyKeys("a"));
    }

    @Test
    void nobodyFits_withEachPolicy() {
        for (Object[] row : new Object[][] {
            {"\"reject\"", Router.Policy.REJECT},
            {"\"hold\"", Router.Policy.HOLD},
            {"\"ask\"", Router.Policy.HOLD},
            {"\"best\"", Router.Policy.BEST},
            {"null", Router.Policy.BEST}
        }) {
            assertThat(verdict("{\"decisionId\":\"d\",\"outcome\":\"none_fits\",\"policy\":" + row[0] + "}"))
                    .isEqualTo(new Router.NobodyFits("d", (Router.Policy) row[1], List.of(), List.of()));
        }
    }

    @Test
    void everyOtherEnding_isSilence_andOnlyAFaultIsWorthAWord() {
        assertThat(verdict(new Gone("switched off")))
                .isEqualTo(new Router.Silent("routing is not to be had: switched off", false));
        assertThat(verdict(new Declined("no"))).isEqualTo(new Router.Silent("routing declined: no", true));
        assertThat(verdict(new Failed("p", "broken"))).isEqualTo(new Router.Silent("routing failed: broken", true));
        assertThat(verdict(new TimedOut("p", Duration.ofSeconds(1))))
                .isEqualTo(new Router.Silent("routing gave no answer within PT1S", true));
        for (String wrong : List.of(
                "{}",
                "[]",
                "{\"decisionId\":\"d\",\"outcome\":\"routed\"}",
                "{\"outcome\":\"none_fits\"}",
                "{\"decisionId\":\"d\",\"outcome\":\"perhaps\"}")) {
            assertThat(verdict(wrong)).as(wrong).isInstanceOfSatisfying(Router.Silent.class, silent -> {
                assertThat(silent.reason()).startsWith("routing gave an answer that cannot be read");
                assertThat(silent.isFault()).isTrue();
            });
        }
        answer = CompletableFuture.failedFuture(new IllegalStateException("defect"));
        assertThat(router(false).rank(TASK, null).toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        Router.Silent.class,
                        silent -> assertThat(silent.reason()).contains("defect"));
    }

    @Test
    void whileTheServerStarts_questionsWait() {
        offered = false;
        PluginRouter router = router(true);
        assertThat(router.isOn(TASK)).as("its plugin may be on the way").isTrue();
        var verdict = router.rank(TASK, null).toCompletableFuture();
        assertThat(asked).isEmpty();

        router.started();

        assertThat(asked).hasSize(1);
        assertThat(verdict).isNotDone();
        answer.complete(new Gone("nobody offers it"));
        assertThat(verdict).isDone();
        assertThat(router.isOn(TASK)).isFalse();
        offered = true;
        assertThat(router.isOn(TASK)).isTrue();
    }
}
