// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.skep.plugin.security.identity.Nanos;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Locks addresses from which, and clients as which, somebody seems to guess: each failure beyond the free ones locks for
 * twice as long as the last, up to a bound. A client that has logged in from an address can go on doing so from there while
 * others guess at it from elsewhere, or anybody could lock it out. Whoever asks whether something is locked asks only for
 * credentials that are not known to be good. Thread-safe.
 */
public final class Lockout {
    private static final int MAX_DOUBLINGS = 40;

    private final LockoutSettings settings;
    private final Clock clock;
    private final Cache<String, Tries> addresses;
    private final Cache<String, Tries> clients;
    private final Cache<Known, Boolean> known;

    private record Tries(int failures, Instant until) {}

    private record Known(String client, String network) {}

    /** With these settings. */
    public Lockout(LockoutSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.addresses = cache();
        this.clients = cache();
        this.known = cache();
    }

    private <K, V> Cache<K, V> cache() {
        return Caffeine.newBuilder()
                .maximumSize(settings.tracked())
                .expireAfterWrite(settings.forget())
                .ticker(() -> Nanos.of(clock))
                .executor(Runnable::run)
                .build();
    }

    /** How long nothing is taken from this address; empty if it is not locked. */
    public Optional<Duration> address(String address) {
        return left(addresses.getIfPresent(Addresses.network(address)));
    }

    /** How long nothing is taken as this client from this address; empty if it is not locked. */
    public Optional<Duration> client(String client, String address) {
        Optional<Duration> lock = left(clients.getIfPresent(client));
        boolean usual = lock.isPresent() && known.getIfPresent(new Known(client, Addresses.network(address))) != null;
        return usual ? Optional.empty() : lock;
    }

    /** Somebody failed from this address. */
    public void failed(String address) {
        addresses.asMap().merge(Addresses.network(address), next(0), (before, one) -> next(before.failures()));
    }

    /** Somebody failed as this client, which may not exist, from this address. */
    public void failed(String client, String address) {
        failed(address);
        clients.asMap().merge(client, next(0), (before, one) -> next(before.failures()));
    }

    /**
     * A client logged in from this address: its own failures are forgotten. Those of the address are not, or who has one good
     * credential could go on guessing others.
     */
    public void succeeded(String client, String address) {
        clients.invalidate(client);
        known.put(new Known(client, Addresses.network(address)), true);
    }

    private Tries next(int before) {
        int failures = before == Integer.MAX_VALUE ? before : before + 1;
        int beyond = failures - settings.free();
        if (beyond <= 0) {
            return new Tries(failures, Instant.MIN);
        }
        Duration lock = beyond > MAX_DOUBLINGS
                ? settings.longest()
                : shorter(settings.first().multipliedBy(1L << (beyond - 1)));
        return new Tries(failures, clock.instant().plus(lock));
    }

    private Duration shorter(Duration lock) {
        return lock.compareTo(settings.longest()) < 0 ? lock : settings.longest();
    }

    private Optional<Duration> left(@Nullable Tries tries) {
        Instant now = clock.instant();
        return tries == null || !now.isBefore(tries.until())
                ? Optional.empty()
                : Optional.of(Duration.between(now, tries.until()));
    }
}
