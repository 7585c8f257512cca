// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

/**
 * An event is not in the log. What was to be recorded must not happen, or must not be answered as done: the log fails
 * closed.
 */
public final class AuditException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Reason {
        /** As many events wait for the disk as may; trying again later can help. */
        FULL,
        /** The log was closed. */
        CLOSED,
        /** The disk failed. The log stays stopped until it is opened again, as a failed sync is not repeated. */
        FAILED
    }

    private final Reason reason;

    AuditException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    AuditException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why not. */
    public Reason reason() {
        return reason;
    }
}
