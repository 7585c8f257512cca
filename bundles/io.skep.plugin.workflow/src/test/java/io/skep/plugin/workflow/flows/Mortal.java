// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.flows;

import io.skep.api.Refusal;
import io.skep.api.plugin.Notice;
import io.skep.api.plugin.Orchestrator;
import io.skep.api.plugin.PluginState;
import io.skep.api.task.TaskService;
import io.skep.testkit.plugin.FakeOrchestrator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a generation has an effect on, until it has had so many; then nothing that it does has any, as if the server had
 * been killed at that moment.
 */
final class Mortal implements PluginState {
    private static final Set<String> EFFECTS = Set.of("submit", "cancel");

    private final PluginState state;
    private final AtomicInteger left;
    private final CompletableFuture<Void> dead = new CompletableFuture<>();
    private final Orchestrator orchestrator;
    private final List<Notice> told = new CopyOnWriteArrayList<>();
    volatile boolean trial;
    /** Whether it can tell nothing for now. */
    volatile boolean speechless;

    Mortal(Orchestrator real, PluginState state, int effects) {
        this.state = state;
        this.left = new AtomicInteger(effects);
        TaskService tasks = (TaskService) Proxy.newProxyInstance(
                TaskService.class.getClassLoader(), new Class<?>[] {TaskService.class}, (proxy, method, arguments) -> {
                    if (EFFECTS.contains(method.getName()) && !lives()) {
                        return gone();
                    }
                    try {
                        return method.invoke(real.tasks(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        this.orchestrator = FakeOrchestrator.over(real, this).with(tasks).telling(notice -> {
            if (isDead() || speechless) {
                return gone();
            }
            told.add(notice);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** What it has told while it lived, in order. */
    List<Notice> told() {
        return told;
    }

    Orchestrator orchestrator() {
        return orchestrator;
    }

    boolean isDead() {
        return dead.isDone();
    }

    private boolean lives() {
        if (left.getAndDecrement() <= 0) {
            dead.complete(null);
        }
        return !isDead();
    }

    private static <T> CompletionStage<T> gone() {
        return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.UNAVAILABLE, "the server was killed"));
    }

    @Override
    public SortedSet<String> keys() {
        return state.keys();
    }

    @Override
    public Optional<Document> get(String key) {
        return state.get(key);
    }

    @Override
    public CompletionStage<Void> put(String key, Document document) {
        return lives() ? state.put(key, document) : gone();
    }

    @Override
    public CompletionStage<Void> remove(String key) {
        return lives() ? state.remove(key) : gone();
    }

    @Override
    public long revision() {
        return state.revision();
    }

    @Override
    public boolean isTrial() {
        return trial;
    }

    @Override
    public boolean isServing() {
        return !trial;
    }
}
