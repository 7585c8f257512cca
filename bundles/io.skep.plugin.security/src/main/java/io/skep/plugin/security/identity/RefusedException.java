// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

/** A check of a credential failed. Without a stack trace, as refusals are common and cheap for who provokes them. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal reason;

    /** Refuses for this reason. */
    public RefusedException(Refusal reason) {
        super(reason.words(), null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Refusal reason() {
        return reason;
    }
}
