// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.guard;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.skep.plugin.security.identity.Principal;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A token bucket for every principal and for every address. Thread-safe; never waits. */
public final class Limits {
    private final LoadingCache<Who, Bucket> principals;
    private final LoadingCache<String, Bucket> addresses;

    /** Subjects of different issuers are different. */
    private record Who(String issuer, String subject) {}

    /** With these settings. */
    public Limits(LimitSettings settings, Clock clock) {
        ClockMeter time = new ClockMeter(clock);
        this.principals = Caffeine.newBuilder()
                .maximumSize(settings.tracked())
                .executor(Runnable::run)
                .build(who -> bucket(settings.principalBurst(), settings.principalRate(), time));
        this.addresses = Caffeine.newBuilder()
                .maximumSize(settings.tracked())
                .executor(Runnable::run)
                .build(address -> bucket(settings.addressBurst(), settings.addressRate(), time));
    }

    private static Bucket bucket(long burst, long rate, ClockMeter time) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(rate, Duration.ofSeconds(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    /** Counts a request of a principal; empty if it may go on, else how long until it may. */
    public Optional<Duration> principal(Principal principal) {
        return caller(principal.issuer(), principal.subject());
    }

    /** Counts a request of somebody whom an issuer knows by that name; as {@link #principal}. */
    public Optional<Duration> caller(String issuer, String subject) {
        return take(principals.get(new Who(issuer, subject)));
    }

    /** Counts a credential to verify from an address; empty if it may go on, else how long until it may. */
    public Optional<Duration> address(String address) {
        return take(addresses.get(Addresses.network(address)));
    }

    /** How many principals and addresses are counted now. */
    long tracked() {
        principals.cleanUp();
        addresses.cleanUp();
        return principals.estimatedSize() + addresses.estimatedSize();
    }

    private static Optional<Duration> take(Bucket bucket) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
}
