// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One decision being made. With a trail it looks at everything, without one only until it knows. Used once. */
final class Evaluation {
    /** How near a rule came to allowing, farthest first. */
    private static final List<String> NEARNESS =
            List.of(Decision.DEFAULT, Decision.TENANT, Decision.OWNERSHIP, Decision.CONDITION);

    private final Policy policy;
    private final Subject subject;
    private final String action;
    private final Resource resource;
    private final Context context;
    private final @Nullable List<Explanation.Step> trail;

    private int actionNumber;
    private int typeNumber;
    private @Nullable Rule allowing;
    private @Nullable Delegation lent;
    private String against = Decision.DEFAULT;
    private @Nullable Rule nearest;

    Evaluation(
            Policy policy,
            Subject subject,
            String action,
            Resource resource,
            Context context,
            @Nullable List<Explanation.Step> trail) {
        this.policy = policy;
        this.subject = subject;
        this.action = action;
        this.resource = resource;
        this.context = context;
        this.trail = trail;
    }

    Decision decision() {
        Integer knownAction = policy.actions.find(action);
        Integer knownType = policy.types.find(resource.type());
        if (knownAction == null || knownType == null) {
            step("vocabulary", false, "not known");
            return denied(Decision.UNKNOWN);
        }
        actionNumber = knownAction;
        typeNumber = knownType;
        boolean scoped = scoped();
        if (!scoped && trail == null) {
            return denied(Decision.SCOPE);
        }
        boolean confined = confined();
        if (confined && trail == null) {
            return denied(Decision.CONFINED);
        }
        roles();
        if (!scoped || confined) {
            return denied(scoped ? Decision.CONFINED : Decision.SCOPE);
        }
        return allowing == null ? denied(against) : allowed(allowing);
    }

    private boolean scoped() {
        if (subject.scopes() == null) {
            step("scope", true, "the credential has no scopes by its nature");
            return true;
        }
        for (String scope : subject.scopes()) {
            Grid<Boolean> permits = policy.scopes.get(scope);
            if (permits != null && permits.covers(actionNumber, typeNumber)) {
                step("scope", true, "the scope " + scope + " covers it");
                return true;
            }
        }
        step("scope", false, "no scope of the token covers it");
        return false;
    }

    private boolean confined() {
        for (String name : subject.roles()) {
            Role role = policy.roles.get(name);
            if (role != null && role.confined.contains(typeNumber) && !Rule.owns(subject, resource)) {
                step("confined", false, "the role " + name + " reaches only its own, and it is not");
                return true;
            }
        }
        return false;
    }

    private void roles() {
        for (String name : subject.roles()) {
            Role role = policy.roles.get(name);
            step("role", role != null, role == null ? "a role of the subject is not known" : name);
            if (role != null && decidedBy(role, null)) {
                return;
            }
        }
        for (Delegation delegation : policy.delegations.getOrDefault(subject.id(), List.of())) {
            boolean live = context.at().isBefore(delegation.end());
            step("role", live, delegation.role().name + " by delegation " + delegation.id());
            if (live && decidedBy(delegation.role(), delegation)) {
                return;
            }
        }
    }

    /** Tries the rules of a role and of all that it inherits from; whether no more need be looked at. */
    private boolean decidedBy(Role bearer, @Nullable Delegation delegation) {
        for (int i = 0; i < bearer.line.size(); i++) {
            for (int shape = 0; shape < Grid.SHAPES; shape++) {
                List<Rule> rules = bearer.line.get(i).grants.get(shape, actionNumber, typeNumber);
                for (int n = 0; rules != null && n < rules.size(); n++) {
                    if (allows(rules.get(n), delegation) && trail == null) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean allows(Rule rule, @Nullable Delegation delegation) {
        String reason = rule.against(subject, resource, context);
        if (reason == null) {
            if (allowing == null) {
                allowing = rule;
                lent = delegation;
            }
            step(rule.id(), true, rule.words());
            return true;
        }
        if (NEARNESS.indexOf(reason) > NEARNESS.indexOf(against)) {
            against = reason;
            nearest = rule;
        }
        if (trail != null) {
            step(rule.id(), false, words(reason, rule));
        }
        return false;
    }

    private void step(String about, boolean held, String words) {
        if (trail != null) {
            trail.add(new Explanation.Step(about, held, words));
        }
    }

    private Decision allowed(Rule rule) {
        String words = lent == null ? rule.words() : rule.words() + " by delegation " + lent.id();
        return new Decision(true, rule.id(), words, policy.version());
    }

    private Decision denied(String reason) {
        return new Decision(false, reason, words(reason, nearest), policy.version());
    }

    private String words(String reason, @Nullable Rule rule) {
        return switch (reason) {
            case Decision.UNKNOWN ->
                "the policy does not know the action \"" + PlainYaml.line(action) + "\" on \""
                        + PlainYaml.line(resource.type()) + '"';
            case Decision.SCOPE -> "no scope of the token covers " + action + " on " + resource.type();
            case Decision.CONFINED -> "a role of the subject reaches only its own " + resource.type();
            default ->
                rule == null
                        ? "no role of the subject grants " + action + " on " + resource.type()
                        : rule.id() + " of role " + rule.role() + " allows it only " + only(reason, rule);
        };
    }

    private String only(String reason, Rule rule) {
        Condition unmet = rule.unmet(context);
        return switch (reason) {
            case Decision.TENANT -> "in the subject's own tenant";
            case Decision.OWNERSHIP -> "to the owner";
            default -> unmet == null ? "at times" : unmet.words();
        };
    }
}
