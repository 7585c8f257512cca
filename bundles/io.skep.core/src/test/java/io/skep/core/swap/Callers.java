// SPDX-License-Identifier: Apache-2.0
package io.skep.core.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skep.api.plugin.IntegrationResponse.Answered;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Users who call the plugin one call after another until they are told to stop. */
final class Callers implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final List<Object> wrong = new CopyOnWriteArrayList<>();
    private final AtomicLong calls = new AtomicLong();
    private volatile boolean over;

    Callers(SwapHarness server, int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(
                    () -> {
                        while (!over) {
                            var response = server.begin().join();
                            calls.incrementAndGet();
                            if (!(response instanceof Answered) && wrong.size() < 10) {
                                wrong.add(response);
                            }
                        }
                    },
                    "caller");
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    long calls() {
        return calls.get();
    }

    /** Ends them; nobody may have seen anything but answers. */
    @Override
    public void close() {
        over = true;
        await().atMost(SwapHarness.LONG).until(() -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(wrong).isEmpty();
    }
}
