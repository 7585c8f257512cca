// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing.balance;

/**
 * What waiting is to be expected where tasks come by chance to so many slots: A. K. Erlang's formula for M/M/c (1917). Pure.
 *
 * @param utilisation share of the slots that is needed; from 1 on the queue grows without end
 * @param waits the share of tasks that have to wait, 0 to 1
 * @param waitMillis how long a task waits on average, those that do not included
 */
public record Queueing(double utilisation, double waits, double waitMillis) {
    /**
     * Works it out.
     *
     * @param perSecond tasks that come
     * @param serviceMillis what one takes on average
     * @param slots at least 1
     */
    public static Queueing of(double perSecond, double serviceMillis, int slots) {
        double offered = perSecond * serviceMillis / 1000;
        double utilisation = offered / slots;
        if (utilisation >= 1) {
            return new Queueing(utilisation, 1, Double.POSITIVE_INFINITY);
        }
        // Erlang B by its recursion, which does not overflow, and C from that.
        double blocked = 1;
        for (int i = 1; i <= slots; i++) {
            blocked = offered * blocked / (i + offered * blocked);
        }
        double waits = blocked / (1 - utilisation * (1 - blocked));
        return new Queueing(utilisation, waits, waits * serviceMillis / (slots * (1 - utilisation)));
    }
}
