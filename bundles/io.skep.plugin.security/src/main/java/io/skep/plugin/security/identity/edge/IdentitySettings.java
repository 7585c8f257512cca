// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.edge;

import io.skep.plugin.security.identity.guard.LimitSettings;
import io.skep.plugin.security.identity.guard.LockoutSettings;
import io.skep.plugin.security.identity.local.LocalSettings;
import io.skep.plugin.security.identity.token.IntrospectionSettings;
import io.skep.plugin.security.identity.token.KeySettings;
import io.skep.plugin.security.identity.token.TrustedIssuer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that can be set of identity. Immutable.
 *
 * @param issuers whose JWTs are taken, besides our own
 * @param keys how their keys are fetched
 * @param introspection of opaque tokens; null if none are taken
 * @param cache of verified tokens
 * @param limits of rate
 * @param lockout against guessing
 * @param local our own identities
 */
public record IdentitySettings(
        List<TrustedIssuer> issuers,
        KeySettings keys,
        @Nullable IntrospectionSettings introspection,
        CacheSettings cache,
        LimitSettings limits,
        LockoutSettings lockout,
        LocalSettings local) {
    /** Our own identities alone. */
    public static final IdentitySettings DEFAULT = new IdentitySettings(
            List.of(),
            KeySettings.DEFAULT,
            null,
            CacheSettings.DEFAULT,
            LimitSettings.DEFAULT,
            LockoutSettings.DEFAULT,
            LocalSettings.DEFAULT);

    /** Copies the list. */
    public IdentitySettings {
        issuers = List.copyOf(issuers);
    }

    /** The same with other issuers. */
    public IdentitySettings with(List<TrustedIssuer> others, KeySettings otherKeys) {
        return new IdentitySettings(others, otherKeys, introspection, cache, limits, lockout, local);
    }

    /** The same with introspection. */
    public IdentitySettings with(IntrospectionSettings other) {
        return new IdentitySettings(issuers, keys, other, cache, limits, lockout, local);
    }

    /** The same with other limits. */
    public IdentitySettings with(LimitSettings otherLimits, LockoutSettings otherLockout) {
        return new IdentitySettings(issuers, keys, introspection, cache, otherLimits, otherLockout, local);
    }

    /** The same with another cache. */
    public IdentitySettings with(CacheSettings other) {
        return new IdentitySettings(issuers, keys, introspection, other, limits, lockout, local);
    }

    /** The same with other local identities. */
    public IdentitySettings with(LocalSettings other) {
        return new IdentitySettings(issuers, keys, introspection, cache, limits, lockout, other);
    }
}
