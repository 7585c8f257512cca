// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.UnavailableException;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.local.ApiKey;
import io.skep.plugin.security.identity.local.Client;
import io.skep.plugin.security.identity.local.Grant;
import io.skep.plugin.security.identity.local.Issuance;
import io.skep.plugin.security.identity.local.LocalIdentities;
import io.skep.plugin.security.identity.local.NewSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@code oauth_auth} answers. Thread-safe; what may wait does so on a worker. */
final class IdentityOperations {
    private static final String CLIENT = "client";
    private static final String API_KEY = "api-key";
    static final String ISSUED = "issued";
    static final String REFUSED = "refused";
    private static final int MAX_NAMES = 64;
    private static final int MAX_TEXT = 8192;
    private static final long DAY = 24L * 3600;

    private final Supplier<Identities> identities;
    private final Executor workers;
    private final Clock clock;

    /**
     * Whose token it is.
     *
     * @param token to look at
     * @param address of who presents it
     */
    record Authenticate(@Nullable String token, @Nullable String address) {}

    /**
     * The answer.
     *
     * @param outcome {@code authenticated}, {@code refused}, {@code unavailable} or {@code throttled}
     * @param principal who it is
     * @param words why not
     * @param retryAfterMillis when to come again, if that helps
     */
    record Authenticated(
            String outcome,
            @Nullable Who principal,
            @Nullable String words,
            @Nullable Long retryAfterMillis) {}

    /**
     * A client wants an access token (RFC 6749 §4.4).
     *
     * @param clientId of the client
     * @param clientSecret its secret
     * @param scopes that it wants; absent for all that it was given
     * @param address where it is
     */
    record TokenRequest(
            @Nullable String clientId,
            @Nullable String clientSecret,
            @Nullable List<String> scopes,
            @Nullable String address) {}

    /**
     * What it gets.
     *
     * @param outcome {@code issued}, or as in {@link Authenticated}
     * @param accessToken a bearer token
     * @param expiresInSeconds how long it lives
     * @param scopes that it has
     * @param scopeRefused whether the client is known and only asked for a scope that it was not given
     * @param words why there is none
     * @param retryAfterMillis when to come again, if that helps
     */
    record Token(
            String outcome,
            @Nullable String accessToken,
            @Nullable Long expiresInSeconds,
            @Nullable Set<String> scopes,
            @Nullable Boolean scopeRefused,
            @Nullable String words,
            @Nullable Long retryAfterMillis) {}

    /** Nothing to say. */
    record Nothing() {}

    /**
     * The keys that our tokens are verified with.
     *
     * @param jwks a JWK set in JSON
     * @param issuer what our tokens say of who made them
     */
    record PublishedKeys(String jwks, String issuer) {}

    /**
     * A credential to make.
     *
     * @param type {@code api-key}, or {@code client} for one that gets tokens for its secret
     * @param subject who it is for; of an agent its id
     * @param kind {@code human}, {@code agent} or {@code service}
     * @param tenant on whose behalf; {@code default} if absent
     * @param roles that it gives
     * @param scopes that it is limited to; absent for none
     * @param owner the person accountable for an agent
     * @param days that it lives; absent for ever
     */
    record Issue(
            @Nullable String type,
            @Nullable String subject,
            @Nullable String kind,
            @Nullable String tenant,
            @Nullable List<String> roles,
            @Nullable List<String> scopes,
            @Nullable String owner,
            @Nullable Integer days) {
        String subjectName() {
            return Objects.requireNonNullElse(subject, "");
        }
    }

    /**
     * A new secret for a credential.
     *
     * @param id of the credential
     * @param overlapSeconds for which the old one still counts
     */
    record Rotate(@Nullable String id, @Nullable Long overlapSeconds) {
        String name() {
            return Objects.requireNonNullElse(id, "");
        }
    }

    /**
     * Something that is worth nothing from now on: a credential of ours, or all tokens of a subject of an issuer, or of an
     * issuer as a whole that were made so far.
     *
     * @param id of a credential
     * @param issuer whose tokens
     * @param subject whose tokens, of that issuer; absent for all of it
     */
    record Revoke(
            @Nullable String id,
            @Nullable String issuer,
            @Nullable String subject) {
        String name() {
            return id != null ? id : Objects.requireNonNullElse(subject, Objects.requireNonNullElse(issuer, ""));
        }
    }

    /**
     * That it is done.
     *
     * @param revoked whether there was something to revoke
     */
    record Revoked(boolean revoked) {}

    /**
     * A new secret, told this once.
     *
     * @param id of the credential
     * @param secret its text
     */
    record Issued(String id, String secret) {}

    /**
     * The credentials that there are.
     *
     * @param credentials without their secrets
     */
    record Credentials(List<Credential> credentials) {}

    /**
     * A credential.
     *
     * @param id of it
     * @param type {@code api-key} or {@code client}
     * @param subject who it is for
     * @param kind of the subject
     * @param tenant on whose behalf
     * @param roles that it gives
     * @param scopes that it is limited to
     * @param owner accountable for an agent
     * @param state {@code live}, {@code ended} or {@code revoked}
     * @param createdAt when it was made
     */
    record Credential(
            String id,
            String type,
            String subject,
            String kind,
            String tenant,
            Set<String> roles,
            Set<String> scopes,
            @Nullable String owner,
            String state,
            String createdAt) {}

    IdentityOperations(Supplier<Identities> identities, Executor workers, Clock clock) {
        this.identities = identities;
        this.workers = workers;
        this.clock = clock;
    }

    CompletionStage<Authenticated> authenticate(Authenticate asked) {
        String token = Inputs.required("token", asked.token());
        Inputs.text("address", asked.address(), 64);
        Identities now = identities.get();
        String address = Objects.requireNonNullElse(asked.address(), "");
        return work(() -> authenticated(now, now.identity().authenticator().authenticate(token, address)));
    }

    private static Authenticated authenticated(Identities now, Verdict verdict) {
        return verdict.fold(
                good -> new Authenticated("authenticated", now.who(good.principal()), null, null),
                refused -> new Authenticated(REFUSED, null, refused.words(), null),
                cannot -> new Authenticated(
                        "unavailable", null, cannot.words(), cannot.retryAfter().toMillis()),
                late -> new Authenticated(
                        "throttled", null, late.words(), late.retryAfter().toMillis()));
    }

    CompletionStage<Token> token(TokenRequest asked) {
        String id = Inputs.required("clientId", asked.clientId());
        String secret = Inputs.required("clientSecret", asked.clientSecret());
        Inputs.text("clientId", id, 256);
        Inputs.text("clientSecret", secret, MAX_TEXT);
        Set<String> scopes = Set.copyOf(Inputs.texts("scopes", asked.scopes(), MAX_NAMES, 128));
        String address = Objects.requireNonNullElse(asked.address(), "");
        Identities now = identities.get();
        return work(() -> token(now, now.identity().local().issuer().issue(id, secret, scopes, address)));
    }

    private static Token token(Identities now, Issuance issuance) {
        if (issuance instanceof Issuance.Issued issued) {
            return new Token(ISSUED, issued.token(), issued.life().toSeconds(), issued.scopes(), null, null, null);
        }
        Verdict denied = ((Issuance.Denied) issuance).why();
        Authenticated why = authenticated(now, denied);
        boolean scope = denied.equals(new Verdict.Refused(Refusal.SCOPE));
        return new Token(why.outcome(), null, null, null, scope ? true : null, why.words(), why.retryAfterMillis());
    }

    PublishedKeys publishedKeys(Nothing asked) {
        Identities now = identities.get();
        return new PublishedKeys(
                now.identity().local().signingKeys().published(),
                now.settings().local().issuer());
    }

    CompletionStage<Issued> issue(Issue asked) {
        String type = Inputs.required("type", asked.type());
        Inputs.oneOf("type", type, List.of(API_KEY, CLIENT));
        Inputs.range("days", asked.days(), 1, 36_500);
        Instant ends = asked.days() == null ? null : clock.instant().plusSeconds(asked.days() * DAY);
        Grant grant = grant(asked);
        LocalIdentities local = identities.get().identity().local();
        return later(() -> type.equals(CLIENT)
                        ? local.clients().create(grant, ends)
                        : local.apiKeys().create(grant, ends))
                .thenApply(IdentityOperations::issued);
    }

    private static Grant grant(Issue asked) {
        String word = Inputs.required("kind", asked.kind());
        Kind kind =
                Kind.of(word).orElseThrow(() -> new Declination("field \"kind\" must be one of human, agent, service"));
        List<String> roles = Inputs.texts("roles", asked.roles(), MAX_NAMES, 128);
        List<String> scopes = Inputs.texts("scopes", asked.scopes(), MAX_NAMES, 128);
        try {
            return new Grant(
                    Inputs.required("subject", asked.subject()),
                    kind,
                    Objects.requireNonNullElse(asked.tenant(), "default"),
                    Set.copyOf(roles),
                    Set.copyOf(scopes),
                    asked.owner());
        } catch (IllegalArgumentException wrong) {
            throw new Declination(String.valueOf(wrong.getMessage()));
        }
    }

    private static Issued issued(NewSecret secret) {
        return new Issued(secret.id(), secret.text());
    }

    CompletionStage<Issued> rotate(Rotate asked) {
        String id = Inputs.required("id", asked.id());
        Inputs.range("overlapSeconds", asked.overlapSeconds(), 0, 30 * DAY);
        Duration overlap = Duration.ofSeconds(Objects.requireNonNullElse(asked.overlapSeconds(), 0L));
        LocalIdentities local = identities.get().identity().local();
        if (local.clients().find(id).isPresent()) {
            return later(() -> local.clients().rotate(id, overlap)).thenApply(IdentityOperations::issued);
        }
        known(local, id);
        return later(() -> local.apiKeys().rotate(id, overlap)).thenApply(IdentityOperations::issued);
    }

    private static void known(LocalIdentities local, String id) {
        if (local.apiKeys().find(id).isEmpty()) {
            throw new Declination("field \"id\": there is no credential " + id);
        }
    }

    CompletionStage<Revoked> revoke(Revoke asked) {
        LocalIdentities local = identities.get().identity().local();
        if (asked.id() != null) {
            String id = asked.id();
            if (local.clients().find(id).isPresent()) {
                return local.clients().revoke(id).thenApply(Revoked::new);
            }
            known(local, id);
            return local.apiKeys().revoke(id).thenApply(Revoked::new);
        }
        String issuer = Inputs.required("id", asked.issuer());
        CompletionStage<Void> done = asked.subject() == null
                ? local.revocations().issuer(issuer)
                : local.revocations().subject(issuer, asked.subject());
        return done.thenApply(kept -> new Revoked(true));
    }

    Credentials credentials(Nothing asked) {
        Instant now = clock.instant();
        LocalIdentities local = identities.get().identity().local();
        List<Credential> all = new ArrayList<>();
        for (ApiKey key : local.apiKeys().list()) {
            all.add(credential(
                    key.id(), API_KEY, key.grant(), key.revokedMillis(), key.isLive(now), key.createdMillis()));
        }
        for (Client client : local.clients().list()) {
            all.add(credential(
                    client.id(),
                    CLIENT,
                    client.grant(),
                    client.revokedMillis(),
                    client.isLive(now),
                    client.createdMillis()));
        }
        return new Credentials(all);
    }

    private static Credential credential(
            String id, String type, Grant grant, @Nullable Long revoked, boolean live, long created) {
        return new Credential(
                id,
                type,
                grant.subject(),
                grant.kind().word(),
                grant.tenant(),
                grant.roles(),
                grant.scopes(),
                grant.owner(),
                revoked != null ? "revoked" : live ? "live" : "ended",
                Instant.ofEpochMilli(created).toString());
    }

    private interface Making {
        CompletionStage<NewSecret> begin() throws UnavailableException;
    }

    /** On a worker, since hashing a secret takes time; and what is wrong with it in words. */
    private CompletionStage<NewSecret> later(Making making) {
        return work(() -> {
                    try {
                        return making.begin();
                    } catch (UnavailableException busy) {
                        throw new Declination(busy.words());
                    } catch (IllegalArgumentException | IllegalStateException wrong) {
                        throw new Declination(String.valueOf(wrong.getMessage()));
                    }
                })
                .thenCompose(stage -> stage);
    }

    private <T> CompletionStage<T> work(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, workers);
        } catch (RejectedExecutionException full) {
            throw new Declination("too many calls wait to be looked at; come again later");
        }
    }
}
