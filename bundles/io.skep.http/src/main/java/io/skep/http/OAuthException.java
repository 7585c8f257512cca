// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import org.jspecify.annotations.Nullable;

/** A client gets no token, in the words of RFC 6749 §5.2. */
final class OAuthException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MILLIS = 1000;

    private final int status;
    private final String error;
    private final long retryAfterMillis;

    OAuthException(int status, String error, @Nullable String description) {
        this(status, error, description, 0);
    }

    private OAuthException(int status, String error, @Nullable String description, long retryAfterMillis) {
        super(description);
        this.status = status;
        this.error = error;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** The request is not as it must be. */
    static OAuthException invalid(String description) {
        return new OAuthException(400, "invalid_request", description);
    }

    /** The client is not who it says, or does not say it. */
    static OAuthException client(@Nullable String description) {
        return new OAuthException(401, "invalid_client", description);
    }

    /** Nobody can say now: the RFC has no word for it at this endpoint and leaves it to the status. */
    static OAuthException later(int status, @Nullable String description, long retryAfterMillis) {
        return new OAuthException(status, "temporarily_unavailable", description, Math.max(1, retryAfterMillis));
    }

    Answer answer() {
        Answer answer = Answer.json(status, json -> {
            json.writeStartObject();
            json.writeStringField("error", error);
            if (getMessage() != null) {
                json.writeStringField("error_description", getMessage());
            }
            json.writeEndObject();
        });
        if (status == 401) {
            return answer.header("WWW-Authenticate", "Basic realm=\"skep\"");
        }
        return retryAfterMillis == 0
                ? answer
                : answer.header("Retry-After", Long.toString((retryAfterMillis + MILLIS - 1) / MILLIS));
    }
}
