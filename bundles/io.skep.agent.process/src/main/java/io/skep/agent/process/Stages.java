// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The one place where the answer of a stage is let go, because the action has seen value and failure. */
final class Stages {
    private Stages() {}

    /**
     * Does something when a stage ends.
     *
     * @param action gets the value or the failure; must not throw
     */
    @SuppressWarnings("FutureReturnValueIgnored")
    static <T> void onEnd(CompletionStage<T> stage, BiConsumer<? super T, ? super @Nullable Throwable> action) {
        stage.whenComplete(action);
    }
}
