// SPDX-License-Identifier: Apache-2.0
package io.skep.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.api.admin.Cluster;
import io.skep.api.store.LogStore;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The store is published while it is open, if it is the one that was chosen. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class StoreComponentTest {
    private final BlockingQueue<Object> published = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> gone = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (context, method, arguments) -> {
                    published.add(arguments[1]);
                    return Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {ServiceRegistration.class},
                            (registration, call, none) -> gone.add(call.getName()));
                });
    }

    /** The configuration's defaults but for these values. */
    private StoreComponent.Config config(Map<String, Object> values) {
        return (StoreComponent.Config) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {StoreComponent.Config.class},
                (config, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private Map<String, Object> values() {
        return Map.of(
                "url",
                Stores.server().url(),
                "user",
                Stores.server().user(),
                "password",
                Stores.server().password(),
                "schema",
                "component",
                "directory",
                folder.resolve("store").toString());
    }

    @Test
    void chosenStore_isPublishedUntilItIsClosed() throws Exception {
        StoreComponent component = new StoreComponent(context(), config(values()), Map.of("kind", " Postgres "));
        assertThat(published.poll(60, TimeUnit.SECONDS)).isInstanceOf(Cluster.class);
        LogStore store = (LogStore) published.poll(60, TimeUnit.SECONDS);
        assertThat(store.shards()).isEqualTo(16);
        component.close();
        assertThat(gone).containsExactly("unregister", "unregister");
    }

    @Test
    void otherStore_orWrongValue_isNotOpened() throws Exception {
        for (Map<String, Object> kind : java.util.List.<Map<String, Object>>of(Map.of(), Map.of("kind", "sqlite"))) {
            new StoreComponent(context(), config(values()), kind).close();
        }
        new StoreComponent(context(), config(Map.of("shards", 0)), Map.of("kind", "postgres")).close();
        assertThat(published.poll(1, TimeUnit.SECONDS)).isNull();
    }
}
