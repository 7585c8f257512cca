// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where identities are kept: JSON documents by name. They hold private keys, so who implements it keeps them from other
 * users of the machine. There is one writer at a time. Implementations are thread-safe.
 */
public interface KeyStore {
    /** The longest document in characters that is ever saved. */
    int MAX_CHARS = 256 << 10;

    /**
     * A document, from memory or nearly so.
     *
     * @param name of {@code [a-z0-9-]}, at most 64 characters
     */
    Optional<String> load(String name);

    /** Keeps a document in place of the one before; completes when it is durable, or fails and nothing has changed. */
    CompletionStage<Void> save(String name, String json);
}
