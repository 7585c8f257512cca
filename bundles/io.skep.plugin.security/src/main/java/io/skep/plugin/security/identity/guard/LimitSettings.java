// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import io.skep.plugin.security.identity.Checks;

/**
 * How much one caller may take. Immutable.
 *
 * @param principalRate requests a second of one principal in the long run
 * @param principalBurst requests at once, which then come back at that rate
 * @param addressRate credentials a second from one address that have to be verified, those in the cache aside
 * @param addressBurst of those at once
 * @param tracked principals, and addresses, that are counted, at most; the one that was not seen for the longest time
 *     gives way, and starts with a full bucket when it comes again
 */
public record LimitSettings(
        long principalRate, long principalBurst, long addressRate, long addressBurst, long tracked) {
    /** 200 a second and 1,000 at once of a principal; 50 and 500 of an address; 100,000 of each. */
    public static final LimitSettings DEFAULT = new LimitSettings(200, 1000, 50, 500, 100_000);

    private static final long MOST = 1_000_000;

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException naming what is out of bounds
     */
    public LimitSettings {
        Checks.within("principalRate", principalRate, 1, MOST);
        Checks.within("principalBurst", principalBurst, 1, MOST);
        Checks.within("addressRate", addressRate, 1, MOST);
        Checks.within("addressBurst", addressBurst, 1, MOST);
        Checks.within("tracked", tracked, 1, MOST);
    }
}
