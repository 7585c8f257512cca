// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error as the wire shows it (RFC 9457).
 *
 * @param reason lower-case word that programs go by
 * @param field the JSON path of the member to blame, or null
 * @param retryAfter when to come back, or null
 */
record Problem(
        int status,
        String title,
        String detail,
        String reason,
        @Nullable String field,
        @Nullable Duration retryAfter) {
    static final String TYPE = "application/problem+json";

    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);

    Problem {
        Objects.requireNonNull(detail);
    }

    /** The problem behind whatever a stage or handler ended with; what is no refusal is logged and not told. */
    static Problem of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Refusal refusal) {
            return of(refusal);
        }
        LOG.error("a request failed", cause);
        return new Problem(
                500,
                "Internal error",
                "the request failed inside the server; its log says why",
                "internal",
                null,
                null);
    }

    static Problem of(Refusal refusal) {
        Refusal.Reason reason = refusal.reason();
        Duration after = refusal.retryAfter().orElse(reason.isRetryable() ? Duration.ofSeconds(1) : null);
        String name = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Problem(
                reason.httpStatus(),
                title(reason),
                refusal.getMessage(),
                name,
                refusal.field().orElse(null),
                after);
    }

    static Problem methodNotAllowed(String allow) {
        return new Problem(405, "Method not allowed", "this path takes " + allow, "method-not-allowed", null, null);
    }

    static Problem mediaType(String detail) {
        return new Problem(415, "Unsupported media type", detail, "unsupported-media-type", null, null);
    }

    /** The answer that says it, and in {@code Retry-After} when to come back, if that is known. */
    Answer answer() {
        Answer answer = Answer.json(status, this::write).as(TYPE);
        return retryAfter == null ? answer : answer.header("Retry-After", seconds(retryAfter));
    }

    /** The value of the header {@code Retry-After}: whole seconds, rounded up, at least one. */
    static String seconds(@Nullable Duration retryAfter) {
        long millis = retryAfter == null ? 1 : Math.max(1, retryAfter.toMillis());
        return Long.toString((millis + 999) / 1000);
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        members(json);
        json.writeEndObject();
    }

    /** The members without the braces, for an object that has others too. */
    void members(JsonGenerator json) throws IOException {
        json.writeStringField("type", "urn:skep:problem:" + reason);
        json.writeStringField("title", title);
        json.writeNumberField("status", status);
        json.writeStringField("detail", detail);
        if (field != null) {
            json.writeStringField("field", field);
        }
        json.writeStringField("reason", reason);
    }

    private static String title(Refusal.Reason reason) {
        return switch (reason) {
            case UNAUTHENTICATED -> "Unauthorized";
            case INVALID -> "Invalid request";
            case FORBIDDEN -> "Forbidden";
            case NOT_FOUND -> "Not found";
            case CONFLICT -> "Conflict";
            case FENCED -> "The attempt is over";
            case TOO_LARGE -> "Too large";
            case BUSY -> "Too many requests";
            case UNAVAILABLE -> "Unavailable";
            case STORE_FULL -> "Insufficient storage";
        };
    }
}
