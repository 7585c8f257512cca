// SPDX-License-Identifier: Apache-2.0
package io.skep.core.engine;

import io.skep.api.Refusal;

/**
 * Something to decide, by the engine's thread.
 *
 * @param <T> the answer
 */
public interface Command<T> {
    /**
     * Decides; all or nothing: a command that refuses has changed nothing.
     *
     * @throws Refusal if it is refused
     */
    T decide(Turn turn);
}
