// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static io.skep.plugin.security.policy.Policies.CONTEXT;
import static io.skep.plugin.security.policy.Policies.at;
import static io.skep.plugin.security.policy.Policies.subject;
import static io.skep.plugin.security.policy.Policies.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.skep.plugin.security.policy.Explanation.Step;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicyTest {
    private static final String READ = "actions: [read], resources: [task]";

    private static Decision decide(Policy policy, Subject subject, Resource resource) {
        return policy.decide(subject, "read", resource, CONTEXT);
    }

    private static void denied(Decision decision, String rule, String words) {
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.rule()).isEqualTo(rule);
        assertThat(decision.words()).isEqualTo(words);
    }

    private static void allowed(Decision decision, String rule, String words) {
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.rule()).isEqualTo(rule);
        assertThat(decision.words()).isEqualTo(words);
    }

    @Test
    void decision_namesTheRuleAndTheVersion() {
        Policy policy =
                Policies.of("roles: {a: {grants: [{id: a.read, " + READ + "}, {actions: [write], resources: ['*']}]}}");
        Decision decision = decide(policy, subject("a"), task("blue", null));
        allowed(decision, "a.read", "a.read of role a allows it");
        assertThat(decision.policy()).isEqualTo(policy.version());
        allowed(policy.decide(subject("a"), "write", task("blue", null), CONTEXT), "a#1", "a#1 of role a allows it");
        Decision no = decide(policy, subject("b"), task("blue", null));
        denied(no, "deny:default", "no role of the subject grants read on task");
        assertThat(no.policy()).isEqualTo(policy.version());
    }

    @Test
    void unknownWords_areDenied_andQuotedSafely() {
        Policy policy = Policies.of("roles: {a: {grants: [{actions: ['*'], resources: ['*'], tenants: '*'}]}}");
        String words = "the policy does not know the action \"re d\" on \"task\"";
        denied(policy.decide(subject("a"), "re\nd", task("blue", null), CONTEXT), "deny:unknown", words);
        assertThat(policy.decide(subject("a"), "*", task("blue", null), CONTEXT).allowed())
                .isFalse();
        Resource other = new Resource("*", null, "blue", null);
        assertThat(decide(policy, subject("a"), other).rule()).isEqualTo(Decision.UNKNOWN);
        assertThat(decide(policy, subject("a"), task("blue", null)).allowed()).isTrue();
    }

    @Test
    void tenant_isTheOwn_unlessTheGrantSaysAll() {
        Policy policy = Policies.of("roles: {a: {grants: [{id: own, " + READ
                + "}]}, b: {grants: [{id: all, tenants: '*', " + READ + "}]}}");
        String words = "own of role a allows it only in the subject's own tenant";
        denied(decide(policy, subject("a"), task("red", "ann")), "deny:tenant", words);
        denied(decide(policy, subject("a"), task(null, "ann")), "deny:tenant", words);
        denied(decide(policy, subject("a"), task("Blue", "ann")), "deny:tenant", words);
        Subject homeless = new Subject("ann", null, List.of("a", "b"), null);
        assertThat(decide(policy, homeless, task(null, null)).rule()).isEqualTo("all");
        assertThat(decide(policy, new Subject("ann", null, List.of("a"), null), task(null, null))
                        .rule())
                .isEqualTo("deny:tenant");
        assertThat(decide(policy, subject("b"), task("red", null)).rule()).isEqualTo("all");
    }

    @Test
    void ownership_isExact() {
        Policy policy = Policies.of("roles: {a: {grants: [{id: own, ownership: own, " + READ + "}]}}");
        allowed(decide(policy, subject("a"), task("blue", "ann")), "own", "own of role a allows it");
        String words = "own of role a allows it only to the owner";
        denied(decide(policy, subject("a"), task("blue", "Ann")), "deny:ownership", words);
        denied(decide(policy, subject("a"), task("blue", null)), "deny:ownership", words);
        assertThat(decide(policy, subject("a"), task("red", "ann")).rule()).isEqualTo("deny:tenant");
    }

    @Test
    void conditions_mustAllHold_andTheFirstThatDoesNotIsNamed() {
        Policy policy = Policies.of("roles: {a: {grants: [{id: when, " + READ
                + ", when: {addresses: [10.0.0.0/8, 'fd00::/8'], until: '2026-03-05T00:00:00Z',"
                + " time: {from: '08:00', to: '18:00', zone: UTC, days: [wednesday]}}}]}}");
        assertThat(policy.decide(subject("a"), "read", task("blue", null), Policies.from("10.1.1.1"))
                        .rule())
                .isEqualTo("when");
        assertThat(policy.decide(subject("a"), "read", task("blue", null), Policies.from("fd00::1"))
                        .rule())
                .isEqualTo("when");
        denied(
                policy.decide(subject("a"), "read", task("blue", null), Policies.from("11.1.1.1")),
                "deny:condition",
                "when of role a allows it only from addresses in [10.0.0.0/8, fd00::/8]");
        denied(
                policy.decide(subject("a"), "read", task("blue", null), at("2026-03-04T19:00:00Z")),
                "deny:condition",
                "when of role a allows it only from 08:00 to 18:00 UTC on [WEDNESDAY]");
        Context late = new Context(java.time.Instant.parse("2026-03-11T12:00:00Z"), Policies.address("10.0.0.1"));
        denied(
                policy.decide(subject("a"), "read", task("blue", null), late),
                "deny:condition",
                "when of role a allows it only until 2026-03-05T00:00:00Z");
    }

    @Test
    void denial_namesTheGrantThatCameNearest() {
        String[] roles = {
            "{id: t, " + READ + "}",
            "{id: o, tenants: '*', ownership: own, " + READ + "}",
            "{id: c, tenants: '*', when: {until: '2026-01-01T00:00:00Z'}, " + READ + "}"
        };
        assertThat(nearest(roles[0])).isEqualTo("deny:tenant");
        assertThat(nearest(roles[0], roles[1])).isEqualTo("deny:ownership");
        assertThat(nearest(roles[1], roles[0])).isEqualTo("deny:ownership");
        assertThat(nearest(roles[2], roles[0], roles[1])).isEqualTo("deny:condition");
        assertThat(nearest(roles[0], roles[1], roles[2])).isEqualTo("deny:condition");
    }

    private static String nearest(String... grants) {
        Policy policy = Policies.of("roles: {a: {grants: [" + String.join(", ", grants) + "]}}");
        return decide(policy, subject("a"), task("red", "bob")).rule();
    }

    @Test
    void ofTwoGrantsThatComeEquallyNear_theFirstIsNamed() {
        Policy policy = Policies.of("roles: {a: {grants: [{id: one, " + READ + "}, {id: two, " + READ + "}]}}");
        assertThat(decide(policy, subject("a"), task("red", null)).words()).startsWith("one of");
        assertThat(decide(policy, subject("a"), task("blue", null)).rule()).isEqualTo("one");
    }

    @Test
    void scopedToken_needsAScopeAndARole() {
        Policy policy = Policies.of(
                "roles: {a: {grants: [{actions: ['*'], resources: ['*'], tenants: '*'}]}}",
                "scopes: {s: [{actions: [read], resources: [task]}, {actions: [write], resources: ['*']}], w: [{actions: ['*'], resources: [flag]}]}");
        assertThat(scoped(policy, "a", "read", "task", "s").allowed()).isTrue();
        assertThat(scoped(policy, "a", "read", "flag", "s").rule()).isEqualTo("deny:scope");
        assertThat(scoped(policy, "a", "write", "flag", "s").allowed()).isTrue();
        assertThat(scoped(policy, "a", "read", "flag", "openid", "w").allowed()).isTrue();
        assertThat(scoped(policy, "b", "read", "task", "s").rule()).isEqualTo("deny:default");
        denied(scoped(policy, "a", "read", "task"), "deny:scope", "no scope of the token covers read on task");
        assertThat(scoped(policy, "a", "read", "task", "S").rule()).isEqualTo("deny:scope");
    }

    private static Decision scoped(Policy policy, String role, String action, String type, String... scopes) {
        return policy.decide(
                new Subject("ann", "blue", List.of(role), List.of(scopes)),
                action,
                new Resource(type, null, "blue", null),
                CONTEXT);
    }

    @Test
    void inheritedGrants_count_nearestFirst() {
        Policy policy = Policies.of("roles: {a: {inherits: [b, c]}, b: {inherits: [d]}, c: {grants: [{id: c, " + READ
                + "}]}," + " d: {grants: [{id: d, " + READ + "}, {id: w, actions: [write], resources: [task]}]}}");
        assertThat(decide(policy, subject("a"), task("blue", null)).rule()).isEqualTo("c");
        assertThat(decide(policy, subject("b"), task("blue", null)).rule()).isEqualTo("d");
        assertThat(policy.decide(subject("a"), "write", task("blue", null), CONTEXT)
                        .rule())
                .isEqualTo("w");
        assertThat(policy.decide(subject("c"), "write", task("blue", null), CONTEXT)
                        .allowed())
                .isFalse();
    }

    @Test
    void confinedRole_reachesOnlyItsOwn_whateverOtherRoleGrantsMore() {
        Policy policy = Policies.of(
                "roles: {all: {grants: [{actions: ['*'], resources: ['*'], tenants: '*'}]}, a: {description: x}, b: {inherits: [a]}}",
                "confined: {a: [task]}");
        for (String held : List.of("a", "b")) {
            denied(
                    decide(policy, subject("all", held), task("blue", "bob")),
                    "deny:confined",
                    "a role of the subject reaches only its own task");
            assertThat(decide(policy, subject("all", held), task("red", "ann")).allowed())
                    .isTrue();
            Resource flag = new Resource("flag", null, null, null);
            assertThat(decide(policy, subject("all", held), flag).allowed()).isTrue();
        }
        assertThat(decide(policy, subject("all"), task("blue", "bob")).allowed())
                .isTrue();
    }

    @Test
    void delegation_lendsARole_untilItEnds() {
        Policy policy = Policies.of(
                "roles: {a: {grants: [{id: read, " + READ
                        + "}]}, b: {grants: [{id: write, actions: [write], resources: [task]}]}}",
                "delegations:",
                "  - {id: leave, to: ann, role: a, until: '2026-03-04T12:00:00.001Z'}",
                "  - {id: over, to: ann, role: b, until: '2026-03-04T12:00:00Z'}");
        Decision lent = decide(policy, subject(), task("blue", null));
        allowed(lent, "read", "read of role a allows it by delegation leave");
        assertThat(decide(policy, subject("a"), task("blue", null)).words()).isEqualTo("read of role a allows it");
        assertThat(policy.decide(subject(), "write", task("blue", null), CONTEXT)
                        .allowed())
                .isFalse();
        assertThat(decide(policy, subject(), task("red", null)).rule()).isEqualTo("deny:tenant");
        Subject bob = new Subject("bob", "blue", List.of(), null);
        assertThat(decide(policy, bob, task("blue", null)).allowed()).isFalse();
    }

    @Test
    void explanation_showsEveryCheck_alsoThoseAfterTheDecision() {
        Policy policy = Policies.of(
                "roles: {a: {grants: [{id: own, ownership: own, " + READ + "}, {id: any, " + READ + "}, {id: again, "
                        + READ + "}]}, z: {description: x}}",
                "delegations: [{id: d, to: ann, role: z, until: '2020-01-01T00:00:00Z'}, {id: e, to: ann, role: a, until: '2030-01-01T00:00:00Z'}]");
        Explanation explained = policy.explain(subject("a", "ghost"), "read", task("blue", null), CONTEXT);
        assertThat(explained.decision()).isEqualTo(decide(policy, subject("a", "ghost"), task("blue", null)));
        Step own = new Step("own", false, "own of role a allows it only to the owner");
        Step any = new Step("any", true, "any of role a allows it");
        Step again = new Step("again", true, "again of role a allows it");
        assertThat(explained.steps())
                .containsExactly(
                        new Step("scope", true, "the credential has no scopes by its nature"),
                        new Step("role", true, "a"),
                        own,
                        any,
                        again,
                        new Step("role", false, "a role of the subject is not known"),
                        new Step("role", false, "z by delegation d"),
                        new Step("role", true, "a by delegation e"),
                        own,
                        any,
                        again);
        assertThat(policy.explain(subject(), "x", task("blue", null), CONTEXT).steps())
                .containsExactly(new Step("vocabulary", false, "not known"));
    }

    @Test
    void explanationOfARefusedScopeOrConfinement_stillShowsTheRules() {
        Policy policy = Policies.of(
                "roles: {a: {grants: [{id: any, " + READ + "}]}}",
                "confined: {a: [task]}",
                "scopes: {s: [{" + READ + "}]}");
        Step any = new Step("any", true, "any of role a allows it");
        Explanation confined = policy.explain(
                new Subject("ann", "blue", List.of("a"), List.of("s")), "read", task("blue", null), CONTEXT);
        assertThat(confined.decision().rule()).isEqualTo("deny:confined");
        assertThat(confined.steps())
                .containsExactly(
                        new Step("scope", true, "the scope s covers it"),
                        new Step("confined", false, "the role a reaches only its own, and it is not"),
                        new Step("role", true, "a"),
                        any);
        Explanation scope = policy.explain(
                new Subject("ann", "blue", List.of("a"), List.of("t")), "read", task("blue", "ann"), CONTEXT);
        assertThat(scope.decision().rule()).isEqualTo("deny:scope");
        assertThat(scope.steps())
                .containsExactly(
                        new Step("scope", false, "no scope of the token covers it"), new Step("role", true, "a"), any);
    }

    @Test
    void subject_hasItsNamesSorted_once_andNotTooMany() {
        Subject subject = new Subject("ann", null, List.of("b", "a", "b"), List.of("y", "x"));
        assertThat(subject.roles()).containsExactly("a", "b");
        assertThat(subject.scopes()).containsExactly("x", "y");
        List<String> many =
                IntStream.range(0, 1000).mapToObj(i -> "r" + (1000 + i)).toList();
        assertThat(new Subject("ann", null, many, many).roles())
                .hasSize(Subject.MOST_NAMES)
                .startsWith("r1000");
    }
}
