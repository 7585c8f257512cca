// SPDX-License-Identifier: Apache-2.0
package io.skep.api.agent;

import io.skep.api.Refusal;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Starts and stops agents of which there can be several of a kind: local programs, or a fleet elsewhere. Published as a
 * service. It does what it is told; how many there should be, somebody else decides. Thread-safe. No method blocks.
 */
@ConsumerType
public interface Scaler {
    /** Tells it from others: lower case letters, digits and hyphens, at most 32. */
    String name();

    /** Its groups as they stand, by name. */
    List<ScalingGroup> groups();

    /**
     * Has a group become so large. Agents that are too many are drained: they get nothing new, and are ended when they
     * have ended what they have, or when the limit of the group for that is over. What is drained comes back before
     * others are started.
     *
     * <p>An order is carried out once: one whose decision is not newer than the last that this scaler has carried out for the
     * group changes nothing, and is answered like it. So it may be repeated when the answer was lost.
     *
     * @return the group, when the change is under way; {@link AgentService#list} says how far it is. Ends with a {@link
     *     Refusal}: {@code NOT_FOUND} if there is no such group, {@code INVALID} if that is outside of its limits, {@code
     *     UNAVAILABLE} or {@code BUSY} if it may be done later
     */
    CompletionStage<ScalingGroup> scaleTo(ScalingOrder order);
}
