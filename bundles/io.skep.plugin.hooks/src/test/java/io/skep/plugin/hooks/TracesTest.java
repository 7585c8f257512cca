// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.skep.api.admin.Caller;
import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TraceContext;
import io.skep.testkit.TraceReceiver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a receiver of OTLP over HTTP, through the exporter of OpenTelemetry. */
class TracesTest extends ServedCore {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SUBMITTER = "b7ad6b7169203331";
    private static final String AGENT_SPAN = "00f067aa0ba902b7";
    /** A task's own span, its wait for an agent, and an attempt. */
    private static final int SPANS = 3;

    private final TraceReceiver receiver;

    TracesTest() throws IOException {
        receiver = new TraceReceiver();
    }

    @Override
    Settings settings() {
        return Settings.DEFAULT.with(
                new Tracing(receiver.url(), directory.resolve("headers"), "fleet", Duration.ofSeconds(30)));
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private JsonNode ask(String operation, String data) {
        return json(response("observability", operation, data));
    }

    private Span only(Task task, String name) {
        await().atMost(LONG).until(() -> receiver.spans(task.id()).size() >= SPANS);
        List<Span> named = receiver.spans(task.id()).stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(named).as(name + " among " + receiver.spans(task.id())).hasSize(1);
        return named.get(0);
    }

    /** A task of a pull agent, which submits parts of it while it holds it; the task and they, when all have ended. */
    private List<Task> tree(TaskSpecBuilder whole, TaskSpecBuilder... parts) {
        get(skep.agents().register(AgentSpec.of("lead", 1, "lead"), false));
        Task task = submit(whole.skills("lead"));
        Task held = get(skep.attempts().claim("lead", 1, LONG)).get(0).task();
        List<Task> all = new ArrayList<>();
        for (TaskSpecBuilder part : parts) {
            all.add(submit(part.parent(task.id()).tenant(task.spec().tenant())));
        }
        AttemptRef ref = new AttemptRef(held.id(), held.token(), "lead");
        skep.attempts().complete(List.of(new Completion(ref, "1"))).forEach(ServedCore::get);
        all.add(0, task);
        return all.stream().map(this::end).toList();
    }

    private static void assertAttributes(Span whole, Span attempt) {
        assertThat(TraceReceiver.attributes(whole))
                .containsEntry("skep.task.state", "completed")
                .containsEntry("skep.task.name", "whole")
                .containsEntry("skep.tenant", "acme")
                .containsEntry("skep.task.skills", "lead");
        assertThat(TraceReceiver.attributes(attempt))
                .containsEntry("gen_ai.operation.name", "invoke_agent")
                .containsEntry("gen_ai.agent.id", "lead")
                .containsEntry("skep.attempt", "1")
                .doesNotContainKey("error.type");
    }

    @Test
    void treeOfTasks_isOneConnectedTrace_belowItsSubmitterAndAroundItsAgentsSpans() throws IOException {
        Files.writeString(directory.resolve("headers"), "# of the receiver\nAuthorization: Bearer t:1\nnone\n");
        List<Task> both = tree(
                TaskSpec.of("the whole")
                        .name("whole")
                        .tenant("acme")
                        .traceparent("00-" + TRACE + '-' + SUBMITTER + "-01"),
                TaskSpec.of("a part").traceparent("00-" + TRACE + '-' + AGENT_SPAN + "-01"));
        Task task = both.get(0);
        Task part = both.get(1);
        Span whole = only(task, "task");
        Span route = only(task, "route");
        Span attempt = only(task, "invoke_agent lead");
        Span partWhole = only(part, "task");
        Span partAttempt = only(part, "invoke_agent worker");
        assertThat(receiver.spans()).extracting(TraceReceiver::trace).containsOnly(TRACE);
        assertThat(TraceReceiver.parent(whole)).isEqualTo(SUBMITTER);
        assertThat(whole.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(TraceReceiver.parent(route)).isEqualTo(TraceReceiver.id(whole));
        assertThat(TraceReceiver.parent(attempt)).isEqualTo(TraceReceiver.id(whole));
        assertThat(TraceReceiver.id(attempt)).isEqualTo(TraceContext.of(task, 1).spanId());
        assertThat(TraceReceiver.parent(partWhole)).isEqualTo(AGENT_SPAN);
        assertThat(TraceReceiver.parent(partAttempt)).isEqualTo(TraceReceiver.id(partWhole));
        assertAttributes(whole, attempt);
        assertThat(attempt.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(attempt.getStartTimeUnixNano())
                .isEqualTo(route.getEndTimeUnixNano())
                .isEqualTo(task.attempts().get(0).assignedAt().toEpochMilli() * 1_000_000);
        assertThat(receiver.spans().toString()).doesNotContain("the whole");
        assertThat(receiver.services()).containsOnly("fleet");
        assertThat(receiver.headers().get(0).getFirst("Authorization")).isEqualTo("Bearer t:1");
    }

    @Test
    void childOfAnAgentThatSaysNothing_isBelowTheAttempt_andOfAnotherTraceTheSame() {
        List<Task> all = tree(
                TaskSpec.of("whole"),
                TaskSpec.of("one"),
                TaskSpec.of("two").traceparent("00-" + TRACE + '-' + AGENT_SPAN + "-00"));
        Task task = all.get(0);
        List<Task> parts = all.subList(1, all.size());
        for (Task part : parts) {
            Span its = only(part, "task");
            assertThat(TraceReceiver.trace(its)).isEqualTo(TraceContext.of(task).traceId());
            assertThat(TraceReceiver.parent(its))
                    .isEqualTo(TraceContext.of(task, 1).spanId());
            assertThat(its.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_INTERNAL);
        }
        JsonNode shown = ask("trace", "{\"task\":\"" + parts.get(0).id() + "\"}");
        assertThat(shown.path("traceId").asText())
                .isEqualTo(TraceContext.of(task).traceId());
        assertThat(shown.path("spans")).hasSize(2 * SPANS);
        assertThat(shown.path("spans")
                        .path(0)
                        .path("attributes")
                        .path("skep.task.id")
                        .asText())
                .isEqualTo(task.id());
    }

    @Test
    void whatIsNotSampled_isShownButNotSent() {
        Task not = end(submit(TaskSpec.of("x").traceparent("00-" + TRACE + '-' + SUBMITTER + "-00")));
        Task sent = end(submit(TaskSpec.of("y")));
        assertThat(TraceReceiver.parent(only(sent, "task"))).isEmpty();
        await().atMost(LONG).until(() -> ask("status", "{}").path("lagEvents").asLong() == 0);
        assertThat(receiver.spans(not.id())).isEmpty();
        JsonNode shown = ask("trace", "{\"task\":\"" + not.id() + "\"}");
        assertThat(shown.path("isSampled").asBoolean()).isFalse();
        assertThat(shown.path("spans")).hasSize(SPANS);
    }

    @Test
    void taskThatDoesNotEndWell_isASpanWithItsError_withoutAnAttempt() {
        Task task = submit(TaskSpec.of("x").notBefore(Instant.now().plusSeconds(3_600)));
        get(skep.tasks().cancel(task.id(), "nobody wants it"));
        await().atMost(LONG).until(() -> receiver.spans(task.id()).size() == 2);
        Span whole = receiver.spans(task.id()).get(0);
        assertThat(whole.getName()).isEqualTo("task");
        assertThat(whole.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(whole.getStatus().getMessage()).isEqualTo("nobody wants it");
        assertThat(TraceReceiver.attributes(whole))
                .containsEntry("error.type", "canceled")
                .containsEntry("skep.task.attempts", "0");
        assertThat(receiver.spans(task.id()).get(1).getName()).isEqualTo("route");
    }

    @Test
    void receiverThatIsBusyOrShut_getsEverythingLater_andIsTold() {
        receiver.answer(503);
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tasks.add(end(submit(TaskSpec.of("t" + i))));
        }
        await().atMost(LONG).until(() -> ask("status", "{}").path("failed").asInt() > 1);
        JsonNode busy = ask("status", "{}");
        assertThat(busy.path("trouble").asText()).contains("503");
        assertThat(busy.path("lagEvents").asLong()).isPositive();
        assertThat(busy.path("endpoint").asText()).isEqualTo(receiver.url().toString());
        assertThat(get(plugin.health()).detail()).contains("traces: it answered 503");
        receiver.answer(200);
        await().atMost(LONG).until(() -> ask("status", "{}").path("exported").asInt() == SPANS * tasks.size());
        assertThat(receiver.spans())
                .extracting(TraceReceiver::id)
                .hasSize(SPANS * tasks.size())
                .doesNotHaveDuplicates();
        await().atMost(LONG).until(() -> !ask("status", "{}").has("trouble"));
    }

    @Test
    void whatTheReceiverWillNotHave_isCounted_andHoldsUpNothing() {
        receiver.answer(400);
        end(submit(TaskSpec.of("x")));
        await().atMost(LONG).until(() -> ask("status", "{}").path("refused").asInt() == SPANS);
        receiver.answer(200);
        Task task = end(submit(TaskSpec.of("y")));
        only(task, "task");
        assertThat(ask("status", "{}").path("failed").asInt()).isZero();
    }

    @Test
    void receiverThatIsNotThere_isNamed_andCostsTasksNothing() throws IOException {
        URI gone;
        try (TraceReceiver other = new TraceReceiver()) {
            gone = other.url();
        }
        settings = settings.with(settings.tracing().to(gone));
        serve();
        end(submit(TaskSpec.of("x")));
        await().atMost(LONG)
                .until(() -> ask("status", "{}").path("trouble").asText().contains("cannot be reached"));
    }

    @Test
    void swapsUnderLoad_andARestart_loseNoSpanAndTellOfNoneAsAnother() throws IOException {
        List<Task> tasks = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 40; i++) {
                tasks.add(submit(TaskSpec.of("t")));
            }
            serve();
        }
        tasks.forEach(this::end);
        restart();
        connect("worker", task -> "1");
        tasks.add(end(submit(TaskSpec.of("after"))));
        for (Task task : tasks) {
            await().atMost(LONG).until(() -> receiver.spans(task.id()).size() >= SPANS);
        }
        Map<String, Long> byId =
                receiver.spans().stream().collect(Collectors.groupingBy(TraceReceiver::id, Collectors.counting()));
        assertThat(byId).hasSize(SPANS * tasks.size());
    }

    @Test
    void traceOfATask_isOnlyForThoseWhoMaySeeIt() {
        Task task = submit(TaskSpec.of("x").tenant("acme"));
        IntegrationRequest request =
                new IntegrationRequest("observability", "trace", null, "{\"task\":\"" + task.id() + "\"}");
        Caller other = new Caller(Caller.ADMINISTRATOR.principal(), null, "other");
        assertThat(get(plugin.process(request.by(other)))).isInstanceOf(IntegrationResponse.Declined.class);
        assertThat(declined("observability", "trace", "{}")).contains("\"task\" is missing");
    }
}
