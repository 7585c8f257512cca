// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Intent;
import io.skep.api.agent.AgentSpec;
import io.skep.api.agent.Registration;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.IntegrationResponse.Answered;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.task.TaskSpec;
import io.skep.core.plugin.Generation;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody is let in whom nobody vouches for, whatever happens to the plugin that decides. */
class AdmissionsTest {
    private static final Intent LIST = Intent.to("list", "task");
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String ADMITTED = """
            {"outcome": "admitted", "principal": {"id": "ada", "kind": "human", "tenant": "blue", "roles": ["viewer"],
             "scopes": ["skep:read"], "issuer": "https://id"}, "tenant": "blue"}""";

    @TempDir
    private Path directory;

    private Skep skep;
    private final Guard guard = new Guard();

    /** Says what it is told to. */
    private static final class Guard implements OrchestrationPlugin {
        record Anything() {}

        volatile IntegrationResponse response = new Answered(ADMITTED);
        volatile IntegrationRequest asked;
        volatile Thread on;
        /** Until it is at zero, threads that come are kept. */
        volatile CountDownLatch held = new CountDownLatch(0);
        /** Short where a test wants to see it over. */
        volatile Duration timeout = Operation.MAX_TIMEOUT;

        @Override
        public CompletionStage<Void> initialize(Orchestrator orchestrator) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<Capability> capabilities() {
            return Stream.of("oauth_auth", "rbac_enforcement", "audit_logging")
                    .map(id -> new Capability(
                            id,
                            List.of(Operation.named("admit")
                                    .summary("Decides.")
                                    .input(Anything.class)
                                    .output(Anything.class)
                                    .idempotent()
                                    .immediate()
                                    .timeout(timeout)
                                    .examples("{}")
                                    .build())))
                    .toList();
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            asked = request;
            on = Thread.currentThread();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return response == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(response);
        }

        @Override
        public CompletionStage<Health> health() {
            return CompletableFuture.completedFuture(new Health(true, ""));
        }
    }

    @BeforeEach
    void start() throws IOException {
        skep = new Skep(new InMemoryLogStore(16, directory), new InMemoryProjection(16), CoreSettings.DEFAULT);
    }

    @AfterEach
    void stop() {
        skep.close();
    }

    private void serve() {
        get(skep.serve(new Generation.Origin("security", "security", "1.0.0", 1, null), guard));
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static Refusal refusal(CompletionStage<?> stage) {
        CompletionException failure = catchThrowableOfType(CompletionException.class, () -> get(stage));
        return (Refusal) failure.getCause();
    }

    private static Credential local(String token) {
        return new Credential(token, "127.0.0.1", true, "GET /api/v1/tasks");
    }

    private static Credential remote(String token) {
        return new Credential(token, "10.0.0.9", false, "GET /api/v1/tasks");
    }

    private CompletionStage<Caller> admit(Credential credential, Intent intent) {
        return skep.access().admit(credential, intent);
    }

    private String administratorsToken() throws IOException {
        return Files.readString(skep.access().administratorTokenFile()).strip();
    }

    @Test
    void overLoopback_coresOwnTokensDecide_andThePluginIsNotAsked() throws IOException {
        serve();
        Registration registration = get(skep.agents().register(AgentSpec.of("a", 1), false));
        assertThat(get(admit(local(administratorsToken()), LIST))).isEqualTo(Caller.ADMINISTRATOR);
        assertThat(get(admit(local(registration.secret()), LIST)).agent()).isEqualTo("a");
        assertThat(refusal(admit(local("nobodys"), LIST)).reason()).isEqualTo(Refusal.Reason.UNAUTHENTICATED);
        assertThat(refusal(admit(local(null), LIST))).hasMessage("this call needs a bearer token");
        assertThat(get(skep.access().permit(Caller.ADMINISTRATOR, local(null), LIST)))
                .isEqualTo(Caller.ADMINISTRATOR);
        assertThat(guard.asked).isNull();
    }

    @Test
    void fromAnotherMachine_thePluginDecides_andSaysWhoItIs() {
        serve();
        Caller caller = get(admit(remote("token"), LIST));
        assertThat(caller.principal().id()).isEqualTo("ada");
        assertThat(caller.principal().roles()).containsExactly("viewer");
        assertThat(caller.principal().scopes()).containsExactly("skep:read");
        assertThat(caller.tenant()).isEqualTo("blue");
        assertThat(guard.asked.operation()).isEqualTo("admit");
        assertThat(guard.asked.data())
                .contains("\"token\":\"token\"", "\"action\":\"list\"", "\"address\":\"10.0.0.9\"");
    }

    @Test
    void thePlugin_isAskedOnTheCallersThread() {
        serve();
        CompletableFuture<Caller> outcome = new CompletableFuture<>();
        skep.access().admit(remote("token"), LIST, outcome);
        assertThat(outcome).isCompleted();
        assertThat(guard.on).isSameAs(Thread.currentThread());
    }

    @Test
    void pluginThatKeepsTheCallersThread_letsNobodyIn_andTheOutcomeIsThereInTime() {
        guard.timeout = SHORT;
        serve();
        CountDownLatch held = new CountDownLatch(1);
        guard.held = held;
        CompletableFuture<Caller> outcome = new CompletableFuture<>();
        Thread edge = new Thread(() -> skep.access().admit(remote("token"), LIST, outcome), "edge");
        edge.start();
        try {
            assertThat(refusal(outcome).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
            assertThat(edge.isAlive()).isTrue();
        } finally {
            held.countDown();
        }
    }

    @Test
    void whoMayReachOnlyItsOwn_isToldToKeepToIt() {
        serve();
        assertThat(get(admit(remote("token"), LIST)).isOwnOnly()).isFalse();
        guard.response = new Answered(ADMITTED.replace("\"outcome\"", "\"own\": true, \"outcome\""));
        assertThat(get(admit(remote("token"), LIST)).isOwnOnly()).isTrue();
    }

    @Test
    void fromAnotherMachine_theAdministratorsTokenIsNotTaken() throws IOException {
        serve();
        assertThat(refusal(admit(remote(administratorsToken()), LIST)).reason())
                .isEqualTo(Refusal.Reason.UNAUTHENTICATED);
        assertThat(guard.asked).isNull();
    }

    @Test
    void agentsSecret_isNotPassedOn_butWhoItIs_andWhatItWorksAt() {
        serve();
        Registration registration = get(skep.agents().register(AgentSpec.of("a", 1), false));
        String task = get(skep.tasks()
                        .submit(List.of(
                                TaskSpec.of("t").tenant("blue").owner("ada").build())))
                .get(0)
                .task()
                .id();
        get(admit(remote(registration.secret()), new Intent("read", "task", task, false)));
        assertThat(guard.asked.data()).contains("\"tenant\":\"blue\"", "\"owner\":\"ada\"", "\"roles\":[\"agent\"]");
        assertThat(guard.asked.data()).doesNotContain(registration.secret());
        get(skep.attempts().claim("a", 1, Duration.ofSeconds(30)));
        get(admit(remote(registration.secret()), new Intent("complete", "attempt", task, false)));
        assertThat(guard.asked.data()).contains("\"owner\":\"ada\"", "\"holder\":\"a\"");
        get(admit(remote("token"), new Intent("read", "agent", "a", false)));
        assertThat(guard.asked.data()).contains("\"owner\":\"a\"");
        get(admit(remote("token"), new Intent("read", "task", "nothing", false)));
        assertThat(guard.asked.data()).doesNotContain("tenant", "owner", "holder");
    }

    @ParameterizedTest
    @CsvSource({
        "unauthenticated, UNAUTHENTICATED",
        "forbidden,       FORBIDDEN",
        "throttled,       BUSY",
        "unavailable,     UNAVAILABLE",
        "strange,         UNAVAILABLE",
    })
    void refusal_isToldByItsKind(String outcome, Refusal.Reason reason) {
        serve();
        guard.response =
                new Answered("{\"outcome\": \"" + outcome + "\", \"words\": \"so\", \"retryAfterMillis\": 2500}");
        Refusal refusal = refusal(admit(remote("token"), LIST));
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal).hasMessage("so");
        if (reason.isRetryable()) {
            assertThat(refusal.retryAfter()).contains(Duration.ofMillis(2500));
        }
    }

    @Test
    void withoutThePlugin_nobodyIsLetIn() {
        assertThat(refusal(admit(remote("token"), LIST)).reason()).isEqualTo(Refusal.Reason.UNAVAILABLE);
        assertThat(refusal(skep.access().permit(Caller.ADMINISTRATOR, remote("token"), LIST))
                        .reason())
                .isEqualTo(Refusal.Reason.UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"oauth_auth", "rbac_enforcement", "audit_logging"})
    void capabilityThatIsSwitchedOff_countsAsTakenAway(String capability) {
        serve();
        get(admit(remote("token"), LIST));
        skep.registry().flags(Map.of(capability, FlagRule.OFF), false);
        assertThat(refusal(admit(remote("token"), LIST)))
                .hasMessageContaining(capability)
                .extracting(Refusal::reason)
                .isEqualTo(Refusal.Reason.UNAVAILABLE);
    }

    @Test
    void pluginThatFails_declines_orTalksNonsense_letsNobodyIn() {
        serve();
        for (IntegrationResponse ending : List.of(
                new IntegrationResponse.Failed("security", "broken"),
                new IntegrationResponse.Declined("no"),
                new IntegrationResponse.Gone("away", null),
                new Answered("{\"outcome\": \"admitted\"}"),
                new Answered("{}"),
                new Answered("admitted"))) {
            guard.response = ending;
            CompletionException failure =
                    catchThrowableOfType(CompletionException.class, () -> get(admit(remote("token"), LIST)));
            assertThat(failure.getCause())
                    .as(ending.toString())
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAVAILABLE));
        }
    }

    @Test
    void pluginThatGivesNoAnswer_letsNobodyIn() {
        guard.timeout = SHORT;
        guard.response = null;
        serve();

        assertThat(refusal(admit(remote("token"), LIST)))
                .hasMessageContaining("gave no answer within 300 ms")
                .extracting(Refusal::reason)
                .isEqualTo(Refusal.Reason.UNAVAILABLE);
    }

    @Test
    void credential_doesNotShowItsToken() {
        assertThat(remote("secret").toString()).doesNotContain("secret").contains("10.0.0.9");
    }
}
