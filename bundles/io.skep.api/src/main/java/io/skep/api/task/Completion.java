// SPDX-License-Identifier: Apache-2.0
package io.skep.api.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agent's word that an attempt is done.
 *
 * @param attempt which attempt
 * @param result JSON text, at most 256 KiB in UTF-8, or the {@linkplain io.skep.api.payload.Payload#reference()
 *     reference} of a payload; null means the JSON value null
 */
public record Completion(AttemptRef attempt, @Nullable String result) {
    public Completion {
        Objects.requireNonNull(attempt);
    }
}
