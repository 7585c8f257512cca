// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import io.skep.plugin.security.identity.local.Grant;
import io.skep.plugin.security.identity.local.HashSettings;
import io.skep.plugin.security.identity.local.LocalSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Values that tests have in common. */
public final class Values {
    /** As little as Argon2 takes: tests of it want it quick, not hard. */
    public static final HashSettings QUICK = new HashSettings(64, 1, 1, 4, Duration.ofSeconds(30));

    public static final LocalSettings LOCAL = LocalSettings.DEFAULT.with(QUICK);

    public static final Grant AGENT =
            new Grant("builder-1", Kind.AGENT, "acme", Set.of("agent"), Set.of("tasks:claim", "tasks:read"), "ann");

    public static final Grant PERSON = new Grant("ann", Kind.HUMAN, "acme", Set.of("developer"), Set.of(), null);

    private Values() {}

    public static Principal principal(String subject, String tokenId, Instant issued, Instant expiry) {
        return new Principal(
                subject, Kind.SERVICE, "acme", Set.of(), Set.of(), "https://idp", null, issued, expiry, tokenId);
    }

    /** What a stage completes with; must not hang. */
    public static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(120, TimeUnit.SECONDS);
    }
}
