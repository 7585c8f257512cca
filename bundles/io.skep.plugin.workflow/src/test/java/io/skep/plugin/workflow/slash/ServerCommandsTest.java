// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skep.api.admin.Figures;
import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Flags;
import io.skep.api.admin.PluginStatus;
import io.skep.api.admin.Plugins;
import io.skep.api.admin.Server;
import io.skep.api.agent.AgentService;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.IntegrationResponse.Declined;
import io.skep.api.plugin.IntegrationResponse.Failed;
import io.skep.api.plugin.IntegrationResponse.Gone;
import io.skep.api.plugin.IntegrationResponse.TimedOut;
import io.skep.api.plugin.Operation;
import io.skep.api.task.QueueStatus;
import io.skep.api.task.TaskService;
import io.skep.api.task.TaskState;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.base.Admin;
import io.skep.plugin.workflow.slash.Builtin.Said;
import io.skep.testkit.plugin.FakeOrchestrator;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ServerCommandsTest {
    /** An input of any kind. */
    record Any(String a) {}

    private static final Capability THINKING = new Capability(
            "extended_thinking",
            List.of(Operation.named("think")
                    .summary("Thinks")
                    .input(Any.class)
                    .output(Any.class)
                    .examples("{\"a\":\"x\"}")
                    .build()));

    /** A service of which only these methods answer. */
    private static <T> T only(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> Objects.requireNonNull(answers.get(method.getName()), method.getName())));
    }

    private static final Admin ADMIN = new Admin() {
        @Override
        public Optional<Server> server() {
            Figures figures = new Figures(Map.of(TaskState.QUEUED, 3), 1, 10, 5, 2, 4);
            return Optional.of(
                    only(Server.class, Map.of("version", "0.1", "notReady", List.of("it stops"), "figures", figures)));
        }

        @Override
        public Optional<Plugins> plugins() {
            PluginStatus status = new PluginStatus(
                    "hooks", "1.2", 3, PluginStatus.State.SERVING, "", 100, List.of(), PluginStatus.Load.NONE);
            return Optional.of(only(Plugins.class, Map.of("list", List.of(status))));
        }

        @Override
        public Optional<Flags> flags() {
            List<Flags.Flag> flags = List.of(
                    new Flags.Flag("a_b", FlagRule.parse("25%"), true), new Flags.Flag("c_d", FlagRule.OFF, false));
            return Optional.of(only(Flags.class, Map.of("list", flags, "legacyMode", false)));
        }
    };

    private static FakeOrchestrator orchestrator(
            Function<IntegrationRequest, CompletionStage<IntegrationResponse>> how) {
        QueueStatus queue = new QueueStatus(Set.of("java"), "acme", 2, Instant.EPOCH, 1, 0.5, null, List.of(), 0, 0);
        return new FakeOrchestrator()
                .with(only(TaskService.class, Map.of("queues", CompletableFuture.completedFuture(List.of(queue)))))
                .with(only(AgentService.class, Map.of("list", List.of())))
                .answering(List.of(THINKING), how);
    }

    private static Said run(List<Entry> entries, String text) {
        Line line = Line.of(text);
        Entry entry = entries.stream()
                .filter(e -> e.name().equals(line.name()))
                .findFirst()
                .orElseThrow();
        return entry.builtin()
                .run(Arguments.of(line.words(), entry.flags()), Builtin.Caller.NOBODY)
                .toCompletableFuture()
                .join();
    }

    private static Said server(String text) {
        return run(new ServerCommands(orchestrator(request -> new CompletableFuture<>()), ADMIN).entries(), text);
    }

    private static Said ask(String text, IntegrationResponse answer) {
        FakeOrchestrator orchestrator = orchestrator(request -> CompletableFuture.completedFuture(answer));
        return run(new CapabilityCommands(orchestrator, new Codec()).entries(), text);
    }

    @Test
    void status_saysWhatTheServerSays() {
        assertThat(server("/status").text())
                .contains("version 0.1, not ready: it stops")
                .contains("tasks that wait: 2 in 1 queues");
    }

    @Test
    void metrics_areTheFiguresQueuesAndPlugins() {
        assertThat(server("/metrics").text())
                .contains("tasks in memory: {queued=3}")
                .contains("10 records in 5 commits, projection lags by 2")
                .contains("queue [java] of acme: 2 wait")
                .contains("plugin hooks 1.2: serving");
        assertThat(server("/plugins").text()).contains("plugin hooks 1.2: serving");
    }

    @Test
    void flags_areThoseOfTheServer() {
        assertThat(server("/flags").text())
                .isEqualTo("legacy mode is off\na_b = 25%\nc_d = off (nobody offers it now)");
        assertThat(server("/flags a_b").text()).endsWith("a_b = 25%");
        assertThatExceptionOfType(Declination.class).isThrownBy(() -> server("/flags none"));
    }

    @Test
    void withoutWords_acommandSaysWhatItsCapabilityCanBeAsked() {
        assertThat(ask("/think", new Gone("x")).text()).isEqualTo("think: Thinks  {\"a\":\"x\"}");
    }

    @Test
    void withJson_itAsks_andEveryEndingHasItsSentence() {
        assertThat(ask("/think '{\"a\":\"b\"}'", new Answered("{\"b\":1}")).text())
                .contains("\"b\" : 1");
        assertThat(ask("/think think '{}'", new Answered("{}")).data().toString())
                .isEqualTo("{}");
        Map<IntegrationResponse, String> endings = Map.of(
                new Declined("no"), "no",
                new Failed("p", "boom"), "extended_thinking failed: boom",
                new TimedOut("p", Duration.ofSeconds(1)), "extended_thinking did not answer in time",
                new Gone("off"), "nothing was done: off");
        endings.forEach((ending, sentence) -> assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> ask("/think '{}'", ending))
                .withMessageContaining(sentence));
        assertThatExceptionOfType(Declination.class).isThrownBy(() -> ask("/think '[]'", new Gone("x")));
    }

    @Test
    void whoeverDoesNotAnswer_isNotWaitedForBeyondTheCommandsOwnTime() {
        FakeOrchestrator silent = orchestrator(request -> new CompletableFuture<>());
        Said said = run(new CapabilityCommands(silent, new Codec()).entries(), "/think '{}'");
        assertThat(said.text()).contains("has not answered yet");
    }
}
