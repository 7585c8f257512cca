// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.admin.FlagRule;
import io.skep.api.admin.Flags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The flags of {@link FakeCore}. */
final class FakeFlags implements Flags {
    final List<String> actors = new CopyOnWriteArrayList<>();
    private final FakeCore core;
    private final Map<String, Flag> flags = new TreeMap<>();
    private boolean legacyMode;

    FakeFlags(FakeCore core) {
        this.core = core;
        flags.put("semantic_routing", new Flag("semantic_routing", FlagRule.ON, true));
    }

    @Override
    public List<Flag> list() {
        synchronized (core) {
            return new ArrayList<>(flags.values());
        }
    }

    @Override
    public CompletionStage<Flag> set(String capability, FlagRule rule, String actor) {
        return core.stage(() -> {
            actors.add(actor);
            boolean offered =
                    flags.containsKey(capability) && flags.get(capability).offered();
            flags.put(capability, new Flag(capability, rule, offered));
            return flags.get(capability);
        });
    }

    @Override
    public boolean legacyMode() {
        synchronized (core) {
            return legacyMode;
        }
    }

    @Override
    public CompletionStage<Boolean> setLegacyMode(boolean on, String actor) {
        return core.stage(() -> {
            actors.add(actor);
            legacyMode = on;
            return on;
        });
    }
}
