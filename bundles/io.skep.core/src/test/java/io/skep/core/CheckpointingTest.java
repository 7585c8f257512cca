// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.admin.FlagRule;
import io.skep.api.agent.AgentSpec;
import io.skep.api.event.Event;
import io.skep.api.event.EventCursor;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Checkpoint;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.Stage;
import io.skep.api.task.Assignment;
import io.skep.api.task.AttemptRef;
import io.skep.api.task.Completion;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import io.skep.api.task.TaskSpecBuilder;
import io.skep.api.task.TaskState;
import io.skep.core.engine.CheckpointSettings;
import io.skep.core.plugin.Generation;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Core with its threads asks a plugin that serves. */
class CheckpointingTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String PASS = "{\"verdict\":\"pass\"}";

    @TempDir
    Path directory;

    private InMemoryLogStore log;
    private Skep skep;
    private final Guard guard = new Guard();
    private int version;

    record Question(String task, String stage) {}

    /** Answers with what a test says. */
    private static final class Guard implements OrchestrationPlugin {
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private volatile Function<IntegrationRequest, IntegrationResponse> answer = request -> new Answered(PASS);
        private volatile List<Checkpoint> wanted = List.of(at(Stage.BEFORE), at(Stage.AFTER));
        private volatile Duration timeout = Operation.MAX_TIMEOUT;
        private volatile Orchestrator orchestrator;

        static Checkpoint at(Stage stage) {
            return new Checkpoint(stage, "guarding", "check", Set.of(), Set.of(), 0, null);
        }

        @Override
        public CompletionStage<Void> initialize(Orchestrator given) {
            orchestrator = given;
            given.checkpoints(wanted);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<Capability> capabilities() {
            return List.of(new Capability(
                    "guarding",
                    List.of(Operation.named("check")
                            .summary("Checks")
                            .input(Question.class)
                            .output(Question.class)
                            .timeout(timeout)
                            .examples("{}")
                            .build())));
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            asked.add(request.data());
            IntegrationResponse response = answer.apply(request);
            return response == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(response);
        }

        @Override
        public CompletionStage<Health> health() {
            return CompletableFuture.completedFuture(new Health(true, ""));
        }
    }

    /** Completes each task at once. */
    private final class Worker implements io.skep.api.agent.AgentConnector {
        @Override
        public void assigned(Assignment assignment) {
            AttemptRef ref =
                    new AttemptRef(assignment.task().id(), assignment.task().token(), "ann");
            skep.attempts()
                    .start(ref, null)
                    .thenAccept(begun -> skep.attempts().complete(List.of(new Completion(ref, "7"))));
        }

        @Override
        public void canceled(AttemptRef attempt, String cause) {
            // There is nothing to stop.
        }

        @Override
        public void answered(AttemptRef attempt, String answer) {
            // It never asks.
        }
    }

    @BeforeEach
    void start() throws IOException {
        log = new InMemoryLogStore(4, directory);
        open(CoreSettings.DEFAULT, false);
    }

    private void open(CoreSettings settings, boolean pluginsAreComing) throws IOException {
        skep = new Skep(log, new InMemoryProjection(4), settings, pluginsAreComing);
        get(skep.agents().connect(AgentSpec.of("ann", 8, "w"), new Worker()));
    }

    private static CoreSettings mandatory() {
        return EngineHarness.settings().mandatory("guarding").build();
    }

    private void serve() {
        version++;
        get(skep.serve(new Generation.Origin("guard", "guard", version + ".0.0", version, null), guard));
    }

    @AfterEach
    void end() {
        skep.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join();
    }

    private Task submit(TaskSpecBuilder spec) {
        return get(skep.tasks().submit(List.of(spec.build()))).get(0).task();
    }

    private Task ended(TaskSpecBuilder spec) {
        return get(skep.tasks().awaitEnd(submit(spec).id(), LONG));
    }

    private void awaitReason(Task task, String words) {
        await().atMost(LONG)
                .until(() -> get(skep.tasks().why(task.id())).reasons().stream()
                        .limit(1)
                        .anyMatch(r -> r.contains(words)));
    }

    @Test
    void plugin_isAskedBeforeAndAfter_whatIsAnsweredCounts() {
        serve();
        guard.answer = request -> new Answered(
                request.data().contains("before")
                        ? "{\"verdict\":\"pass\",\"attachment\":{\"name\":\"hints\",\"value\":{\"a\":[1,null]}}}"
                        : PASS);

        Task done = ended(TaskSpec.of("x"));

        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(done.review().attachments()).containsExactly(Map.entry("hints", "{\"a\":[1,null]}"));
        assertThat(guard.asked)
                .containsExactly(
                        "{\"task\":\"" + done.id() + "\",\"stage\":\"before\"}",
                        "{\"task\":\"" + done.id() + "\",\"stage\":\"after\"}");
    }

    @Test
    void whatIsNotMeant_isNotAskedAbout() {
        guard.wanted = List.of(
                new Checkpoint(Stage.AFTER, "guarding", "check", Set.of("acme"), Set.of(), 0, null),
                new Checkpoint(Stage.AFTER, "guarding", "check", Set.of(), Set.of(), 100, "deep"));
        serve();
        ended(TaskSpec.of("x"));
        ended(TaskSpec.of("x").input("{\"shallow\":1}"));
        assertThat(guard.asked).isEmpty();

        ended(TaskSpec.of("x").tenant("acme"));
        ended(TaskSpec.of("x".repeat(100)));
        ended(TaskSpec.of("x").input("{\"deep\":1}"));
        assertThat(guard.asked).hasSize(3);

        guard.orchestrator.checkpoints(List.of());
        ended(TaskSpec.of("x").tenant("acme"));
        assertThat(guard.asked).hasSize(3);
    }

    @Test
    void whoGivesNoAnswer_isPassedOver_andItIsSaid() {
        guard.wanted = List.of(Guard.at(Stage.AFTER));
        serve();
        guard.answer = request -> new Declined("not today");
        assertThat(ended(TaskSpec.of("x")).cause())
                .isEqualTo("completed; unchecked, since guarding declined: not today");
        guard.answer = request -> new Failed("guard", "oops");
        assertThat(ended(TaskSpec.of("x")).cause()).contains("guarding failed: oops");
        for (String nonsense : List.of(
                "{}", "[]", "{\"verdict\":\"maybe\"}", "{\"verdict\":\"pass\",\"attachment\":{\"name\":\"a b\"}}")) {
            guard.answer = request -> new Answered(nonsense);
            assertThat(ended(TaskSpec.of("x")).cause()).contains("cannot be read");
        }
    }

    @Test
    void whoIsLateOnce_isAskedAgain() {
        guard.wanted = List.of(Guard.at(Stage.AFTER));
        guard.timeout = Duration.ofMillis(300);
        guard.answer = request -> guard.asked.size() == 1 ? null : new Answered(PASS);
        serve();

        assertThat(ended(TaskSpec.of("x")).cause()).isEqualTo("completed");
        assertThat(guard.asked).hasSize(2);
    }

    @Test
    void whoGivesNoAnswerInTime_isPassedOver_andItIsSaid() {
        guard.wanted = List.of(Guard.at(Stage.AFTER));
        guard.timeout = Duration.ofMillis(300);
        guard.answer = request -> null;
        serve();

        assertThat(ended(TaskSpec.of("x")).cause()).contains("gave no answer within PT0.3S");
        assertThat(guard.asked).as("the one question").hasSize(3).containsOnly(guard.asked.get(0));
    }

    @Test
    void mandatoryCapability_isWaitedFor() throws IOException {
        skep.close();
        open(mandatory(), false);
        Task task = submit(TaskSpec.of("x"));
        awaitReason(task, "capability guarding is mandatory, and nobody offers it");
        guard.answer = request -> new Declined("not yet");
        guard.wanted = List.of(Guard.at(Stage.BEFORE));
        serve();
        awaitReason(task, "guarding is mandatory and declined: not yet");

        guard.answer = request -> new Answered(PASS);

        assertThat(get(skep.tasks().awaitEnd(task.id(), LONG)).state()).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void legacyMode_andFlags_askNobody() {
        serve();
        skep.registry().flags(Map.of(), true);
        ended(TaskSpec.of("x"));
        skep.registry().flags(Map.of("guarding", FlagRule.OFF), false);
        ended(TaskSpec.of("x"));

        assertThat(guard.asked).isEmpty();
    }

    @Test
    void pendingVerdict_isAskedForAgain_atOnceWhenThePluginSaysSo() {
        guard.wanted = List.of(Guard.at(Stage.AFTER));
        serve();
        guard.answer = request ->
                new Answered("{\"verdict\":\"pending\",\"reason\":\"a person thinks\",\"retryAfterMillis\":60000}");
        Task task = submit(TaskSpec.of("x"));
        awaitReason(task, "a person thinks");

        guard.answer = request -> new Answered("{\"verdict\":\"fail\",\"feedback\":\"a\\nb\"}");
        guard.orchestrator.recheck(task.id());

        assertThat(get(skep.tasks().awaitEnd(task.id(), LONG)).error()).isEqualTo("its result is not accepted: a; b");
    }

    @Test
    void restart_letsNothingSlipThrough_beforeThePluginIsBack() throws IOException {
        guard.wanted = List.of(new Checkpoint(Stage.BEFORE, "guarding", "check", Set.of("acme"), Set.of(), 0, null));
        serve();
        await().atMost(LONG)
                .until(() -> !skep.engine()
                        .state()
                        .shardOfPlugin("core.checkpoints")
                        .documents("core.checkpoints")
                        .isEmpty());
        skep.close();
        open(CoreSettings.DEFAULT, true);
        Task meant = submit(TaskSpec.of("x").tenant("acme"));
        // One that names no skill would wait for the plugin that compares agents.
        assertThat(ended(TaskSpec.of("y").skills("w")).state())
                .as("nobody wants to see it")
                .isEqualTo(TaskState.COMPLETED);
        assertThat(get(skep.tasks().find(meant.id())).orElseThrow().state()).isEqualTo(TaskState.QUEUED);
        guard.answer = request -> new Answered("{\"verdict\":\"fail\",\"feedback\":\"no\"}");

        serve();
        skep.started();

        assertThat(get(skep.tasks().awaitEnd(meant.id(), LONG)).state()).isEqualTo(TaskState.REJECTED);
    }

    @Test
    void restart_waitsForNobodyWhoDoesNotCome() throws IOException {
        serve();
        await().atMost(LONG)
                .until(() -> !skep.engine()
                        .state()
                        .shardOfPlugin("core.checkpoints")
                        .documents("core.checkpoints")
                        .isEmpty());
        skep.close();
        open(CoreSettings.DEFAULT, true);
        Task task = submit(TaskSpec.of("x"));
        skep.started();

        Task done = get(skep.tasks().awaitEnd(task.id(), LONG));
        assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(get(skep.events().next(EventCursor.start(4), 100, Duration.ZERO))
                                .events())
                        .filteredOn(event -> event.type().equals("task.admitted"))
                        .extracting(Event::cause)
                        .containsExactly("may start; unchecked, since guarding did not come back"));
    }

    @Test
    void orchestratorOfNobody_hasNoCheckpoints_andNobodyHasTooMany() {
        assertThatThrownBy(() -> skep.checkpoints(List.of())).isInstanceOf(IllegalStateException.class);
        Notice notice = new Notice("guard.began", "s", "");
        assertThatThrownBy(() -> skep.tell(notice)).isInstanceOf(IllegalStateException.class);
        serve();
        List<Checkpoint> many = Collections.nCopies(Orchestrator.MAX_CHECKPOINTS + 1, Guard.at(Stage.AFTER));
        assertThatThrownBy(() -> guard.orchestrator.checkpoints(many)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatThePluginTells_isAnEvent() {
        serve();

        get(guard.orchestrator.tell(new Notice("guard.began", "s", "so")));

        // It is told when it is durable, and its readers learn it just after.
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(get(skep.events().next(EventCursor.start(4), 100, Duration.ZERO))
                                .events())
                        .anySatisfy(event -> {
                            assertThat(event.type()).isEqualTo("guard.began");
                            assertThat(event.cause()).isEqualTo("so");
                        }));
    }

    @Test
    void settings_ofWhoIsMandatory_areRead() {
        assertThat(mandatory().checkpoints()).isEqualTo(new CheckpointSettings(64, 5, 3, Set.of("guarding")));
    }
}
