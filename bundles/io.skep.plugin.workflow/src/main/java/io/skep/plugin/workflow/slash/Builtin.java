// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.plugin.workflow.base.Reach;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A command that the plugin carries out itself. Never blocks; everything that it says is what services answered. */
@FunctionalInterface
interface Builtin {
    /**
     * For whom it is done.
     *
     * @param reach what it may reach; confined, only commands that keep to a tenant are carried out
     * @param who made the call at an edge, or null
     */
    record Caller(
            @Nullable String agent, @Nullable String tenant, Reach reach, io.skep.api.admin.@Nullable Caller who) {
        /** Nobody in particular. */
        static final Caller NOBODY = new Caller(null, null, Reach.ALL, null);
    }

    /**
     * What it came to.
     *
     * @param text for people
     * @param data the same for programs
     * @param task the task that it made, or null
     */
    record Said(String text, Object data, @Nullable String task) {
        Said(String text, Object data) {
            this(text, data, null);
        }
    }

    /**
     * Does it.
     *
     * @throws io.skep.plugin.workflow.base.Declination in a sentence; the stage may end with one, too
     */
    CompletionStage<Said> run(Arguments arguments, Caller caller);
}
