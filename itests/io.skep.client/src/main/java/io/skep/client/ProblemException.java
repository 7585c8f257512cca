// SPDX-License-Identifier: Apache-2.0
package io.skep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server understood a request and answered with an error (RFC 9457). Nothing changed. Immutable. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;
    private final @Nullable String field;
    private final @Nullable Duration retryAfter;

    /**
     * @param status of the HTTP answer
     * @param body the problem; members that are missing are left empty
     * @param retryAfter when to try again, or null
     */
    public ProblemException(int status, JsonNode body, @Nullable Duration retryAfter) {
        super(status + " " + body.path("detail").asText(body.path("title").asText("")));
        this.status = status;
        this.reason = body.path("reason").asText("");
        this.field = body.hasNonNull("field") ? body.get("field").asText() : null;
        this.retryAfter = retryAfter;
    }

    /** The HTTP status code. */
    public int status() {
        return status;
    }

    /** The reason in lower-kebab case, for instance {@code fenced}; empty if the answer named none. */
    public String reason() {
        return reason;
    }

    /** The offending field, where one is to blame. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }

    /** When the same request may succeed, where the server knows it. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * Whether Skep itself refused. Otherwise the answer came from what carries it, for instance an HTTP server that
     * listens already while Skep still starts; it says nothing about the request.
     */
    public boolean isFromSkep() {
        return !reason.isEmpty();
    }

    /** Whether the same request may succeed later. */
    public boolean isRetryable() {
        return status == 429 || status == 503 || status == 507 || !isFromSkep();
    }
}
