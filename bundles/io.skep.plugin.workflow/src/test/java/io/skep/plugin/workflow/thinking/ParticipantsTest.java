// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.thinking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.task.Budget;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParticipantsTest extends ThinkingRig {
    private static final Capability ROUTING = new Capability(
            "semantic_routing",
            List.of(Operation.named("route_preview")
                    .summary("Ranks")
                    .input(Any.class)
                    .output(Any.class)
                    .examples("{}")
                    .build()));

    /** What routing takes and gives; only its name counts here. */
    record Any(String description) {}

    @Test
    void participants_areFoundByRouting_whileItIsOffered() {
        experts(QUEUE, NO_QUEUE);
        expert("cid");
        answers.put("cid", QUEUE);
        List<IntegrationResponse> says = new ArrayList<>();
        core.offer(ROUTING, request -> {
            assertThat(request.operation()).isEqualTo("route_preview");
            return says.get(0);
        });
        core.swap();
        says.add(
                new IntegrationResponse.Answered(
                        "{\"outcome\":\"routed\",\"ranking\":[{\"agent\":\"cid\"},{\"agent\":\"gone\"},{\"agent\":\"cid\"},{\"agent\":\"bob\"},{\"agent\":\"ann\"}]}"));
        JsonNode insights = insights(submit(COMPLEX));
        assertThat(insights.path("chosenBy").asText()).isEqualTo("routing");
        assertThat(became(insights)).containsOnlyKeys("bob", "cid");
        says.set(
                0,
                new IntegrationResponse.Answered(
                        "{\"outcome\":\"none_fits\",\"ranking\":[{\"agent\":\"ann\",\"alike\":[\"gone\",\"cid\"]}]}"));
        JsonNode alike = insights(submit(COMPLEX));
        assertThat(alike.path("reason").asText()).contains("nobody fits");
        assertThat(became(alike)).containsOnlyKeys("ann", "cid");
        for (IntegrationResponse other : List.of(
                new IntegrationResponse.Answered("{\"ranking\":[]}"),
                new IntegrationResponse.Declined("no"),
                new IntegrationResponse.Failed("p", "boom"),
                new IntegrationResponse.TimedOut("p", Duration.ofSeconds(1)),
                new IntegrationResponse.Gone("off"))) {
            says.set(0, other);
            JsonNode byWords = insights(submit(COMPLEX));
            assertThat(byWords.path("chosenBy").asText()).isEqualTo("words");
            assertThat(byWords.path("reason").asText()).contains("chosen by words");
        }
    }

    @Test
    void withoutRouting_thoseWithTheSkillsOrTheWords_areAsked() {
        core.connect("able", task -> QUEUE, "java");
        core.connectExpert("knows", "Plans the migration of monoliths", task -> QUEUE);
        core.connectExpert("cook", "Bakes bread", task -> QUEUE);
        Task task = core.submit(
                TaskSpec.of(COMPLEX).skills("java").notBefore(Instant.now().plusSeconds(3600)));
        assertThat(became(insights(task))).containsOnlyKeys("able", "knows");
    }

    @Test
    void aBudget_isNeverBrokenByQuestions() {
        experts(QUEUE, QUEUE);
        for (Budget budget : List.of(
                new Budget(null, null, null, null, 0, null),
                new Budget(null, null, null, null, null, 0),
                new Budget(1, null, null, null, null, null))) {
            Task task = submit(TaskSpec.of(COMPLEX).budget(budget));
            JsonNode considered = consider(task);
            assertThat(considered.path("verdict").asText()).isEqualTo("pass");
            assertThat(considered
                            .path("attachment")
                            .path("value")
                            .path("reason")
                            .asText())
                    .isEqualTo("a budget leaves no room for questions");
            assertThat(core.task(task.id()).state()).isEqualTo(TaskState.QUEUED);
        }
        Task above = submit(TaskSpec.of("x").budget(new Budget(null, null, null, null, 2, 2)));
        Task below = submit(TaskSpec.of(COMPLEX).parent(above.id()));
        JsonNode one = insights(below);
        assertThat(one.path("participants")).hasSize(1);
        assertThat(core.task(above.id()).state()).isEqualTo(TaskState.QUEUED);
        Task narrow = submit(TaskSpec.of(COMPLEX).budget(new Budget(5, null, 600L, 400L, null, null)));
        JsonNode narrowed = insights(narrow);
        assertThat(narrowed.path("participants")).hasSize(2);
        for (String child : children(narrowed)) {
            assertThat(core.task(child).spec().budget()).isEqualTo(new Budget(null, null, 150L, 100L, null, null));
        }
        Task named = submit(TaskSpec.of("name the big queue").budget(new Budget(null, null, null, null, null, 1)));
        assertThat(declined("think", "{\"task\":\"" + named.id() + "\",\"participants\":[\"ann\",\"bob\"]}"))
                .contains("leave room for 1");
    }

    @Test
    void aTaskThatMustEndSoon_hasHalfOfItsTimeLeft_orIsNotThoughtAbout() {
        expert("ann");
        Task soon = submit(TaskSpec.of(COMPLEX).deadline(Instant.now().plusSeconds(3)));
        assertThat(consider(soon)
                        .path("attachment")
                        .path("value")
                        .path("reason")
                        .asText())
                .contains("no time to think");
        Task later = submit(TaskSpec.of(COMPLEX + " Soon.")
                .budget(new Budget(null, Duration.ofSeconds(40), null, null, null, null)));
        consider(later);
        await().atMost(LONG).until(() -> asked().equals(List.of("ann")));
        Task question = core.skep().agents().held("ann").get(0);
        assertThat(question.spec().deadline())
                .isBetween(Instant.now().plusSeconds(10), Instant.now().plusSeconds(20));
    }

    @Test
    void partsOfAQuestion_andReviews_areNotThoughtAbout() {
        expert("ann");
        Task task = submit(COMPLEX);
        consider(task);
        await().atMost(LONG).until(() -> asked().equals(List.of("ann")));
        Task question = core.skep().agents().held("ann").get(0);
        Task part = submit(TaskSpec.of(COMPLEX + " Really.").parent(question.id()));
        JsonNode considered = consider(part);
        assertThat(considered.path("attachment").path("value").path("reason").asText())
                .contains("part of a thinking");
        Task review = submit(TaskSpec.of(COMPLEX + " Review.").idempotencyKey("gate/1"));
        assertThat(consider(review).toString()).isEqualTo("{\"verdict\":\"none\"}");
    }
}
