// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.Checks;
import io.skep.plugin.security.identity.UnavailableException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The clients that get tokens from {@link LocalIssuer}. Making a secret takes the time and memory of one hash. Thread-safe.
 */
public final class Clients {
    /** How long a dead client is kept for the record. */
    private static final Duration RECORD = Duration.ofDays(30);

    private final Shelf<Client> clients;
    private final SecretHasher hasher;
    private final Clock clock;
    private final SecureRandom random;

    Clients(Shelf<Client> clients, SecretHasher hasher, Clock clock, SecureRandom random) {
        this.clients = clients;
        this.hasher = hasher;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes a client; completes when it is kept.
     *
     * @param ends from when on it gets no tokens, in the future; null for never
     * @throws UnavailableException if too many secrets are being hashed
     * @throws IllegalArgumentException if it would never get one
     */
    public CompletionStage<NewSecret> create(Grant grant, @Nullable Instant ends) throws UnavailableException {
        long now = clock.instant().toEpochMilli();
        Long end = ends == null ? null : ends.toEpochMilli();
        Checks.that(end == null || end > now, "the client would have ended already");
        KeyText text = secretText();
        String id = KeyText.randomId(random);
        Client made = new Client(id, grant, List.of(hashed(text)), now, end, null);
        return clients.update(id, absent -> Optional.of(made)).thenApply(kept -> new NewSecret(id, text.text()));
    }

    /**
     * Gives a client a new secret; the one before is good for {@code overlap} more, and one before that for nothing. Completes
     * when it is kept.
     *
     * @throws UnavailableException if too many secrets are being hashed
     * @throws IllegalArgumentException if there is no such client that is worth something
     */
    public CompletionStage<NewSecret> rotate(String id, Duration overlap) throws UnavailableException {
        Checks.that(isLive(id), "there is no client " + id);
        KeyText text = secretText();
        Client.Secret fresh = hashed(text);
        long end = clock.instant().plus(overlap).toEpochMilli();
        return clients.update(id, before -> before.map(client -> client.rotated(fresh, end)))
                .thenApply(kept -> new NewSecret(id, text.text()));
    }

    /**
     * Takes a client back: it gets no tokens, and those that it has are refused. Completes with whether there was such a
     * client, when that is kept.
     */
    public CompletionStage<Boolean> revoke(String id) {
        return clients.update(id, before -> before.map(client -> client.revoked(clock.instant())))
                .thenApply(Optional::isPresent);
    }

    /** A client by its id, live or not. */
    public Optional<Client> find(String id) {
        return clients.get(id);
    }

    /** All clients, those that were revoked included. */
    public List<Client> list() {
        return clients.all();
    }

    /** Whether there is such a client and it can have tokens. */
    boolean isLive(String id) {
        Optional<Client> client = clients.get(id);
        return client.isPresent() && client.get().isLive(clock.instant());
    }

    /**
     * The client that this is the secret of. One hash is computed whatever is wrong, and whether there is such a client or
     * not, so that the time tells neither.
     */
    Optional<Client> authenticate(String id, String secret) throws UnavailableException {
        Instant now = clock.instant();
        Optional<Client> client = clients.get(id);
        Optional<KeyText> text =
                KeyText.parse(secret).filter(one -> one.prefix().equals(KeyText.CLIENT_SECRET));
        Optional<Client.Secret> kept = client.flatMap(one -> text.flatMap(parsed -> one.secret(parsed.id(), now)));
        boolean same = hasher.matches(
                text.map(KeyText::secret).orElse(secret),
                kept.map(Client.Secret::hash).orElse(hasher.nobody()));
        if (!same || kept.isEmpty() || text.isEmpty()) {
            return Optional.empty();
        }
        if (hasher.isOutdated(kept.get().hash())) {
            rehash(id, text.get());
        }
        return client.filter(one -> one.isLive(now));
    }

    private void rehash(String id, KeyText text) throws UnavailableException {
        String hash = hasher.hash(text.secret());
        clients.update(id, before -> before.map(client -> client.rehashed(text.id(), hash)));
    }

    void prune() {
        Instant then = clock.instant().minus(RECORD);
        for (Client client : clients.all()) {
            boolean old = client.revokedMillis() == null
                    ? !client.isLive(then)
                    : client.revokedMillis() < then.toEpochMilli();
            if (old) {
                clients.update(client.id(), before -> Optional.empty());
            }
        }
    }

    private KeyText secretText() {
        return KeyText.random(KeyText.CLIENT_SECRET, KeyText.randomId(random), random);
    }

    private Client.Secret hashed(KeyText text) throws UnavailableException {
        return new Client.Secret(
                text.id(), hasher.hash(text.secret()), clock.instant().toEpochMilli(), null);
    }
}
