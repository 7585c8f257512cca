// SPDX-License-Identifier: Apache-2.0
package io.skep.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.embedding.Embedder;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentException;

@Timeout(300)
class EmbeddingComponentTest {
    @TempDir
    private Path base;

    private final AtomicReference<@Nullable Embedder> service = new AtomicReference<>();

    /** A bundle's context as far as it is used. */
    private BundleContext context(boolean withFiles) {
        return fake(
                BundleContext.class,
                Map.of("getDataFile", args -> withFiles ? base.toFile() : null, "registerService", args -> {
                    service.set((Embedder) args[1]);
                    return fake(ServiceRegistration.class, Map.of("unregister", none -> {
                        service.set(null);
                        return null;
                    }));
                }));
    }

    private interface Answer {
        @Nullable
        Object to(Object[] args);
    }

    private static <T> T fake(Class<T> type, Map<String, Answer> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Answer answer = answers.get(method.getName());
            return answer == null ? method.getDefaultValue() : answer.to(args);
        }));
    }

    private static EmbeddingComponent.Config config(Map<String, Answer> answers) {
        return fake(EmbeddingComponent.Config.class, answers);
    }

    private void awaitService() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> service.get() != null);
    }

    @Test
    void service_isThereFromItsFirstAnswerToTheEnd() {
        EmbeddingComponent component = new EmbeddingComponent(context(true), config(Map.of()));
        awaitService();
        assertThat(service.get().embed("a text")).hasSize(384);
        component.close();
        assertThat(service.get()).isNull();
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void wrongValue_isRefused_andTheLastGoodOneStays() {
        EmbeddingComponent component = new EmbeddingComponent(context(false), config(Map.of("threads", args -> 0)));
        awaitService();
        Embedder embedder = service.get();
        embedder.embed("kept");
        component.modified(config(Map.of("max_cached", args -> {
            throw new ComponentException("not a number");
        })));
        assertThat(embedder.cached("kept")).isPresent();
        component.modified(config(Map.of("max_cached", args -> 0)));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> embedder.cached("kept").isEmpty());
        component.close();
    }
}
