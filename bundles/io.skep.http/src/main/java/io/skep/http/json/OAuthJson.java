// SPDX-License-Identifier: Apache-2.0
package io.skep.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tokens for clients: what is asked of and answered by the capability {@code oauth_auth}, and what clients read. */
public final class OAuthJson {
    private static final int MAX_SCOPES = 1000;

    private OAuthJson() {}

    /**
     * A token.
     *
     * @param token the access token
     * @param expiresInSeconds how long it lives
     * @param scopes that it has
     */
    public record Issued(String token, long expiresInSeconds, List<String> scopes) {
        /** Writes it as RFC 6749 §5.1 says. */
        public void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeStringField("access_token", token);
            json.writeStringField("token_type", "Bearer");
            json.writeNumberField("expires_in", expiresInSeconds);
            if (!scopes.isEmpty()) {
                json.writeStringField("scope", String.join(" ", scopes));
            }
            json.writeEndObject();
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Issued[" + expiresInSeconds + " s, " + scopes + "]";
        }
    }

    /** There is no token; the message says why. */
    public static final class DeniedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String outcome;
        private final boolean isScope;
        private final long retryAfterMillis;

        DeniedException(String outcome, boolean isScope, @Nullable String words, long retryAfterMillis) {
            super(words);
            this.outcome = outcome;
            this.isScope = isScope;
            this.retryAfterMillis = retryAfterMillis;
        }

        /** {@code refused}, {@code throttled} or {@code unavailable}. */
        public String outcome() {
            return outcome;
        }

        /** Whether the client is known and only asked for too much. */
        public boolean isScope() {
            return isScope;
        }

        /** When to come again. */
        public long retryAfterMillis() {
            return retryAfterMillis;
        }
    }

    /**
     * The keys that tokens are verified with.
     *
     * @param keys a JWK set in JSON
     * @param issuer whose tokens they are
     */
    public record Published(String keys, String issuer) {}

    /** The question for a token, with the address that it comes from. */
    public static String question(String clientId, String clientSecret, List<String> scopes, String address) {
        return new String(
                Json.bytes(json -> {
                    json.writeStartObject();
                    json.writeStringField("clientId", clientId);
                    json.writeStringField("clientSecret", clientSecret);
                    Json.strings(json, "scopes", scopes);
                    json.writeStringField("address", address);
                    json.writeEndObject();
                }),
                StandardCharsets.UTF_8);
    }

    /**
     * The token in an answer.
     *
     * @throws DeniedException if there is none
     * @throws io.skep.api.Refusal if the answer cannot be read
     */
    public static Issued issued(String data) throws DeniedException {
        TokenDraft draft = JsonInput.read(data, in -> {
            TokenDraft read = new TokenDraft();
            in.object(member -> read.member(in, member));
            in.required("outcome", read.outcome);
            if ("issued".equals(read.outcome)) {
                in.required("accessToken", read.token);
            }
            return read;
        });
        String token = draft.token;
        if (token == null) {
            throw new DeniedException(
                    Objects.requireNonNullElse(draft.outcome, ""), draft.isScope, draft.words, draft.retryAfterMillis);
        }
        return new Issued(token, draft.expiresInSeconds, draft.scopes);
    }

    private static final class TokenDraft {
        private @Nullable String outcome;
        private @Nullable String token;
        private @Nullable String words;
        private List<String> scopes = List.of();
        private boolean isScope;
        private long expiresInSeconds;
        private long retryAfterMillis;

        void member(JsonInput in, String member) throws IOException {
            switch (member) {
                case "outcome" -> outcome = in.string();
                case "accessToken" -> token = in.string();
                case "words" -> words = in.string();
                case "scopes" -> scopes = in.strings(MAX_SCOPES);
                case "scopeRefused" -> isScope = in.bool(false);
                case "expiresInSeconds" -> expiresInSeconds = Objects.requireNonNullElse(in.whole(), 0L);
                case "retryAfterMillis" -> retryAfterMillis = Objects.requireNonNullElse(in.whole(), 0L);
                // Of a later version of the plugin.
                default -> in.raw();
            }
        }
    }

    /**
     * The keys in an answer.
     *
     * @throws io.skep.api.Refusal if it cannot be read
     */
    public static Published published(String data) {
        return JsonInput.read(data, in -> {
            String[] values = new String[2];
            in.object(member -> {
                switch (member) {
                    case "jwks" -> values[0] = in.string();
                    case "issuer" -> values[1] = in.string();
                    // Of a later version of the plugin.
                    default -> in.raw();
                }
            });
            return new Published(in.required("jwks", values[0]), in.required("issuer", values[1]));
        });
    }

    /** Writes where tokens and keys are (RFC 8414 §2). */
    public static void writeMetadata(JsonGenerator json, String issuer, String tokens, String keys) throws IOException {
        json.writeStartObject();
        json.writeStringField("issuer", issuer);
        json.writeStringField("token_endpoint", tokens);
        json.writeStringField("jwks_uri", keys);
        Json.strings(json, "grant_types_supported", List.of("client_credentials"));
        Json.strings(
                json, "token_endpoint_auth_methods_supported", List.of("client_secret_basic", "client_secret_post"));
        Json.strings(json, "response_types_supported", List.of());
        json.writeEndObject();
    }
}
