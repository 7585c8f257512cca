// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

/** Which agents may make a call; {@link Rules} decides. Others may, as far as the policy lets them. */
enum Permission {
    /** Anybody, without a token, even if it is no agent. */
    PUBLIC,
    /** Every agent. */
    ANY_AGENT,
    /** The agent that the path names, in its present version. */
    THE_AGENT,
    /** The agent that the path names, in a version also that another one has taken over from. */
    ANY_VERSION,
    /** An agent that holds the task that the path names. */
    HOLDER,
    /** Every agent, for attempts of its own: core fences all others, since the caller's id goes with each word. */
    OWN_ATTEMPT,
    /** An agent, for parts of a task that it holds; the body tells. */
    SUBMITTER,
    /** The agent that the path names, if it is known by something else than a registration here. */
    REGISTERING,
    /** Every agent, if the operation of the capability that it calls is for agents too; the body tells. */
    OPERATION,
    /** No agent. */
    ADMINISTRATOR
}
