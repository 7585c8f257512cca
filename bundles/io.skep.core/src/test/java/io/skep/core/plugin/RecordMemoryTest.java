// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecordMemoryTest {
    /** Loads one class itself. */
    private static final class Again extends ClassLoader {
        Again() {
            super(RecordMemoryTest.class.getClassLoader());
        }

        Class<?> define(Class<?> known) throws Exception {
            String file = "/" + known.getName().replace('.', '/') + ".class";
            try (InputStream in = RecordMemoryTest.class.getResourceAsStream(file)) {
                byte[] code = in.readAllBytes();
                return defineClass(known.getName(), code, 0, code.length);
            }
        }
    }

    private static WeakReference<ClassLoader> linkEquals() throws Exception {
        Again loader = new Again();
        Class<?> again = loader.define(Compared.class);
        var constructor = again.getDeclaredConstructor(again);
        constructor.setAccessible(true);
        Object inner = constructor.newInstance((Object) null);
        Object first = constructor.newInstance(inner);
        Object second = constructor.newInstance(constructor.newInstance((Object) null));
        assertThat(first.equals(second)).isTrue();
        assertThat(first.hashCode()).isEqualTo(second.hashCode());
        assertThat(first.toString()).isEqualTo(second.toString());
        return new WeakReference<>(loader);
    }

    @Test
    void recordWhoseMethodsWereLinkedLast_isForgotten() throws Exception {
        WeakReference<ClassLoader> gone = linkEquals();

        RecordMemory.forget();

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            return gone.get() == null;
        });
    }
}
