// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Short forms for tests. */
final class Policies {
    static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
    static final Context CONTEXT = new Context(NOON, null);
    /** A vocabulary of two actions and two types. */
    static final String WORDS = "vocabulary: {actions: [read, write], resources: [task, flag]}\n";

    private Policies() {}

    /** A policy without the seeded roles. */
    static Policy of(String... lines) {
        return Policy.of(List.of(WORDS + String.join("\n", lines)), PolicyLimits.DEFAULT);
    }

    static Subject subject(String... roles) {
        return new Subject("ann", "blue", List.of(roles), null);
    }

    static Resource task(@Nullable String tenant, @Nullable String owner) {
        return new Resource("task", "t1", tenant, owner);
    }

    static Context from(String address) {
        return new Context(NOON, address(address));
    }

    static Context at(String instant) {
        return new Context(Instant.parse(instant), null);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
