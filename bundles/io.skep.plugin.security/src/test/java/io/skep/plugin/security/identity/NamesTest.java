// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"ann", "a b", "ann@example.org", "\u00e9", "日本", "😀", "auth0|1234", "C=DE, CN=ann", "a/b?c#d"})
    void plainName_isTaken(String name) {
        assertThat(Names.isPlain(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " a",
                "a ",
                "a\n",
                "a\tb",
                "\0",
                "e\u0301",
                "a\u200bb",
                "\u202ea",
                "a\u00a0b",
                "\ufeffa",
                "\ud800",
                "a\u2028b",
                "\ue000",
                "\u0378",
                "a\u3000b",
                "a\u00adb"
            })
    void trickyName_isNot(String name) {
        assertThat(Names.isPlain(name)).isFalse();
    }

    @Test
    void length_hasABound() {
        assertThat(Names.isPlain("a".repeat(256))).isTrue();
        assertThat(Names.isPlain("a".repeat(257))).isFalse();
        assertThat(Names.isGrant("a".repeat(128))).isTrue();
        assertThat(Names.isGrant("a".repeat(129))).isFalse();
        assertThat(Names.isTenant("a".repeat(64))).isTrue();
        assertThat(Names.isTenant("a".repeat(65))).isFalse();
    }

    @Test
    void grantAndTenant_areWhatTheirPatternsSay() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String name = random.ints(random.nextInt(4), 0, 300)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining());
            assertThat(Names.isGrant(name)).as(name).isEqualTo(name.matches("[a-z0-9._:-]+"));
            assertThat(Names.isTenant(name)).as(name).isEqualTo(name.matches("[A-Za-z0-9._-]+"));
        }
    }

    @Test
    void wrongPrincipal_isNotMade() {
        assertThatThrownBy(() -> principal("", Kind.HUMAN, "acme", Set.of(), null))
                .hasMessageContaining("subject");
        assertThatThrownBy(() -> principal("a", Kind.HUMAN, "a/b", Set.of(), null))
                .hasMessageContaining("tenant");
        assertThatThrownBy(() -> principal("a", Kind.AGENT, "acme", Set.of(), null))
                .hasMessageContaining("owner");
        assertThatThrownBy(() -> principal("a", Kind.AGENT, "acme", Set.of(), "\n"))
                .hasMessageContaining("owner");
        assertThatThrownBy(() -> principal("a", Kind.HUMAN, "acme", Set.of("Admin"), null))
                .hasMessageContaining("role");
        assertThatThrownBy(() -> principal("a", Kind.HUMAN, "acme", Set.of("\u0430dmin"), null))
                .hasMessageContaining("role");
        Set<String> many = IntStream.range(0, 257).mapToObj(i -> "r" + i).collect(Collectors.toSet());
        assertThatThrownBy(() -> principal("a", Kind.HUMAN, "acme", many, null)).hasMessageContaining("256");
        assertThat(principal("a", Kind.AGENT, "acme", Set.of("agent"), "ann").owner())
                .isEqualTo("ann");
    }

    @Test
    void verdict_foldsToItsCase() {
        Principal ann = principal("ann", Kind.HUMAN, "acme", Set.of(), null);
        assertThat(word(new Verdict.Authenticated(ann))).isEqualTo("ann");
        assertThat(word(new Verdict.Refused(Refusal.EXPIRED))).isEqualTo("the token has expired");
        assertThat(word(new Verdict.Unavailable(Duration.ZERO, "down"))).isEqualTo("down");
        assertThat(word(new Verdict.Throttled(Duration.ZERO, "slower"))).isEqualTo("slower");
    }

    private static String word(Verdict verdict) {
        return verdict.fold(
                in -> in.principal().subject(),
                Verdict.Refused::words,
                Verdict.Unavailable::words,
                Verdict.Throttled::words);
    }

    private static Principal principal(
            String subject, Kind kind, String tenant, Set<String> roles, @Nullable String owner) {
        return new Principal(
                subject, kind, tenant, roles, Set.of(), "https://idp", owner, Instant.EPOCH, Instant.EPOCH, "id");
    }
}
