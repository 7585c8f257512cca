// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.http.json.Json;
import io.skep.http.json.OAuthJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where clients get tokens for their secrets (RFC 6749 §4.4), the keys of these tokens (RFC 7517), and where both are (RFC
 * 8414), for whoever comes: the plugin {@code security} answers, and limits, locks out and records who guesses. Thread-safe.
 */
final class OAuthResource {
    static final String TOKEN = "/oauth/token";
    static final String KEYS = "/.well-known/jwks.json";
    private static final int RETRY_MILLIS = 1000;
    /** For so long many are answered by one question: nobody is to keep the plugin busy from outside. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Published> published = new AtomicReference<>();

    private record Published(long atNanos, CompletableFuture<IntegrationResponse> answer) {}

    OAuthResource(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    CompletionStage<Answer> token(Call call) {
        TokenForm form;
        try {
            form = TokenForm.read(
                    call.header().value("Content-Type"), call.header().value("Authorization"), call.body());
        } catch (OAuthException wrong) {
            return wrong.answer().now();
        }
        return call.orchestrator()
                .call(asked(
                        "token",
                        OAuthJson.question(
                                form.clientId(),
                                form.clientSecret(),
                                form.scopes(),
                                call.credential().address())))
                .thenApply(OAuthResource::issued);
    }

    private static IntegrationRequest asked(String operation, String data) {
        return new IntegrationRequest(Capabilities.OAUTH_AUTH, operation, null, data);
    }

    private static Answer issued(IntegrationResponse response) {
        try {
            OAuthJson.Issued issued = OAuthJson.issued(data(response));
            return Answer.json(200, issued::write).header("Pragma", "no-cache");
        } catch (OAuthException none) {
            return none.answer();
        } catch (OAuthJson.DeniedException denied) {
            return of(denied).answer();
        } catch (Refusal unreadable) {
            return unavailable("the answer of security cannot be read").answer();
        }
    }

    private static OAuthException of(OAuthJson.DeniedException denied) {
        return switch (denied.outcome()) {
            case "refused" ->
                denied.isScope()
                        ? new OAuthException(400, "invalid_scope", denied.getMessage())
                        : OAuthException.client(denied.getMessage());
            case "throttled" -> OAuthException.later(429, denied.getMessage(), denied.retryAfterMillis());
            default -> OAuthException.later(503, denied.getMessage(), denied.retryAfterMillis());
        };
    }

    private static OAuthException unavailable(String why) {
        return OAuthException.later(503, why, RETRY_MILLIS);
    }

    /** What an ending says: an answer, or why there is none. */
    private record Said(@Nullable String data, String why) {}

    /** What was answered; what is wrong with a request was found before, so that no other ending is the client's fault. */
    private static String data(IntegrationResponse response) throws OAuthException {
        Said said = response.fold(
                answered -> new Said(answered.data(), ""),
                declined -> new Said(null, declined.reason()),
                failed -> new Said(null, "security failed"),
                late -> new Said(null, "security gave no answer in time"),
                gone -> new Said(null, gone.reason()));
        if (said.data() == null) {
            throw unavailable(said.why());
        }
        return said.data();
    }

    CompletionStage<Answer> keys(Call call) {
        return published(call).thenApply(response -> {
            try {
                byte[] keys = OAuthJson.published(data(response)).keys().getBytes(StandardCharsets.UTF_8);
                return Answer.bytes("application/jwk-set+json", keys);
            } catch (OAuthException none) {
                return none.answer();
            } catch (Refusal unreadable) {
                return unavailable("the answer of security cannot be read").answer();
            }
        });
    }

    CompletionStage<Answer> metadata(Call call) {
        String origin = call.origin().get();
        return published(call).thenApply(response -> {
            try {
                String issuer = OAuthJson.published(data(response)).issuer();
                Json.Value metadata = json -> OAuthJson.writeMetadata(json, issuer, origin + TOKEN, origin + KEYS);
                return Answer.json(200, metadata);
            } catch (OAuthException none) {
                return none.answer();
            } catch (Refusal unreadable) {
                return unavailable("the answer of security cannot be read").answer();
            }
        });
    }

    private CompletionStage<IntegrationResponse> published(Call call) {
        Published present = published.get();
        long now = nanoTime.getAsLong();
        if (present != null && now - present.atNanos() < FRESH_NANOS) {
            return present.answer();
        }
        Published next = new Published(now, new CompletableFuture<>());
        if (!published.compareAndSet(present, next)) {
            return published(call);
        }
        CompletionStage<IntegrationResponse> asked;
        try {
            asked = call.orchestrator().call(asked("published-keys", "{}"));
        } catch (Refusal away) {
            asked = CompletableFuture.failedFuture(away);
        }
        asked.whenComplete((response, failure) -> {
            // Kept is only what was answered: the plugin may be back before the second is over.
            if (failure != null || !isAnswered(response)) {
                published.compareAndSet(next, null);
            }
            if (failure == null) {
                next.answer().complete(response);
            } else {
                next.answer().completeExceptionally(failure);
            }
        });
        return next.answer();
    }

    private static boolean isAnswered(IntegrationResponse response) {
        return response.fold(answered -> true, declined -> false, failed -> false, late -> false, gone -> false);
    }
}
