// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit.plugin;

import io.skep.api.Refusal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notes each call of a service before it is made; without a service behind it, there is nothing and nothing works. */
final class Recorded implements InvocationHandler {
    private final String name;
    private final @Nullable Object target;
    private final Consumer<String> calls;

    private Recorded(String name, @Nullable Object target, Consumer<String> calls) {
        this.name = name;
        this.target = target;
        this.calls = calls;
    }

    /** A service of that type whose calls are told as {@code name.method}. */
    static <T> T service(Class<T> type, String name, @Nullable T target, Consumer<String> calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new Recorded(name, target, calls)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, method, arguments);
        }
        calls.accept(name + "." + method.getName());
        if (target == null) {
            return absent(method);
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "recorded " + name;
        };
    }

    private Object absent(Method method) {
        Refusal refusal = Refusal.of(Refusal.Reason.UNAVAILABLE, "there are no " + name);
        if (method.getReturnType() == List.class) {
            return List.of();
        } else if (method.getReturnType() == Optional.class) {
            return Optional.empty();
        }
        return CompletableFuture.failedFuture(refusal);
    }
}
