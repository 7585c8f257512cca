// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static io.skep.core.plugin.PluginBench.capability;
import static io.skep.core.plugin.PluginBench.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.Health;
import io.skep.api.plugin.OrchestrationPlugin;
import io.skep.testkit.plugin.RecordingPlugin;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginWorkTest {
    private final PluginBench bench = new PluginBench();
    private final RecordingPlugin plugin = new RecordingPlugin("p");
    private final Generation generation = bench.ready("p", "1", plugin, capability("echo"));

    @AfterEach
    void stop() {
        bench.close();
    }

    private static Throwable failure(CompletableFuture<?> stage) {
        try {
            throw new AssertionError("did not fail: " + get(stage));
        } catch (CompletionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void whatThePluginAnswers_isTheEnding() {
        assertThat(get(PluginWork.on(generation, OrchestrationPlugin::health))).isEqualTo(Health.OK);
        boolean same = get(PluginWork.ask(generation, p -> p == plugin));
        assertThat(same).isTrue();
    }

    @Test
    void whatThePluginThrows_isTheEnding() {
        plugin.health(() -> {
            throw new IllegalStateException("ill");
        });
        assertThat(failure(PluginWork.on(generation, OrchestrationPlugin::health)))
                .hasMessage("ill");
        plugin.health(() -> CompletableFuture.failedFuture(new IllegalStateException("later")));
        assertThat(failure(PluginWork.on(generation, OrchestrationPlugin::health)))
                .hasMessage("later");
        plugin.health(() -> {
            throw new NoClassDefFoundError("Missing");
        });
        assertThat(failure(PluginWork.on(generation, OrchestrationPlugin::health)))
                .isInstanceOf(NoClassDefFoundError.class);
        plugin.health(() -> null);
        assertThat(failure(PluginWork.on(generation, OrchestrationPlugin::health)))
                .hasMessage("it answered nothing");
    }

    @Test
    void work_isDoneOnAThreadOfPlugins_withTheirClassLoader() {
        AtomicReference<ClassLoader> loader = new AtomicReference<>();
        boolean own = get(PluginWork.ask(generation, p -> {
            loader.set(Thread.currentThread().getContextClassLoader());
            return PluginThread.isCurrent();
        }));

        assertThat(own).isTrue();
        assertThat(loader).hasValue(PluginBench.LOADER);
    }

    @Test
    void stoppedPool_isAFailure() {
        bench.threads.shutdownNow();

        assertThat(failure(PluginWork.on(generation, OrchestrationPlugin::health)))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void offer_isTakenOver_orRefusedWithTheReason() {
        assertThat(PluginWork.offer(generation, List.of(capability("a"), capability("b"))))
                .isNull();
        assertThat(generation.capabilities()).extracting(Capability::id).containsExactly("a", "b");
        assertThat(generation.endpoint("echo", null)).isNull();
        assertThat(PluginWork.offer(generation, null)).isEqualTo("it offers nothing");
        assertThat(PluginWork.offer(generation, List.of())).isEqualTo("it offers nothing");
        assertThat(PluginWork.offer(generation, Arrays.asList(capability("a"), null)))
                .isEqualTo("it offers nothing");
        assertThat(PluginWork.offer(generation, List.of(capability("a"), capability("a"))))
                .isEqualTo("it offers the capability a twice");
        assertThat(generation.capabilities()).hasSize(2);
    }

    @Test
    void offer_isACopy() {
        PluginWork.offer(generation, List.of(capability("a")));

        assertThatThrownBy(() -> generation.capabilities().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
