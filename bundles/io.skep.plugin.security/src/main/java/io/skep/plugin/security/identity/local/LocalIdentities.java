// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.base.Codec;
import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.guard.Limits;
import io.skep.plugin.security.identity.guard.Lockout;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** All identities of our own. Thread-safe. */
public final class LocalIdentities {
    private static final int DOCUMENTS = 128;
    private static final int MAX_SIGNING_KEYS = 32;

    private final LocalSettings settings;
    private final Shelf<Client> clientShelf;
    private final Shelf<ApiKey> keyShelf;
    private final Shelf<SigningKey> signingShelf;
    private final Shelf<Revocation> revocationShelf;
    private final Clients clients;
    private final ApiKeys apiKeys;
    private final SigningKeys signingKeys;
    private final LocalIssuer issuer;
    private final Revocations revocations;

    /**
     * Reads what is kept.
     *
     * @param longest life of any token that is taken, of ours or of others: so long a revocation is remembered
     * @throws IllegalStateException if a document cannot be read
     */
    public LocalIdentities(
            KeyStore store, LocalSettings settings, Duration longest, Lockout lockout, Limits limits, Clock clock) {
        this.settings = settings;
        SecureRandom random = new SecureRandom();
        Codec codec = new Codec();
        clientShelf = new Shelf<>(store, codec, "clients", Client.class, DOCUMENTS, settings.maxClients());
        keyShelf = new Shelf<>(store, codec, "api-keys", ApiKey.class, DOCUMENTS, settings.maxApiKeys());
        signingShelf = new Shelf<>(store, codec, "signing-keys", SigningKey.class, 1, MAX_SIGNING_KEYS);
        revocationShelf =
                new Shelf<>(store, codec, "revocations", Revocation.class, DOCUMENTS, settings.maxRevocations());
        clients = new Clients(clientShelf, new SecretHasher(settings.hash(), random), clock, random);
        apiKeys = new ApiKeys(keyShelf, settings, clock, random);
        signingKeys = new SigningKeys(signingShelf, settings, clock);
        issuer = new LocalIssuer(clients, signingKeys, settings, lockout, limits, clock, random);
        revocations = new Revocations(revocationShelf, clock, longest, settings.maxRevocations());
    }

    /** Reads again what is kept, when another generation or node has written. */
    public void reload() {
        clientShelf.reload();
        keyShelf.reload();
        signingShelf.reload();
        revocationShelf.reload();
        signingKeys.reload();
        revocations.reload();
    }

    /**
     * Makes and drops signing keys as they are due, and forgets what is over; completes when the keys are kept. Call it at the
     * start, and every minute or so.
     */
    public CompletionStage<Void> maintain() {
        revocations.forget();
        apiKeys.prune();
        clients.prune();
        return signingKeys.maintain();
    }

    /**
     * Makes the administrator's API key, unless that was done once: completes with it when it is kept, or empty. It is told
     * this once.
     */
    public CompletionStage<Optional<NewSecret>> firstStart() {
        return apiKeys.createFirst(new Grant("admin", Kind.HUMAN, "default", Set.of("admin"), Set.of(), null));
    }

    /** Whether a principal is still worth something as far as we know: its client is live, and nothing of it was revoked. */
    public boolean isLive(Principal principal) {
        boolean token = principal.issuer().equals(settings.issuer())
                && principal.tokenId().indexOf('.') > 0;
        return (!token || issuer.isLive(principal)) && !revocations.isRevoked(principal);
    }

    /** The clients. */
    public Clients clients() {
        return clients;
    }

    /** The API keys. */
    public ApiKeys apiKeys() {
        return apiKeys;
    }

    /** The keys that sign. */
    public SigningKeys signingKeys() {
        return signingKeys;
    }

    /** Who gives tokens. */
    public LocalIssuer issuer() {
        return issuer;
    }

    /** What is refused before its time. */
    public Revocations revocations() {
        return revocations;
    }
}
