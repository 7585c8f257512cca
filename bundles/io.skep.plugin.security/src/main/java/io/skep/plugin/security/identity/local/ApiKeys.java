// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import io.skep.plugin.security.identity.Checks;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.RefusedException;
import io.skep.plugin.security.identity.token.TokenKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * API keys: long-lived credentials that are presented as they are. Their secrets are 256 random bits, so one SHA-256 hides
 * them: a memory-hard function makes each guess dear where there are few candidates, as among passwords, but nobody can try
 * 2^256 of them at any price; and it would make every request dear. Thread-safe; checking one takes microseconds.
 */
public final class ApiKeys {
    /** The id of the key that is made at the first start. */
    public static final String FIRST = "admin";

    /** How long a dead key is kept for the record. */
    private static final Duration RECORD = Duration.ofDays(30);

    /** The end of the year 9999, for a key without an end. */
    private static final Instant NEVER = Instant.ofEpochSecond(253_402_300_799L);

    private final Shelf<ApiKey> keys;
    private final LocalSettings settings;
    private final Clock clock;
    private final SecureRandom random;
    private final String nobody;
    /** Whose keys were shown, by id: as many as there are keys at most. */
    private final Map<String, Shown> shown = new ConcurrentHashMap<>();

    /** Of one state of a key. */
    private record Shown(ApiKey key, Principal principal) {}

    ApiKeys(Shelf<ApiKey> keys, LocalSettings settings, Clock clock, SecureRandom random) {
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.nobody = hash(KeyText.random(KeyText.API_KEY, "nobody", random));
    }

    /** Whether a credential means to be an API key. */
    public static boolean isFor(String credential) {
        return credential.startsWith(KeyText.API_KEY + "_");
    }

    /**
     * Makes a key; completes when it is kept.
     *
     * @param ends from when on it is worth nothing, in the future; null for never
     * @throws IllegalArgumentException if it would never be worth anything
     */
    public CompletionStage<NewSecret> create(Grant grant, @Nullable Instant ends) {
        Checks.that(ends == null || ends.isAfter(clock.instant()), "the key would have ended already");
        KeyText text = KeyText.random(KeyText.API_KEY, KeyText.randomId(random), random);
        return keys.update(text.id(), absent -> Optional.of(key(text, grant, ends)))
                .thenApply(kept -> new NewSecret(text.id(), text.text()));
    }

    /**
     * Makes the key {@value #FIRST}, unless there is or was one: for the first start of a server. Completes with it when it is
     * kept, or empty.
     */
    public CompletionStage<Optional<NewSecret>> createFirst(Grant grant) {
        KeyText text = KeyText.random(KeyText.API_KEY, FIRST, random);
        ApiKey made = key(text, grant, null);
        return keys.update(FIRST, before -> before.isPresent() ? before : Optional.of(made))
                .thenApply(kept -> kept.filter(made::equals).map(key -> new NewSecret(FIRST, text.text())));
    }

    /**
     * Makes a key like another one, which ends after {@code overlap}; completes when both are kept.
     *
     * @throws IllegalArgumentException if there is no such key that is worth something
     */
    public CompletionStage<NewSecret> rotate(String id, Duration overlap) {
        ApiKey old = find(id).filter(key -> key.isLive(clock.instant()))
                .orElseThrow(() -> new IllegalArgumentException("there is no key " + id + " to replace"));
        Instant ends = old.endsMillis() == null ? null : renewed(old.createdMillis(), old.endsMillis());
        long end = clock.instant().plus(overlap).toEpochMilli();
        return create(old.grant(), ends)
                .thenCompose(made -> keys.update(id, before -> before.map(key -> key.ending(end)))
                        .thenApply(kept -> made));
    }

    private Instant renewed(long createdMillis, long endsMillis) {
        return clock.instant().plusMillis(endsMillis - createdMillis);
    }

    /** Takes a key back; completes with whether there was such a key, when that is kept. */
    public CompletionStage<Boolean> revoke(String id) {
        return keys.update(id, before -> before.map(key -> key.revoked(clock.instant())))
                .thenApply(Optional::isPresent);
    }

    /** A key by its id, worth something or not. */
    public Optional<ApiKey> find(String id) {
        return keys.get(id);
    }

    /** All keys, those that are worth nothing any more included. */
    public List<ApiKey> list() {
        return keys.all();
    }

    /**
     * Whose key this is.
     *
     * @throws RefusedException if it is none, without saying what is wrong with it
     */
    public Principal verify(String credential) throws RefusedException {
        KeyText text = KeyText.parse(credential)
                .filter(parsed -> parsed.prefix().equals(KeyText.API_KEY))
                .orElseThrow(() -> new RefusedException(Refusal.CREDENTIAL));
        Optional<ApiKey> found = keys.get(text.id());
        byte[] kept = found.map(ApiKey::hash).orElse(nobody).getBytes(StandardCharsets.US_ASCII);
        boolean same = MessageDigest.isEqual(kept, hash(text).getBytes(StandardCharsets.US_ASCII));
        Instant now = clock.instant();
        ApiKey key = found.filter(one -> same && one.isLive(now))
                .orElseThrow(() -> new RefusedException(Refusal.CREDENTIAL));
        Shown before = shown.get(key.id());
        if (before != null && before.key().equals(key)) {
            return before.principal();
        }
        Principal principal = principal(key);
        shown.put(key.id(), new Shown(key, principal));
        return principal;
    }

    private Principal principal(ApiKey key) {
        Grant grant = key.grant();
        return new Principal(
                grant.subject(),
                grant.kind(),
                grant.tenant(),
                grant.roles(),
                grant.scopes(),
                settings.issuer(),
                grant.owner(),
                Instant.ofEpochMilli(key.createdMillis()),
                key.endsMillis() == null ? NEVER : Instant.ofEpochMilli(key.endsMillis()),
                key.id());
    }

    /** Forgets keys that have been worth nothing for {@code RECORD}; the first one stays, or it would be made again. */
    void prune() {
        Instant then = clock.instant().minus(RECORD);
        for (ApiKey key : keys.all()) {
            boolean old = key.revokedMillis() == null ? !key.isLive(then) : key.revokedMillis() < then.toEpochMilli();
            if (old && !key.id().equals(FIRST)) {
                keys.update(key.id(), before -> Optional.empty());
            }
        }
        shown.keySet().removeIf(id -> keys.get(id).isEmpty());
    }

    private ApiKey key(KeyText text, Grant grant, @Nullable Instant ends) {
        return new ApiKey(
                text.id(),
                grant,
                hash(text),
                clock.instant().toEpochMilli(),
                ends == null ? null : ends.toEpochMilli(),
                null);
    }

    private static String hash(KeyText text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(TokenKey.hash(text.secret()));
    }
}
