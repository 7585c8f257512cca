// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.context.recall;

import org.jspecify.annotations.Nullable;

/** What the operations take; a field that may be null may be left out. */
public final class Requests {
    private Requests() {}

    /**
     * A session to consolidate.
     *
     * @param session its id
     * @param level {@code light}, {@code deep} (the default) or {@code intensive}
     * @param tokens how many its context may have afterwards, 0 to 1,000,000,000; null for what the configuration says
     * @param dryRun whether only to say what would come of it
     */
    public record Consolidate(
            @Nullable String session,
            @Nullable String level,
            @Nullable Long tokens,
            @Nullable Boolean dryRun) {}

    /**
     * What is not in the context of a session any more, or not as it was.
     *
     * @param session its id
     * @param after those whose numbers come after that one
     * @param limit at most, 1 to 1,000, by default 100
     */
    public record Diff(
            @Nullable String session,
            @Nullable Long after,
            @Nullable Integer limit) {}

    /**
     * What was ever appended and fits a question, or one item by its number.
     *
     * @param query the question, at most 4,096 characters; null with a number
     * @param session where to look, null for every session that the caller may read
     * @param agent in the sessions of that agent only
     * @param number of an item of {@code session}, which is answered whole
     * @param archived whether only what is not in the context any more, which is the default
     * @param limit at most, 1 to 100, by default 10
     */
    public record Recall(
            @Nullable String query,
            @Nullable String session,
            @Nullable String agent,
            @Nullable Long number,
            @Nullable Boolean archived,
            @Nullable Integer limit) {}

    /** Nothing. */
    public record Status() {}
}
