// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.sharedstate.documents;

/**
 * A lock as it is kept. Immutable.
 *
 * @param token the fencing token: the revision at which it was taken, so that each is larger than all before
 * @param holder who has it
 * @param until when it ends by itself, in milliseconds since 1970
 */
record Lock(long token, String holder, long until) {
    boolean isHeld(long now) {
        return now < until;
    }
}
