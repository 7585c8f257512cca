// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import com.nimbusds.jwt.JWTClaimsSet;
import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Refusal;
import io.skep.plugin.security.identity.UnavailableException;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.guard.Limits;
import io.skep.plugin.security.identity.guard.Lockout;
import io.skep.plugin.security.identity.token.ClaimMapping;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives clients short tokens for their secrets. Takes the time of one hash of the caller's thread, whatever the answer is.
 * Thread-safe.
 */
public final class LocalIssuer {
    /** Longer names of clients are none of ours; so much of them is counted by. */
    private static final int MAX_CLIENT = 32;

    private final Clients clients;
    private final SigningKeys keys;
    private final LocalSettings settings;
    private final Lockout lockout;
    private final Limits limits;
    private final Clock clock;
    private final SecureRandom random;

    LocalIssuer(
            Clients clients,
            SigningKeys keys,
            LocalSettings settings,
            Lockout lockout,
            Limits limits,
            Clock clock,
            SecureRandom random) {
        this.clients = clients;
        this.keys = keys;
        this.settings = settings;
        this.lockout = lockout;
        this.limits = limits;
        this.clock = clock;
        this.random = random;
    }

    /** Our own tokens as those of a trusted issuer. */
    public TrustedIssuer trusted() {
        ClaimMapping.ClaimRules rules = new ClaimMapping.ClaimRules(Kind.SERVICE, null, Set.of(), Map.of(), false);
        return new TrustedIssuer(
                settings.issuer(),
                Set.of(settings.audience()),
                Set.of("RS256"),
                null,
                ClaimMapping.DEFAULT.with(rules),
                Set.of("jti", "kind", "client_id", "iat"),
                Duration.ofSeconds(30),
                settings.tokenLife());
    }

    /**
     * Gives a token.
     *
     * @param clientId which client
     * @param secret its secret
     * @param scopes that are wanted, of those that the client has; empty for all of them
     * @param address from which it is asked
     */
    public Issuance issue(String clientId, String secret, Set<String> scopes, String address) {
        String client = clientId.length() > MAX_CLIENT ? clientId.substring(0, MAX_CLIENT) : clientId;
        Optional<Duration> wait = lockout.address(address)
                .or(() -> lockout.client(client, address))
                .or(() -> limits.address(address));
        if (wait.isPresent()) {
            return new Issuance.Denied(new Verdict.Throttled(wait.get(), "too many attempts"));
        }
        try {
            Optional<Client> found = clients.authenticate(clientId, secret);
            if (found.isEmpty()) {
                lockout.failed(client, address);
                return new Issuance.Denied(new Verdict.Refused(Refusal.CREDENTIAL));
            }
            lockout.succeeded(client, address);
            return sign(found.get(), scopes);
        } catch (UnavailableException busy) {
            return new Issuance.Denied(new Verdict.Unavailable(busy.retryAfter(), busy.words()));
        }
    }

    private Issuance sign(Client client, Set<String> scopes) throws UnavailableException {
        Grant grant = client.grant();
        if (!grant.scopes().containsAll(scopes)) {
            return new Issuance.Denied(new Verdict.Refused(Refusal.SCOPE));
        }
        Set<String> given = new TreeSet<>(scopes.isEmpty() ? grant.scopes() : scopes);
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(settings.issuer())
                .subject(grant.subject())
                .audience(settings.audience())
                .claim("iat", now.getEpochSecond())
                .claim("exp", now.plus(settings.tokenLife()).getEpochSecond())
                .jwtID(client.id() + "." + KeyText.randomId(random))
                .claim("client_id", client.id())
                .claim("kind", grant.kind().word())
                .claim("tenant", grant.tenant())
                .claim("roles", List.copyOf(grant.roles()))
                .claim("scope", String.join(" ", given));
        if (grant.owner() != null) {
            claims.claim("owner", grant.owner());
        }
        return new Issuance.Issued(keys.sign(claims.build()), settings.tokenLife(), Set.copyOf(given));
    }

    /** Whether a token of ours is still worth something: its client was not revoked, and has not ended. */
    boolean isLive(Principal principal) {
        int dot = principal.tokenId().indexOf('.');
        return dot > 0 && clients.isLive(principal.tokenId().substring(0, dot));
    }
}
