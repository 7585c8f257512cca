// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skep.api.Refusal;
import io.skep.api.admin.FlagRule;
import io.skep.api.agent.AgentSpec;
import io.skep.api.plugin.Advice;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.api.plugin.Orchestrator;
import io.skep.core.plugin.Generation;
import io.skep.testkit.InMemoryLogStore;
import io.skep.testkit.InMemoryProjection;
import io.skep.testkit.plugin.RecordingPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationAdviceTest {
    private static final Duration HOLDS = Duration.ofSeconds(60);

    /** Before the advice ends by itself. */
    private static final Duration SOON = HOLDS.minusSeconds(10);

    @TempDir
    private Path directory;

    private Skep skep;
    private int version;

    @BeforeEach
    void start() throws IOException {
        skep = new Skep(new InMemoryLogStore(4, directory), new InMemoryProjection(4), CoreSettings.DEFAULT);
        get(skep.agents().register(AgentSpec.of("a", 4), false));
    }

    @AfterEach
    void stop() {
        skep.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** What a plugin is given that offers this and serves. */
    private Orchestrator serving(String capability) {
        AtomicReference<Orchestrator> given = new AtomicReference<>();
        RecordingPlugin plugin = new RecordingPlugin(
                        "balance" + ++version, RecordingPlugin.capability(capability, "assign"))
                .initializing(orchestrator -> {
                    given.set(orchestrator);
                    return CompletableFuture.completedFuture(null);
                });
        get(skep.serve(new Generation.Origin("load-balancing", "b", version + ".0.0", version, null), plugin));
        return given.get();
    }

    private static List<Advice> ejected() {
        return List.of(new Advice("a", 1, 4, true, "it fails"));
    }

    private void awaitEjected(boolean wanted) {
        await().atMost(SOON).until(() -> skep.engine().agents().find("a").isEjected() == wanted);
    }

    @Test
    void adviceOfThePluginThatServes_counts_untilItsFlagIsOff() {
        serving(Capabilities.ADAPTIVE_BALANCING).advise(ejected(), HOLDS);
        awaitEjected(true);

        flags(Map.of(Capabilities.ADAPTIVE_BALANCING, FlagRule.OFF), false);
        awaitEjected(false);
        flags(Map.of(), false);
        awaitEjected(true);
        flags(Map.of(), true);
        awaitEjected(false);
    }

    private void flags(Map<String, FlagRule> rules, boolean legacy) {
        skep.registry().flags(rules, legacy);
        skep.registry().announce();
    }

    @Test
    void adviceOfAGenerationThatServesNoMore_isNotHeard() {
        Orchestrator old = serving(Capabilities.ADAPTIVE_BALANCING);
        Orchestrator next = serving(Capabilities.ADAPTIVE_BALANCING);

        old.advise(ejected(), HOLDS);
        next.advise(List.of(new Advice("a", 0.5, 4, false, "slow")), HOLDS);

        await().atMost(SOON).until(() -> skep.engine().agents().find("a").advice() != null);
        assertThat(skep.engine().agents().find("a").isEjected()).isFalse();
        assertThat(skep.engine().agents().find("a").advice().weight()).isEqualTo(0.5);
    }

    @Test
    void whatIsOutOfItsLimits_isRefused() {
        Orchestrator plugin = serving(Capabilities.ADAPTIVE_BALANCING);
        List<Advice> many =
                Collections.nCopies(Orchestrator.MAX_ADVICE + 1, ejected().get(0));

        assertThatThrownBy(() -> plugin.advise(many, HOLDS)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> plugin.advise(ejected(), Duration.ZERO)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> plugin.advise(ejected(), Duration.ofSeconds(61)))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> new Advice("a", 0, 1, false, "")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> new Advice("a", Double.NaN, 1, false, "")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> new Advice("", 1, 1, false, "")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> new Advice("a", 1, 0, false, "")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> new Advice("a", 1, 1, false, "x".repeat(301))).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> skep.advise(ejected(), HOLDS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void pluginThatDoesNotOfferIt_isRefused() {
        Orchestrator other = serving("echoing");

        assertThatThrownBy(() -> other.advise(ejected(), HOLDS)).isInstanceOf(Refusal.class);
    }

    /** In a class loader of its own, as a bundle has one; gives its advice when it is called. */
    public static final class OwnPlugin implements OrchestrationPlugin {
        private volatile Orchestrator given;

        @Override
        public CompletionStage<Void> initialize(Orchestrator orchestrator) {
            given = orchestrator;
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<Capability> capabilities() {
            return List.of(RecordingPlugin.capability(Capabilities.ADAPTIVE_BALANCING, "assign"));
        }

        @Override
        public CompletionStage<Health> health() {
            return CompletableFuture.completedFuture(Health.OK);
        }

        @Override
        public CompletionStage<IntegrationResponse> process(IntegrationRequest request) {
            given.advise(List.of(new Advice("a", 1, 4, true, "it fails")), Duration.ofSeconds(60));
            return CompletableFuture.completedFuture(new IntegrationResponse.Answered("{}"));
        }
    }

    private static final class OwnLoader extends ClassLoader {
        OwnLoader() {
            super(GenerationAdviceTest.class.getClassLoader());
        }

        OrchestrationPlugin plugin() throws IOException, ReflectiveOperationException {
            String name = OwnPlugin.class.getName();
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                Class<?> again = defineClass(name, code, 0, code.length);
                return (OrchestrationPlugin) again.getDeclaredConstructor().newInstance();
            }
        }
    }

    /** Has a plugin of its own class loader serve, advise and go. */
    private WeakReference<ClassLoader> adviseAndGo() throws Exception {
        OwnLoader loader = new OwnLoader();
        get(skep.serve(new Generation.Origin("load-balancing", "b", "1.0.0", 1, null), loader.plugin()));
        get(skep.call(new IntegrationRequest(Capabilities.ADAPTIVE_BALANCING, "assign", null, "{}")));
        awaitEjected(true);
        Generation generation = skep.registry().serving("load-balancing").orElseThrow();
        skep.registry().withdraw(generation, "it is taken away", false);
        skep.registry().forget(generation);
        return new WeakReference<>(loader);
    }

    @Test
    void adviceOfAPluginThatWasTakenAway_doesNotHoldItsClasses() throws Exception {
        WeakReference<ClassLoader> gone = adviseAndGo();

        await().atMost(SOON).until(() -> {
            System.gc();
            return gone.get() == null;
        });
        awaitEjected(false);
    }
}
