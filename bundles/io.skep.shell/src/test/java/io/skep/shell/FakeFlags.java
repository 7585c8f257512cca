// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.Refusal;
import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Flags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Flags in memory. */
final class FakeFlags implements Flags {
    final List<String> actors = new ArrayList<>();
    private final Map<String, Flag> flags = new TreeMap<>();
    private boolean legacyMode;
    boolean readOnly;

    private <T> CompletionStage<T> end(T value, String actor) {
        if (readOnly) {
            return CompletableFuture.failedFuture(Refusal.of(Refusal.Reason.STORE_FULL, "the file cannot be written"));
        }
        actors.add(actor);
        return CompletableFuture.completedFuture(value);
    }

    @Override
    public List<Flag> list() {
        return List.copyOf(flags.values());
    }

    @Override
    public CompletionStage<Flag> set(String capability, FlagRule rule, String actor) {
        flags.put(capability, new Flag(capability, rule, true));
        return end(flags.get(capability), actor);
    }

    @Override
    public boolean legacyMode() {
        return legacyMode;
    }

    @Override
    public CompletionStage<Boolean> setLegacyMode(boolean on, String actor) {
        legacyMode = on;
        return end(on, actor);
    }
}
