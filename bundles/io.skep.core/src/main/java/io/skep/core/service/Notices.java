// SPDX-License-Identifier: Apache-2.0
package io.skep.core.service;

import io.skep.api.plugin.Notice;
import io.skep.core.engine.Engine;
import io.skep.core.plugin.GenerationNotices;
import java.util.concurrent.CompletionStage;

/** What plugins tell, as events among all others. Thread-safe. */
public final class Notices implements GenerationNotices.Sink {
    private final Engine engine;

    /** Over an engine. */
    public Notices(Engine engine) {
        this.engine = engine;
    }

    @Override
    public CompletionStage<Void> tell(String plugin, Notice notice) {
        return engine.ask(turn -> {
                    turn.tell(plugin, notice);
                    return true;
                })
                .thenAccept(told -> {});
    }
}
