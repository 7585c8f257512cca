// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PluginThreadsTest {
    @Test
    void endedThread_holdsNoClassLoader_evenIfItsWorkFailed() throws InterruptedException {
        AtomicReference<ClassLoader> meanwhile = new AtomicReference<>();
        Thread thread = PluginThreads.daemon(
                () -> {
                    meanwhile.set(Thread.currentThread().getContextClassLoader());
                    throw new IllegalStateException("on purpose");
                },
                "plugin-thread");
        thread.setUncaughtExceptionHandler((its, failure) -> {});
        thread.start();
        thread.join(Duration.ofSeconds(60).toMillis());

        assertThat(meanwhile.get()).isSameAs(PluginThreads.class.getClassLoader());
        assertThat(thread.isAlive()).isFalse();
        assertThat(thread.getContextClassLoader()).isNull();
        assertThat(thread.isDaemon()).isTrue();
    }
}
