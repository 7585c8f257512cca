// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

/** A way to replace a plugin. */
enum Way {
    /** An upgrade over HTTP. */
    SIDE_BY_SIDE,
    /** {@code bundle:update} with the new jar. */
    UPDATE,
    /** {@code bundle:stop} and {@code bundle:start}. */
    STOP_START,
    /** Another jar in place of the one in {@code deploy/}. */
    DEPLOY
}
