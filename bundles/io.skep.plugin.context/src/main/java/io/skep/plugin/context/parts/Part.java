// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.parts;

import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One capability of the plugin, at work over one orchestrator. Thread-safe. */
public interface Part extends AutoCloseable {
    /** What it offers; the same as its offer says without an instance. */
    Capability capability();

    /** Begins what it does by itself; called once, after all parts are made and before any call. */
    void start();

    /**
     * Answers one operation of the capability, with a record of the operation's output type.
     *
     * @param operation the name of one that the capability has
     * @throws io.skep.plugin.base.Declination if it is not carried out; the stage may end with one too
     */
    CompletionStage<?> answer(String operation, IntegrationRequest request);

    /** Why it cannot do its work, or null while it can; for the health of the plugin. */
    @Nullable
    String trouble();

    /** Ends what it began, within a second; may be called twice. */
    @Override
    void close();
}
