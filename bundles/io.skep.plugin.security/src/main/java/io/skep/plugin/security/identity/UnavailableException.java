// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import java.time.Duration;

/** A credential cannot be checked now. Without a stack trace; the cause has one. */
public final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** Cannot be checked because of {@code cause}, in words that are safe to show. */
    public UnavailableException(Duration retryAfter, String words, Throwable cause) {
        super(words, cause, false, false);
        this.retryAfter = retryAfter;
    }

    /** Cannot be checked, in words that are safe to show. */
    public UnavailableException(Duration retryAfter, String words) {
        super(words, null, false, false);
        this.retryAfter = retryAfter;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** The words, which are never null. */
    public String words() {
        return String.valueOf(getMessage());
    }
}
