// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract finds each kind of plugin that is not as it should be. */
class BadPluginsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<OrchestrationPluginContract> contracts = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (OrchestrationPluginContract contract : contracts) {
            contract.closeAll();
        }
    }

    private OrchestrationPluginContract contract(Supplier<OrchestrationPlugin> plugin) {
        return contract(plugin, SHORT, LONG);
    }

    /** One that waits so long for what goes, and so much longer for what has its time. */
    private OrchestrationPluginContract contract(
            Supplier<OrchestrationPlugin> plugin, Duration goneWithin, Duration grace) {
        OrchestrationPluginContract contract = new OrchestrationPluginContract() {
            @Override
            protected OrchestrationPlugin create() {
                return plugin.get();
            }

            @Override
            protected Duration goneWithin() {
                return goneWithin;
            }

            @Override
            protected Duration grace() {
                return grace;
            }
        };
        contracts.add(contract);
        contract.open();
        return contract;
    }

    private static RecordingPlugin plugin() {
        return new RecordingPlugin("bad", RecordingPlugin.capability("upper_case", "shout"));
    }

    private static CompletionStage<IntegrationResponse> with(IntegrationResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private static void assertFound(ThrowingCallable test, String words) {
        assertThatThrownBy(test).isInstanceOf(AssertionError.class).hasMessageContaining(words);
    }

    @Test
    void pluginThatFailsOrThrows_isFound() {
        OrchestrationPluginContract failing =
                contract(() -> plugin().processing(r -> with(new IntegrationResponse.Failed("bad", "why"))));
        assertFound(failing::everyExample_isAnsweredOrDeclined_inTime, "Failed");
        OrchestrationPluginContract throwing = contract(() -> plugin().processing(r -> {
            throw new IllegalStateException("boom");
        }));
        assertFound(throwing::everyExample_isAnsweredOrDeclined_inTime, "boom");
        assertFound(throwing::unknownCapability_isNotServed, "boom");
    }

    @Test
    void pluginThatAnswersNothing_isFound() {
        assertFound(
                contract(() -> plugin().processing(r -> null))::everyExample_isAnsweredOrDeclined_inTime, "the stage");
        assertFound(
                contract(() -> plugin().processing(r -> with(null)))::everyExample_isAnsweredOrDeclined_inTime,
                "the response");
    }

    @Test
    void pluginThatNeverAnswers_isFound() {
        assertFound(
                contract(() -> plugin().processing(r -> new CompletableFuture<>()), SHORT, SHORT)
                        ::everyExample_isAnsweredOrDeclined_inTime,
                "ended");
    }

    @Test
    void pluginThatTakesAnything_isFound() {
        OrchestrationPluginContract contract =
                contract(() -> plugin().processing(r -> with(new IntegrationResponse.Answered("{}"))));
        assertFound(contract::malformedInput_isDeclined_inASentence, "Declined");
        assertFound(contract::unknownField_isDeclined_inASentence, "Declined");
        assertFound(contract::unknownOperation_isNotServed, "Declined");
    }

    @Test
    void declineThatTellsOfClasses_isFound() {
        OrchestrationPluginContract contract = contract(() -> plugin().processing(
                        r -> with(new IntegrationResponse.Declined("java.lang.IllegalStateException: boom"))));
        assertFound(contract::malformedInput_isDeclined_inASentence, "why");
    }

    @Test
    void pluginThatHoldsItsCaller_isFound() {
        OrchestrationPluginContract contract = contract(() -> new UpperCase(1) {
            @Override
            public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
                return CompletableFuture.completedFuture(super.process(request)
                        .thenCombine(later(), (r, nothing) -> r)
                        .toCompletableFuture()
                        .join());
            }
        });
        assertFound(contract::caller_isHeldForAMomentOnly, "holds its caller");
    }

    private static CompletableFuture<Void> later() {
        return new CompletableFuture<Void>().completeOnTimeout(null, 50, TimeUnit.MILLISECONDS);
    }

    @Test
    void pluginThatIsUnwell_isFound() {
        assertFound(
                contract(() -> plugin().health(() -> CompletableFuture.completedFuture(new Health(false, "no"))))
                        ::health_isAnswered_andGoodAfterInitialisation,
                "healthy");
    }

    @Test
    void pluginThatWritesOverANewerSchema_isFound() {
        OrchestrationPluginContract contract = contract(() -> new UpperCase(1) {
            private PluginState state;

            @Override
            public CompletionStage<Void> initialize(Orchestrator orchestrator) {
                state = orchestrator.state();
                return super.initialize(orchestrator);
            }

            @Override
            public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
                state.put(KEY, new PluginState.Document(1, "{}"));
                return super.process(request);
            }
        });
        assertFound(contract::documentOfAnUnknownSchema_isLeftAlone, UpperCase.KEY);
    }

    @Test
    void pluginThatIsHeldAfterItsEnd_isFound() {
        List<OrchestrationPlugin> held = new ArrayList<>();
        // Its thread has to end before the plugin itself is missed.
        OrchestrationPluginContract contract = contract(
                () -> {
                    OrchestrationPlugin plugin = new UpperCase(1);
                    held.add(plugin);
                    return plugin;
                },
                Duration.ofSeconds(5),
                LONG);
        assertThatThrownBy(contract::closedPlugin_leavesNoThread_andIsCollected)
                .hasMessageContaining("the collection of a closed plugin");
        assertThat(held).isNotEmpty();
    }

    @Test
    void pluginWhoseClassesAreKept_byACacheThatJacksonShares_isFound() {
        OrchestrationPluginContract contract = new SharedTypes();
        contracts.add(contract);
        contract.open();
        assertThatThrownBy(contract::classesOfAClosedPlugin_areCollected).hasMessageContaining("TypeFactory");
    }

    /** Of a plugin whose mapper is made without a thought. */
    static final class SharedTypes extends OrchestrationPluginContract {
        @Override
        protected OrchestrationPlugin create() {
            return new UpperCase(1) {
                private final ObjectMapper json = new ObjectMapper();

                @Override
                public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
                    try {
                        json.readValue(request.data(), Text.class);
                    } catch (JsonProcessingException e) {
                        return with(new IntegrationResponse.Declined("that is not JSON"));
                    }
                    return super.process(request);
                }
            };
        }

        @Override
        protected Duration goneWithin() {
            return Duration.ofMillis(300);
        }
    }

    @Test
    void pluginWhoseThreadsLiveOn_isFound() {
        CountDownLatch end = new CountDownLatch(1);
        OrchestrationPluginContract contract = contract(() -> new UpperCase(1) {
            @Override
            public CompletionStage<Void> initialize(Orchestrator orchestrator) {
                new Thread(() -> awaitQuietly(end), "lives-on").start();
                return super.initialize(orchestrator);
            }
        });
        assertThatThrownBy(contract::closedPlugin_leavesNoThread_andIsCollected)
                .hasMessageContaining("threads that outlive their plugin");
        end.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
