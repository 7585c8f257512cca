// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;

/** Calls of capabilities, as commands make them. */
final class Calls {
    private Calls() {}

    /** The JSON that is answered, on one line; any other ending fails the command by its name. */
    static String answer(Orchestrator orchestrator, IntegrationRequest request)
            throws CommandFailed, InterruptedException {
        IntegrationResponse response =
                Answer.within(Operation.MAX_TIMEOUT.plus(Answer.PROMPTLY), orchestrator.call(request));
        String problem = response.fold(
                answered -> "",
                declined -> "declined: " + declined.reason(),
                failed -> failed.plugin() + " failed: " + failed.cause(),
                timedOut -> timedOut.plugin() + " did not answer within "
                        + timedOut.after().toMillis() + " ms",
                gone -> "gone: " + gone.reason());
        if (!(response instanceof IntegrationResponse.Answered answered)) {
            throw new CommandFailed(problem);
        }
        return Printable.line(answered.data());
    }
}
