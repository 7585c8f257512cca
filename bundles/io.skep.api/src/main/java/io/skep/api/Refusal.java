// SPDX-License-Identifier: Apache-2.0
package io.skep.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that was understood and is not carried out; nothing changed. Every service of the api ends its stage with
 * this exception, and with no other, when a request is refused. Immutable.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a request is refused. The HTTP status is the one that an edge answers with. */
    public enum Reason {
        /** A value is missing, malformed or out of its limits. Repeating the request cannot succeed. */
        INVALID(400),
        /** Nobody is known by what the caller showed. */
        UNAUTHENTICATED(401),
        /** The caller may not do this. */
        FORBIDDEN(403),
        /** No such task, agent, capability or plugin. */
        NOT_FOUND(404),
        /** The request contradicts the present state, for instance an id that is taken. */
        CONFLICT(409),
        /** The attempt is over: its fencing token is no longer the task's. The late caller must stop its work. */
        FENCED(409),
        /** Larger than a documented limit. Repeating the request cannot succeed. */
        TOO_LARGE(413),
        /** A bounded queue is full; try again after {@link Refusal#retryAfter()}. */
        BUSY(429),
        /** The server cannot answer now (starting, stopping, or its store stopped); try again later. */
        UNAVAILABLE(503),
        /** The store's disk is full: reads go on, changes are refused until there is space again. */
        STORE_FULL(507);

        private final int httpStatus;

        Reason(int httpStatus) {
            this.httpStatus = httpStatus;
        }

        /** The HTTP status code of this reason. */
        public int httpStatus() {
            return httpStatus;
        }

        /** Whether the same request may succeed later without a change of its content. */
        public boolean isRetryable() {
            return this == BUSY || this == UNAVAILABLE || this == STORE_FULL;
        }
    }

    private final Reason reason;
    private final @Nullable String field;
    private final @Nullable Duration retryAfter;

    private Refusal(Reason reason, @Nullable String field, String message, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.reason = Objects.requireNonNull(reason);
        this.field = field;
        this.retryAfter = retryAfter;
    }

    /** A refusal for {@code reason} with one clear sentence for a person. */
    public static Refusal of(Reason reason, String message) {
        return new Refusal(reason, null, message, null);
    }

    /** A refusal because of the value of {@code field}, a JSON path such as {@code skills[0].id}. */
    public static Refusal of(Reason reason, String field, String message) {
        return new Refusal(reason, field, message, null);
    }

    /** {@link Reason#INVALID} because of the value of {@code field}. */
    public static Refusal invalid(String field, String message) {
        return of(Reason.INVALID, field, message);
    }

    /** A retryable refusal that says when to come back. */
    public static Refusal retryLater(Reason reason, String message, Duration retryAfter) {
        return new Refusal(reason, null, message, retryAfter);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The offending field as a JSON path, where one is to blame. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }

    /** When to try again, for retryable reasons that know it. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The message, so that Javadoc of callers can rely on it being there. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
