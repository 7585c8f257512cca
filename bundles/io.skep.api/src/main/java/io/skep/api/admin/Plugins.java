// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.plugin.Health;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The plugins, and what is done to them while they serve. Thread-safe; no method blocks. A change is a {@link SwapJob}
 * that goes on by itself; there is at most one for a plugin at a time, a second is refused as a conflict. Every change
 * is an event {@code plugin.…}.
 */
@ProviderType
public interface Plugins {
    /** Every generation that is there, by name and generation. */
    List<PluginStatus> list();

    /** One plugin with its past; empty if there is and was none of that name. */
    Optional<PluginDetail> find(String name);

    /** How the newest generation of a plugin is, by its own word, or unhealthy when it does not say so in time. */
    CompletionStage<Health> health(String plugin, Duration timeout);

    /**
     * Checks a new version and, unless that is all that is asked, begins to bring it in beside the old one. The jar is
     * read before the stage completes, and not needed afterwards.
     *
     * @return the job as it begins or, for a dry run, as it would; ends with a {@link io.skep.api.Refusal} that says what
     *     is wrong with the jar, or that another job is under way; nothing has changed then
     */
    CompletionStage<SwapJob> upgrade(SwapRequest request);

    /**
     * Begins to bring the version before the present one back, which is kept on disk.
     *
     * @param actor who asks for it
     * @return the job as it begins; ends with a refusal if no version is kept or another job is under way
     */
    CompletionStage<SwapJob> rollback(String plugin, String actor);

    /**
     * Begins to take a plugin away: its calls in flight end, then its bundle goes.
     *
     * @param actor who asks for it
     */
    CompletionStage<SwapJob> remove(String plugin, String actor);

    /** A job, as long as it is among the most recent. */
    Optional<SwapJob> job(String id);

    /**
     * Waits for a job to end.
     *
     * @param atMost how long, at most five minutes
     * @return the job when it ended, or as it stands after that time; ends with a refusal if there is none
     */
    CompletionStage<SwapJob> awaitEnd(String id, Duration atMost);
}
