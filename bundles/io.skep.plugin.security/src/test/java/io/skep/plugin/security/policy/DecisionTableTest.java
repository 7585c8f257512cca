// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random policies, each written as a document for the code and kept as a plain list for an oracle that knows nothing of
 * hashes, shapes or compilation.
 */
class DecisionTableTest {
    private static final List<String> ACTIONS = List.of("read", "write", "stop");
    private static final List<String> TYPES = List.of("task", "flag", "attempt");
    private static final List<String> ROLES = List.of("r0", "r1", "r2", "r3");
    private static final List<@Nullable String> TENANTS = new ArrayList<>(List.of("blue", "red"));

    static {
        TENANTS.add(null);
    }

    /** A grant as its author thinks of it; an hour before which it is in force, or 0. */
    private record Grant(String role, Set<String> actions, Set<String> types, boolean all, boolean own, int until) {
        String yaml() {
            return "{actions: [" + join(actions) + "], resources: [" + join(types) + ']'
                    + (all ? ", tenants: '*'" : "") + (own ? ", ownership: own" : "")
                    + (until == 0 ? "" : ", when: {until: '2026-01-01T" + until + ":00:00Z'}") + '}';
        }

        private static String join(Set<String> names) {
            return names.stream().map(name -> '\'' + name + '\'').collect(Collectors.joining(", "));
        }
    }

    /** What the oracle and the code are both made from. */
    private record World(
            List<Grant> grants,
            Map<String, Set<String>> parents,
            Map<String, Set<String>> confined,
            Map<String, Grant> scopes) {

        static World random(Random random) {
            List<Grant> grants = new ArrayList<>();
            for (int i = 2 + random.nextInt(10); i > 0; i--) {
                grants.add(grant(random));
            }
            Map<String, Set<String>> parents = new LinkedHashMap<>();
            Map<String, Set<String>> confined = new LinkedHashMap<>();
            for (int i = 0; i < ROLES.size(); i++) {
                Set<String> above = new HashSet<>();
                for (int j = i + 1; j < ROLES.size(); j++) {
                    if (random.nextInt(3) == 0) {
                        above.add(ROLES.get(j));
                    }
                }
                parents.put(ROLES.get(i), above);
                if (random.nextInt(4) == 0) {
                    confined.put(ROLES.get(i), Set.of(pick(random, TYPES)));
                }
            }
            return new World(grants, parents, confined, Map.of("s0", grant(random), "s1", grant(random)));
        }

        private static Grant grant(Random random) {
            return new Grant(
                    pick(random, ROLES),
                    some(random, ACTIONS),
                    some(random, TYPES),
                    random.nextInt(3) == 0,
                    random.nextInt(3) == 0,
                    random.nextInt(3) == 0 ? 10 + random.nextInt(10) : 0);
        }

        private static Set<String> some(Random random, List<String> names) {
            return random.nextInt(4) == 0 ? Set.of("*") : new HashSet<>(Set.of(pick(random, names)));
        }

        String yaml() {
            StringBuilder text = new StringBuilder(
                    "vocabulary: {actions: [read, write, stop], resources: [task, flag," + " attempt]}\nroles:\n");
            for (String role : ROLES) {
                text.append("  ").append(role).append(": {description: x");
                if (!parents.get(role).isEmpty()) {
                    text.append(", inherits: [")
                            .append(String.join(", ", parents.get(role)))
                            .append(']');
                }
                List<String> own = grants.stream()
                        .filter(grant -> grant.role().equals(role))
                        .map(Grant::yaml)
                        .toList();
                text.append(own.isEmpty() ? "" : ", grants: [" + String.join(", ", own) + ']')
                        .append("}\n");
            }
            confined.forEach((role, types) -> text.append(text.indexOf("confined:") < 0 ? "confined:\n" : "")
                    .append("  ")
                    .append(role)
                    .append(": [")
                    .append(String.join(",", types))
                    .append("]\n"));
            text.append("scopes:\n");
            scopes.forEach((name, grant) -> text.append("  ")
                    .append(name)
                    .append(": [{actions: [")
                    .append(Grant.join(grant.actions()))
                    .append("], resources: [")
                    .append(Grant.join(grant.types()))
                    .append("]}]\n"));
            return text.toString();
        }

        private Set<String> ancestry(String role) {
            Set<String> all = new HashSet<>(Set.of(role));
            parents.getOrDefault(role, Set.of()).forEach(parent -> all.addAll(ancestry(parent)));
            return all;
        }

        /** The oracle. */
        boolean allows(Subject subject, String action, Resource resource, int hour) {
            Set<String> roles = new HashSet<>();
            subject.roles().stream().filter(ROLES::contains).forEach(role -> roles.addAll(ancestry(role)));
            boolean mine = subject.id().equals(resource.owner());
            boolean held = roles.stream()
                    .anyMatch(role -> confined.getOrDefault(role, Set.of()).contains(resource.type()));
            boolean scoped = subject.scopes() == null
                    || subject.scopes().stream()
                            .anyMatch(
                                    scope -> scopes.containsKey(scope) && matches(scopes.get(scope), action, resource));
            return ACTIONS.contains(action)
                    && TYPES.contains(resource.type())
                    && scoped
                    && (mine || !held)
                    && grants.stream()
                            .anyMatch(grant -> roles.contains(grant.role())
                                    && matches(grant, action, resource)
                                    && (grant.all()
                                            || (resource.tenant() != null
                                                    && resource.tenant().equals(subject.tenant())))
                                    && (!grant.own() || mine)
                                    && (grant.until() == 0 || hour < grant.until()));
        }

        private static boolean matches(Grant grant, String action, Resource resource) {
            return (grant.actions().contains("*") || grant.actions().contains(action))
                    && (grant.types().contains("*") || grant.types().contains(resource.type()));
        }
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        List<List<String>> roles = List.of(
                List.of(),
                List.of("r0"),
                List.of("r1"),
                List.of("r2"),
                List.of("r3"),
                List.of("r3", "r1"),
                List.of("unknown"),
                List.of("R0", "r0 "));
        List<@Nullable List<String>> scopes =
                new ArrayList<>(List.of(List.of(), List.of("s0"), List.of("s1", "openid"), List.of("S0")));
        scopes.add(null);
        for (List<String> some : roles) {
            for (List<String> scope : scopes) {
                subjects.add(new Subject("ann", "blue", some, scope));
            }
            subjects.add(new Subject("ann", null, some, null));
        }
        return subjects;
    }

    private static List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        for (String type : TYPES) {
            for (String tenant : TENANTS) {
                resources.add(new Resource(type, "1", tenant, "ann"));
                resources.add(new Resource(type, "1", tenant, "bob"));
                resources.add(new Resource(type, "1", tenant, null));
            }
        }
        resources.add(new Resource("Task", "1", "blue", "ann"));
        return resources;
    }

    @Test
    void everyDecision_isThatOfTheOracle_andOfItsExplanation() {
        Random random = new Random(2026);
        int allowed = 0;
        int decided = 0;
        for (int round = 0; round < 60; round++) {
            World world = World.random(random);
            Policy policy = Policy.of(List.of(world.yaml()), PolicyLimits.DEFAULT);
            int hour = 10 + random.nextInt(10);
            Context context = new Context(Instant.parse("2026-01-01T" + hour + ":00:00Z"), null);
            for (Subject subject : subjects()) {
                for (Resource resource : resources()) {
                    for (String action : List.of("read", "write", "stop", "READ")) {
                        Decision decision = policy.decide(subject, action, resource, context);
                        if (decision.allowed() != world.allows(subject, action, resource, hour)) {
                            assertThat(decision)
                                    .as("%s%n%s %s %s at %s", world.yaml(), subject, action, resource, hour)
                                    .isNull();
                        }
                        allowed += decision.allowed() ? 1 : 0;
                        decided++;
                        if (decided % 17 == 0) {
                            assertThat(policy.explain(subject, action, resource, context)
                                            .decision())
                                    .isEqualTo(decision);
                        }
                    }
                }
            }
        }
        assertThat(allowed).as("allowed of %s", decided).isBetween(decided / 100, decided / 2);
    }

    @Test
    void withoutAGrant_nothingIsAllowed_whateverElseThePolicySays() {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            World world = World.random(random);
            World empty = new World(List.of(), world.parents(), world.confined(), world.scopes());
            Policy policy = Policy.of(List.of(empty.yaml()), PolicyLimits.DEFAULT);
            for (Subject subject : subjects()) {
                for (Resource resource : resources()) {
                    assertThat(policy.decide(subject, "read", resource, Policies.CONTEXT)
                                    .allowed())
                            .isFalse();
                }
            }
        }
    }

    @Test
    void anotherGrant_takesNothingAway_andAddsOnlyWhatItSays() {
        Random random = new Random(8);
        for (int round = 0; round < 40; round++) {
            World world = World.random(random);
            Grant added = World.grant(random);
            List<Grant> more = new ArrayList<>(world.grants());
            more.add(added);
            Policy before = Policy.of(List.of(world.yaml()), PolicyLimits.DEFAULT);
            Policy after = Policy.of(
                    List.of(new World(more, world.parents(), world.confined(), world.scopes()).yaml()),
                    PolicyLimits.DEFAULT);
            for (Resource resource : resources()) {
                Subject subject = new Subject("ann", "blue", ROLES, null);
                boolean was = before.decide(subject, "read", resource, Policies.CONTEXT)
                        .allowed();
                boolean is = after.decide(subject, "read", resource, Policies.CONTEXT)
                        .allowed();
                assertThat(is || !was).isTrue();
                assertThat(is && !was && !World.matches(added, "read", resource))
                        .isFalse();
            }
        }
    }
}
