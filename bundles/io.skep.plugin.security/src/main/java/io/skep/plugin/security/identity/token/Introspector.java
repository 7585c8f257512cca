// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.skep.plugin.security.identity.Nanos;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks the provider about opaque tokens (RFC 7662). Waits for the answer, at most as long as {@link Fetch} does; a provider
 * that fails too often is left alone for a while, and until it answers every token that is not remembered is unavailable,
 * never let in. Thread-safe.
 */
public final class Introspector {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int RECENT_CALLS = 20;
    /** The characters of a bearer token (RFC 6750 §2.1). */
    private static final String CHARACTERS = "-._~+/=";

    private final IntrospectionSettings settings;
    private final HTTPRequestSender http;
    private final Clock clock;
    private final IntrospectionReader reader;
    private final Cache<TokenKey, Boolean> inactive;
    private final Semaphore room;
    private final CircuitBreaker breaker;

    /** Asks over {@code http}, which stays the caller's. */
    public Introspector(IntrospectionSettings settings, HTTPRequestSender http, Clock clock) {
        this.settings = settings;
        this.http = http;
        this.clock = clock;
        this.reader = new IntrospectionReader(settings);
        IntrospectionSettings.Limits limits = settings.limits();
        this.inactive = Caffeine.newBuilder()
                .maximumSize(limits.inactive())
                .expireAfterWrite(limits.keepInactive())
                .ticker(() -> Nanos.of(clock))
                .executor(Runnable::run)
                .build();
        this.room = new Semaphore(limits.parallel());
        this.breaker = CircuitBreaker.of(
                "introspection",
                CircuitBreakerConfig.custom()
                        .slidingWindow(
                                RECENT_CALLS, limits.minCalls(), CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(limits.failurePercent())
                        .waitDurationInOpenState(limits.pause())
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .currentTimestampFunction(any -> Nanos.of(clock), TimeUnit.NANOSECONDS)
                        .clock(clock)
                        .build());
    }

    /**
     * Asks about a token.
     *
     * @throws RefusedException if it is not active, or not for us
     * @throws UnavailableException if the provider cannot be asked now
     */
    public Verified verify(String token) throws RefusedException, UnavailableException {
        if (!isBearer(token)) {
            throw new RefusedException(Refusal.MALFORMED);
        }
        TokenKey key = TokenKey.of(token);
        if (inactive.getIfPresent(key) != null) {
            throw new RefusedException(Refusal.INACTIVE);
        }
        String answer = ask(token);
        try {
            return new Verified(
                    reader.read(answer, token, clock.instant()),
                    settings.limits().keep());
        } catch (RefusedException refused) {
            inactive.put(key, true);
            throw refused;
        }
    }

    private String ask(String token) throws UnavailableException {
        if (!room.tryAcquire()) {
            throw new UnavailableException(SOON, "too many tokens are being asked about");
        }
        try {
            if (!breaker.tryAcquirePermission()) {
                throw new UnavailableException(settings.limits().pause(), "the issuer does not answer");
            }
            return send(token);
        } finally {
            room.release();
        }
    }

    private String send(String token) throws UnavailableException {
        long begin = breaker.getCurrentTimestamp();
        try {
            TokenIntrospectionResponse response = TokenIntrospectionResponse.parse(toResponse(token));
            if (!response.indicatesSuccess()) {
                // It does not take our own secret, say: nothing about the token.
                throw new IOException("the introspection endpoint refused: "
                        + response.toErrorResponse().getErrorObject());
            }
            breaker.onSuccess(breaker.getCurrentTimestamp() - begin, breaker.getTimestampUnit());
            return response.toSuccessResponse().toJSONObject().toJSONString();
        } catch (IOException | ParseException failed) {
            breaker.onError(breaker.getCurrentTimestamp() - begin, breaker.getTimestampUnit(), failed);
            throw new UnavailableException(SOON, "the issuer cannot be asked", failed);
        }
    }

    private HTTPResponse toResponse(String token) throws IOException {
        return new TokenIntrospectionRequest(
                        settings.endpoint(),
                        new ClientSecretBasic(new ClientID(settings.clientId()), new Secret(settings.clientSecret())),
                        new BearerAccessToken(token))
                .toHTTPRequest()
                .send(http);
    }

    private static boolean isBearer(String token) {
        return !token.isEmpty()
                && StandardCharsets.US_ASCII.newEncoder().canEncode(token)
                && token.chars().allMatch(c -> Character.isLetterOrDigit(c) || CHARACTERS.indexOf(c) >= 0);
    }
}
