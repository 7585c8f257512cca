// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompilerTest {
    private static final String[] VALUES =
            "read task '*' own UTC '08:00' '2026-01-01T00:00:00Z' 10.0.0.0/8 ''".split(" ");
    private static final String[] KEYS =
            "read grants inherits actions resources when time from to zone days until addresses tenants id role ownership"
                    .split(" ");
    private static final String GRANT = "{actions: [read], resources: [task]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{rules: {}}|rules|is not known here; known are vocabulary, roles, scopes, confined, delegations",
                "[]|''|must be a map",
                "word|''|must be a map",
                "{vocabulary: {action: [x]}}|vocabulary.action|is not known here",
                "{vocabulary: {actions: [read]}}|vocabulary.actions[0]|the action \"read\" is there already",
                "{vocabulary: {resources: [x, task]}}|vocabulary.resources[1]|the resource type \"task\" is there already",
                "{vocabulary: {actions: [Read]}}|vocabulary.actions[0]|\"Read\" is no name",
                "{roles: []}|roles|must be a map",
                "{roles: {viewer: {}}}|roles.viewer|the role \"viewer\" is there already",
                "{roles: {Big: {}}}|roles.Big|\"Big\" is no name",
                "{roles: {'': {}}}|roles.|is no name",
                "{roles: {x: {grant: []}}}|roles.x.grant|is not known here",
                "{roles: {x: {grants: []}}}|roles.x.grants|must be a list of at least one",
                "{roles: {x: {grants: word}}}|roles.x.grants|must be a list of at least one",
                "{roles: {x: {description: []}}}|roles.x.description|must be a text",
                "{roles: {x: {description: ''}}}|roles.x.description|must be a text",
                "{roles: {x: {inherits: [y]}}}|roles.x.inherits|the role \"y\" is not known",
                "{roles: {x: {inherits: [viewer, viewer]}}}|roles.x.inherits[1]|\"viewer\" is there twice",
                "{roles: {x: {inherits: [x]}}}|roles.x.inherits|inherits from itself",
                "{roles: {x: {inherits: [y]}, y: {inherits: [z]}, z: {inherits: [x]}}}|roles.x.inherits|inherits from itself",
                "{roles: {x: {inherits: ['*']}}}|roles.x.inherits[0]|\"*\" is no name",
                "{roles: {x: {grants: [{resources: [task]}]}}}|roles.x.grants[0]|has no \"actions\"",
                "{roles: {x: {grants: [{actions: [read]}]}}}|roles.x.grants[0]|has no \"resources\"",
                "{roles: {x: {grants: [{actions: [], resources: [task]}]}}}|roles.x.grants[0].actions|at least one",
                "{roles: {x: {grants: [{actions: [reed], resources: [task]}]}}}|roles.x.grants[0].actions|the action \"reed\" is not known",
                "{roles: {x: {grants: [{actions: [read], resources: [taks]}]}}}|roles.x.grants[0].resources|the resource type \"taks\" is not known",
                "{roles: {x: {grants: [{actions: [read, read], resources: [task]}]}}}|roles.x.grants[0].actions[1]|there twice",
                "{roles: {x: {grants: [{actions: [['*']], resources: [task]}]}}}|roles.x.grants[0].actions[0]|must be a text",
                "{roles: {x: {grants: [{id: A, actions: [read], resources: [task]}]}}}|roles.x.grants[0].id|is no name",
                "{roles: {x: {grants: [{id: a, actions: [read], resources: [task]}, {id: a, actions: [read], resources: [task]}]}}}|roles.x.grants[1]|the id \"a\" is there already",
                "{roles: {x: {grants: [{effect: deny, actions: [read], resources: [task]}]}}}|roles.x.grants[0].effect|is not known here",
                "{roles: {x: {grants: [{tenants: all, actions: [read], resources: [task]}]}}}|roles.x.grants[0].tenants|must be own or *, not \"all\"",
                "{roles: {x: {grants: [{ownership: mine, actions: [read], resources: [task]}]}}}|roles.x.grants[0].ownership|must be any or own",
                "{roles: {x: {grants: [{when: [], actions: [read], resources: [task]}]}}}|roles.x.grants[0].when|must be a map",
                "{roles: {x: {grants: [{when: {day: x}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.day|is not known here",
                "{roles: {x: {grants: [{when: {until: soon}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.until|\"soon\" is not understood",
                "{roles: {x: {grants: [{when: {addresses: [10.0.0.1/8]}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.addresses[0]|has bits set beyond its prefix",
                "{roles: {x: {grants: [{when: {addresses: 10.0.0.0/8}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.addresses|must be a list",
                "{roles: {x: {grants: [{when: {time: {from: '08:00', to: '18:00'}}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.time|has no \"zone\"",
                "{roles: {x: {grants: [{when: {time: {from: '08:00', to: '08:00', zone: UTC}}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.time|begins when it ends",
                "{roles: {x: {grants: [{when: {time: {from: '8', to: '18:00', zone: UTC}}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.time.from|\"8\" is not understood",
                "{roles: {x: {grants: [{when: {time: {from: '08:00', to: '18:00', zone: Mars}}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.time.zone|\"Mars\" is not understood",
                "{roles: {x: {grants: [{when: {time: {from: '08:00', to: '18:00', zone: UTC, days: [mon]}}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.time.days[0]|is no day",
                "{roles: {x: {grants: [{when: {time: {from: '08:00', to: '18:00', zone: UTC, days: [monday, monday]}}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.time.days[1]|there twice",
                "{roles: {x: {grants: [{when: {time: {at: '08:00'}}, actions: [read], resources: [task]}]}}}|roles.x.grants[0].when.time.at|is not known here",
                "{scopes: {'skep:read': [{actions: [read], resources: [task]}]}}|scopes.skep:read|the scope \"skep:read\" is there already",
                "{scopes: {A: [{actions: [read], resources: [task]}]}}|scopes.A|\"A\" is no name",
                "{scopes: {a: []}}|scopes.a|at least one",
                "{scopes: {a: [{actions: [read], resources: [task], tenants: '*'}]}}|scopes.a[0].tenants|is not known here",
                "{scopes: {a: [{actions: [reed], resources: [task]}]}}|scopes.a[0].actions|the action \"reed\" is not known",
                "{confined: {nobody: [task]}}|confined.nobody|the role \"nobody\" is not known",
                "{confined: {viewer: [taks]}}|confined.viewer|the resource type \"taks\" is not known",
                "{confined: {viewer: ['*']}}|confined.viewer[0]|\"*\" is no name",
                "{delegations: [{id: d, to: ann, role: boss, until: '2026-01-01T00:00:00Z'}]}|delegations[0].role|the role \"boss\" is not known",
                "{delegations: [{id: d, to: ann, role: viewer}]}|delegations[0]|has no \"until\"",
                "{delegations: [{to: ann, role: viewer, until: '2026-01-01T00:00:00Z'}]}|delegations[0]|has no \"id\"",
                "{delegations: [{id: d, to: ann, role: viewer, until: '2026-01-01T00:00:00Z'}, {id: d, to: bob, role: viewer, until: '2026-01-01T00:00:00Z'}]}|delegations[1]|the id \"d\" is there already",
                "{delegations: [{id: d, to: ann, role: viewer, till: '2026-01-01T00:00:00Z'}]}|delegations[0].till|is not known here",
            })
    void whatIsWrong_isRefused_withItsPlace(String document, String path, String problem) {
        assertThatThrownBy(() -> Policy.of(document, PolicyLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        refused -> assertThat(refused.path()).isEqualTo(path))
                .hasMessageContaining(problem);
    }

    @Test
    void anyTreeOfKnownWords_isTakenOrRefused_andNothingElseHappens() {
        Random random = new Random(4);
        Set<String> problems = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            try {
                Policy.of(
                        List.of("vocabulary: {actions: [read], resources: [task]}\n" + part(random) + part(random)),
                        PolicyLimits.DEFAULT);
            } catch (PolicyException refused) {
                problems.add(refused.getMessage().replaceFirst("^[^:]*: ", ""));
            }
        }
        assertThat(problems).hasSizeGreaterThan(20);
    }

    private static String part(Random random) {
        String key = pick(random, "roles", "scopes", "confined", "delegations");
        return key + ": " + tree(random, 5) + '\n';
    }

    private static String tree(Random random, int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return pick(random, VALUES);
        }
        StringBuilder text = new StringBuilder();
        if (random.nextInt(3) == 0) {
            return text.append('[').append(tree(random, depth - 1)).append(']').toString();
        }
        for (int n = random.nextInt(4); n >= 0; n--) {
            text.append(text.isEmpty() ? "{" : ", ")
                    .append(pick(random, KEYS))
                    .append(": ")
                    .append(tree(random, depth - 1));
        }
        return text.append('}').toString();
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }

    @Test
    void lookAlikes_areRefused() {
        // Cyrillic, full-width, a ligature, a Kelvin sign that NFC makes a capital K, a combining accent, a joiner.
        for (String name :
                List.of("\u0430dmin", "\uff41dmin", "\ufb01le", "\u212ain", "a\u0301", "ad\u200dmin", "a b")) {
            assertThatThrownBy(() -> Policy.of("roles: {\"" + name + "\": {}}", PolicyLimits.DEFAULT))
                    .as(name)
                    .hasMessageContaining("is no name");
            assertThat(Names.isLegal(name)).isFalse();
        }
        assertThat(Names.isLegal("az09._:-")).isTrue();
        for (String name : List.of("", "`", "{", "/", ";", "A", "a".repeat(129))) {
            assertThat(Names.isLegal(name)).as(name).isFalse();
        }
        assertThat(Names.isLegal("a".repeat(128))).isTrue();
    }

    private static void compile(PolicyLimits limits, String roles) {
        Policy.of(List.of(Policies.WORDS + "roles: {" + roles + "}"), limits);
    }

    @Test
    void limits_areReachedAndNotExceeded() {
        PolicyLimits limits = new PolicyLimits(10_000, 1000, 12, 3, 2, 4, 2);
        assertThatCode(() -> compile(limits, "a: {}, b: {}, c: {}")).doesNotThrowAnyException();
        assertThatThrownBy(() -> compile(limits, "a: {}, b: {}, c: {}, d: {}"))
                .hasMessage("roles.d: more than 3 roles in all");
        assertThatCode(() -> compile(limits, "a: {inherits: [b]}, b: {inherits: [c]}, c: {}"))
                .doesNotThrowAnyException();
        PolicyLimits more = new PolicyLimits(10_000, 1000, 12, 9, 2, 4, 2);
        assertThatThrownBy(() -> compile(more, "a: {inherits: [b]}, b: {inherits: [c]}, c: {inherits: [d]}, d: {}"))
                .hasMessage("roles.a.inherits: more than 2 roles inherited");
        String four = "{actions: [read, write], resources: [task, flag]}";
        assertThatCode(() -> compile(limits, "a: {grants: [" + four + "]}")).doesNotThrowAnyException();
        assertThatThrownBy(() -> compile(limits, "a: {grants: [" + four + ", " + GRANT + "]}"))
                .hasMessage("roles.a.grants[1]: more than 4 rules in all");
        assertThatCode(() -> compile(limits, "a: {grants: [" + GRANT + ", " + GRANT + "]}"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> compile(limits, "a: {grants: [" + GRANT + ", " + GRANT + ", " + GRANT + "]}"))
                .hasMessageContaining("roles.a.grants[2]: more than 2 grants of role \"a\"");
    }

    @Test
    void delegationsToOneSubject_areLimited() {
        PolicyLimits limits = new PolicyLimits(10_000, 1000, 12, 30, 20, 1000, 2);
        String two = IntStream.range(0, 2).mapToObj(CompilerTest::delegation).collect(Collectors.joining(","));
        assertThatCode(() -> Policy.of(List.of("roles: {a: {}}\ndelegations: [" + two + "]"), limits))
                .doesNotThrowAnyException();
        assertThatThrownBy(() ->
                        Policy.of(List.of("roles: {a: {}}\ndelegations: [" + two + ", " + delegation(2) + "]"), limits))
                .hasMessage("delegations[2]: more than 2 delegations to the same subject");
    }

    private static String delegation(int number) {
        return "{id: d" + number + ", to: ann, role: a, until: '2027-01-01T00:00:00Z'}";
    }

    @Test
    void version_isTheHashOfTheContent() {
        Policy seeded = Policy.seeded();
        assertThat(seeded.version())
                .matches("sha256:[0-9a-f]{64}")
                .isEqualTo(Policy.seeded().version());
        Policy one = Policy.of("roles: {x: {}}", PolicyLimits.DEFAULT);
        assertThat(one.version())
                .isNotEqualTo(seeded.version())
                .isEqualTo(Policy.of("roles: {x: {}}", PolicyLimits.DEFAULT).version())
                .isNotEqualTo(Policy.of("roles: {y: {}}", PolicyLimits.DEFAULT).version());
        assertThat(Policy.of(List.of("", "#x"), PolicyLimits.DEFAULT).version())
                .isNotEqualTo(Policy.of(List.of("#x", ""), PolicyLimits.DEFAULT).version());
        assertThat(Policy.of(List.of("#", "#"), PolicyLimits.DEFAULT).version())
                .isEqualTo("sha256:832738cfb732ac79a2aab685d562cca383667e674a93834c8766451d4b64c6cd");
    }

    @Test
    void seededPolicy_hasItsRolesAndWords() {
        Policy seeded = Policy.seeded();
        assertThat(seeded.roles()).containsExactly("admin", "agent", "auditor", "developer", "operator", "viewer");
        assertThat(seeded.actions()).contains("claim", "upgrade").isSorted();
        assertThat(seeded.resourceTypes()).contains("attempt", "task").isSorted();
        assertThat(Policies.of("roles: {b: {}, a: {}}").actions()).containsExactly("read", "write");
        assertThat(Policies.of("roles: {b: {}, a: {}}").resourceTypes()).containsExactly("flag", "task");
    }
}
