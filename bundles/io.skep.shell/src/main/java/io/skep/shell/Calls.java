// SPDX-License-Identifier: Apache-2.0
package io.skep.shell;

import io.skep.api.admin.Access;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Intent;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Need;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;

/** Calls of capabilities, as commands make them: in the name of who logged in, if that user may. */
final class Calls {
    /** Where the calls come from, in place of an address. */
    private static final String CHANNEL = "shell";

    private static final String ADMIN = "admin";

    private Calls() {}

    /**
     * The JSON that is answered, on one line; any other ending fails the command by its name.
     *
     * @param need what the operation says that its caller must be allowed
     * @param command that calls, in words for the audit
     */
    static String answer(
            Orchestrator orchestrator, Access access, IntegrationRequest request, Need need, String command)
            throws CommandFailed, InterruptedException {
        Caller caller = permitted(access, need, command);
        IntegrationResponse response =
                Answer.within(Operation.MAX_TIMEOUT.plus(Answer.PROMPTLY), orchestrator.call(request.by(caller)));
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

    private static Caller permitted(Access access, Need need, String command)
            throws CommandFailed, InterruptedException {
        Caller caller = Actor.caller();
        Credential credential = new Credential(null, CHANNEL, true, command);
        if (access.isRequired(credential)) {
            return Answer.of(access.permit(caller, credential, Intent.to(need.action(), need.resource())));
        }
        // Nobody can say what other roles may do, and by HTTP the administrator alone gets as far as this.
        if (!isCall(need) && !caller.principal().roles().contains(ADMIN)) {
            throw new CommandFailed(command + " is for the role " + ADMIN + " only, as no policy decides here");
        }
        return caller;
    }

    private static boolean isCall(Need need) {
        return need.action().equals(Need.CALL.action()) && need.resource().equals(Need.CALL.resource());
    }
}
