// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

/**
 * The policy in force. A new one replaces it at once and as a whole, for the next decision; a decision that runs ends by
 * the policy it began with. Thread-safe, without locks.
 */
public final class LivePolicy {
    private final PolicyLimits limits;
    private volatile Policy current = Policy.seeded();

    /** Begins with the seeded roles alone. */
    public LivePolicy(PolicyLimits limits) {
        this.limits = limits;
    }

    /** The policy in force. */
    public Policy current() {
        return current;
    }

    /**
     * Takes a document in place of the one before, if all of it is right. If two are taken at the same time, the later
     * one stays.
     *
     * @return the policy that was made of it
     * @throws PolicyException if anything in it is wrong; then nothing has changed
     */
    public Policy take(String document) {
        Policy made = Policy.of(document, limits);
        current = made;
        return made;
    }

    /** Whether the subject may do that, by the policy in force. */
    public Decision decide(Subject subject, String action, Resource resource, Context context) {
        return current().decide(subject, action, resource, context);
    }

    /** The same decision with all that was looked at. */
    public Explanation explain(Subject subject, String action, Resource resource, Context context) {
        return current().explain(subject, action, resource, context);
    }
}
