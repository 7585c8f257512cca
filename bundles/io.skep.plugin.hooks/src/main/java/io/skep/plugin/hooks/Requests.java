// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import org.jspecify.annotations.Nullable;

/** The inputs of the operations; what is null was not said. */
final class Requests {
    private Requests() {}

    /** Nothing is asked. */
    record Nothing() {}

    /** Of a hook. */
    record ByName(@Nullable String name) {}

    /** The question of a checkpoint; {@code stage} is {@code before} or {@code after}. */
    record Check(@Nullable String task, @Nullable String stage) {}

    /**
     * A trial of a hook, which really runs.
     *
     * @param name of one that there is
     * @param hook or one that is not kept
     * @param type of what is said to happen; the first of the hook's by default
     * @param subject to what
     * @param cause why
     * @param task the id of a task that there is, or null
     */
    record Test(
            @Nullable String name,
            @Nullable HookSpec hook,
            @Nullable String type,
            @Nullable String subject,
            @Nullable String cause,
            @Nullable String task) {}

    /** A part of a list; of one hook, if it is named. */
    record Page(@Nullable String hook, @Nullable Integer limit) {}

    /** Dead letters: that one, or those of a hook, or all, at most {@code limit}. */
    record Letters(
            @Nullable String id,
            @Nullable String hook,
            @Nullable Integer limit) {}

    /** Figures: of hooks, of operations, or of both, whose names begin so. */
    record Figures(@Nullable String prefix) {}

    /** Of a task; by default the one that the call names. */
    record OfTask(@Nullable String task) {}

    /** An operation begins. */
    record Start(@Nullable String name) {}

    /** It has ended; well, unless {@code success} is false. */
    record End(@Nullable String id, @Nullable Boolean success) {}
}
