// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import io.skep.api.embedding.Embedder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A lifecycle in a class loader of its own, from its beginning to its end. */
public final class OwnLifecycle {
    private OwnLifecycle() {}

    /** What it published, though it was asked twice. */
    public static List<Embedder> of(Path base) {
        List<Embedder> published = new CopyOnWriteArrayList<>();
        Lifecycle lifecycle = new Lifecycle(
                new Lifecycle.Machine(base, System.getProperty("os.name"), System.getProperty("os.arch")), embedder -> {
                    published.add(embedder);
                    return () -> {};
                });
        for (int n = 0; n < 2; n++) {
            lifecycle.apply(Settings.DEFAULT);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().equals("skep-embedding")));
        }
        lifecycle.close();
        return published;
    }
}
