// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import java.util.concurrent.CompletableFuture;

/** Carries out hooks of one kind. Thread-safe; holds nobody up. */
interface Target {
    /**
     * One attempt, which ends by itself at the hook's timeout.
     *
     * @return ends exceptionally only if the plugin is closed meanwhile
     */
    CompletableFuture<Outcome> call(HookSpec hook, Happening happening);
}
