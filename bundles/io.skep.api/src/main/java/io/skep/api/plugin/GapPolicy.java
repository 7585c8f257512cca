// SPDX-License-Identifier: Apache-2.0
package io.skep.api.plugin;

/** What a caller gets while nobody offers a capability, as its last provider declared it. */
public enum GapPolicy {
    /** The call waits for the next provider; number and time are bounded, beyond them it is {@link #REJECT}. */
    PARK,
    /** The call is answered as gone at once, and the caller goes on with base behaviour. */
    FALL_BACK,
    /** The call is answered as gone at once, with a time to come back. */
    REJECT
}
