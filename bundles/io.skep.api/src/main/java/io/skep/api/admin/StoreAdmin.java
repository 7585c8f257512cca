// SPDX-License-Identifier: Apache-2.0
package io.skep.api.admin;

import io.skep.api.store.StoreStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What operators do with the store while it works. Thread-safe; no method blocks. There is one job at a time, a second is
 * refused as a conflict. Jobs live in memory: a stop of the server ends the one that is under way, and what it had
 * written is removed.
 */
@ProviderType
public interface StoreAdmin {
    /** How the files stand. */
    CompletionStage<StoreStatus> status();

    /** The most recent jobs, the newest first. */
    List<StoreJob> jobs();

    /**
     * Begins a job.
     *
     * @param name of the backup or the export, or null for the present time; for {@link StoreJob.Kind#IMPORT} the absolute
     *     path of the export; null for any other
     * @param actor who asks for it
     * @return the job as it begins; ends with a {@link io.skep.api.Refusal} if the name is none or another one is under way
     */
    CompletionStage<StoreJob> begin(StoreJob.Kind kind, @Nullable String name, String actor);

    /**
     * Waits for a job to end.
     *
     * @param atMost how long, at most five minutes
     * @return the job when it ended, or as it stands after that time; ends with a refusal if there is none
     */
    CompletionStage<StoreJob> awaitEnd(String id, Duration atMost);

    /** Ends a job after its present step; what it had written is removed. The job as it stands, or a refusal. */
    CompletionStage<StoreJob> stop(String id);
}
