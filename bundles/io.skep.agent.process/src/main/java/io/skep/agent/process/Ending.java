// SPDX-License-Identifier: Apache-2.0
package io.skep.agent.process;

import io.skep.api.task.AttemptEnd;

/** Why an attempt ends. */
sealed interface Ending {
    /** The program ended by itself, or by somebody else's hand. */
    record Exited(int status) implements Ending {}

    /** It is ended, and core is told so. */
    record Failed(AttemptEnd end, String error, boolean retryable) implements Ending {}

    /** It is ended because core says that it is over; core is told nothing. */
    record Dropped(String cause) implements Ending {}
}
