// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.core.plugin.Generation;
import io.skep.core.plugin.PluginRegistry;
import io.skep.core.plugin.PluginSettings;
import io.skep.testkit.plugin.RecordingPlugin;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaksTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final PluginRegistry registry = new PluginRegistry(Runnable::run, PluginSettings.DEFAULT);
    private final Leaks leaks = new Leaks();

    @AfterEach
    void stop() {
        registry.calls().close();
    }

    private static final class Loader extends ClassLoader {}

    private Generation of(ClassLoader loader) {
        Generation generation =
                registry.arrive(new Generation.Origin("p", "p", "1", 1, loader), new RecordingPlugin("p"));
        registry.forget(generation);
        return generation;
    }

    @Test
    void collectedLoader_isWatchedNoMore() {
        leaks.watch(of(new Loader()));

        await().atMost(LONG).until(() -> {
            System.gc();
            return leaks.look() == 0;
        });
    }

    @Test
    void loaderThatSurvives_isNamed_andWatchedNoMore() {
        Loader held = new Loader();
        leaks.watch(of(held));
        assertThat(leaks.look()).isEqualTo(1);

        await().atMost(LONG).until(() -> {
            System.gc();
            return leaks.look() == 0;
        });

        assertThat(held).isNotNull();
    }

    @Test
    void unknownLoader_isNotWatched() {
        leaks.watch(of(null));

        assertThat(leaks.look()).isZero();
    }

    @Test
    void watchedLoaders_areBounded() {
        Loader held = new Loader();
        for (int i = 0; i < 1005; i++) {
            leaks.watch(of(held));
        }

        assertThat(leaks.look()).isLessThanOrEqualTo(1000);
    }
}
