// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Decides who is let in, and to what. Thread-safe; never blocks.
 *
 * <p>By core's own tokens, which is the default for connections by a loopback address, or by the capabilities of the
 * plugin {@code security} where that is required: then nobody is let in without them.
 */
@ProviderType
public interface Access {
    /**
     * Who makes a request, if they may do what they want.
     *
     * @param intent what they want, or null for what everybody may do who is known
     * @return the caller; ends with a {@link io.skep.api.Refusal} whose reason is {@code UNAUTHENTICATED}, {@code
     *     FORBIDDEN}, {@code BUSY} (too many requests, or too many wrong tokens) or {@code UNAVAILABLE} (nobody can decide
     *     now)
     */
    default CompletionStage<Caller> admit(Credential credential, @Nullable Intent intent) {
        CompletableFuture<Caller> outcome = new CompletableFuture<>();
        admit(credential, intent, outcome);
        return outcome;
    }

    /**
     * As {@link #admit(Credential, Intent)}, for an edge that wants no detour over other threads: a plugin that is asked may
     * run on the calling thread. It does not wait there; should it hang nevertheless, the outcome is there at its timeout
     * and the thread when the plugin lets it go.
     *
     * @param outcome gets what the other one returns: before this returns, or, only if {@link #isRequired}, later on a thread that
     *     must not be held
     */
    void admit(Credential credential, @Nullable Intent intent, CompletableFuture<Caller> outcome);

    /**
     * Whether one who was let in may do something further.
     *
     * @param credential that they showed, for its address and call
     * @return the caller, perhaps confined to a tenant; ends as {@link #admit}
     */
    CompletionStage<Caller> permit(Caller caller, Credential credential, Intent intent);

    /** Whether a request by such a credential needs the capabilities of the plugin {@code security}. */
    boolean isRequired(Credential credential);

    /** The file with the local administrator's token, readable by its owner alone. */
    Path administratorTokenFile();
}
