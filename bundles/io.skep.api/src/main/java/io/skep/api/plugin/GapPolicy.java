// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

/** What a caller gets while nobody offers a capability, as its last provider declared it. */
public enum GapPolicy {
    /** The call waits a bounded time for the next provider. */
    PARK,
    /** The caller goes on with base behaviour. */
    FALL_BACK,
    /** The call is refused, with a time to come back. */
    REJECT
}
