// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.security.Admission.Ask;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.policy.Context;
import io.skep.plugin.security.policy.Decision;
import io.skep.plugin.security.policy.Explanation;
import io.skep.plugin.security.policy.Policy;
import io.skep.plugin.security.policy.Resource;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@code rbac_enforcement} answers, besides admissions. Thread-safe. */
final class PolicyOperations {
    private final Supplier<Identities> identities;
    private final PolicyShelf policies;
    private final Clock clock;

    /**
     * A decision.
     *
     * @param allowed whether it may be done
     * @param rule that decided
     * @param words the reason, for whoever looks after the policy
     * @param policy its version
     */
    record Decided(boolean allowed, String rule, String words, String policy) {
        static Decided of(Decision decision) {
            return new Decided(decision.allowed(), decision.rule(), decision.words(), decision.policy());
        }
    }

    /**
     * A decision with all that was looked at.
     *
     * @param decision itself
     * @param steps every check and every rule that could have decided, in order
     */
    record Explained(Decided decision, List<Step> steps) {}

    /**
     * One check.
     *
     * @param what a rule, or the check
     * @param held whether it was passed
     * @param words what was found
     */
    record Step(String what, boolean held, String words) {}

    /** Nothing to say. */
    record ShowPolicy() {}

    /**
     * The policy.
     *
     * @param policyVersion its version
     * @param document besides the seeded roles; empty for these alone
     * @param roles that there are
     */
    record Shown(String policyVersion, String document, List<String> roles) {}

    /**
     * A document to look at.
     *
     * @param document a policy in YAML
     */
    record CheckPolicy(@Nullable String document) {}

    /**
     * A document to take.
     *
     * @param document a policy in YAML
     * @param expected version that must be in force now
     */
    record SetPolicy(@Nullable String document, @Nullable String expected) {}

    /**
     * That it is in force.
     *
     * @param policyVersion its version
     */
    record Taken(String policyVersion) {}

    PolicyOperations(Supplier<Identities> identities, PolicyShelf policies, Clock clock) {
        this.identities = identities;
        this.policies = policies;
        this.clock = clock;
    }

    /** The same decision as an edge gets, not carried out and not recorded. */
    Decided authorize(Ask ask) {
        Who who = who(ask);
        return Decided.of(policies.live()
                .decide(who.subject(), Inputs.required("action", ask.action()), resource(ask, who), context(ask)));
    }

    Explained explain(Ask ask) {
        Who who = who(ask);
        Explanation explanation = policies.live()
                .explain(who.subject(), Inputs.required("action", ask.action()), resource(ask, who), context(ask));
        return new Explained(
                Decided.of(explanation.decision()),
                explanation.steps().stream()
                        .map(step -> new Step(step.subject(), step.held(), step.words()))
                        .toList());
    }

    private static Resource resource(Ask ask, Who who) {
        Inputs.required("type", ask.type());
        return Decider.resource(ask, who);
    }

    private Context context(Ask ask) {
        return new Context(clock.instant(), Decider.address(ask.address()));
    }

    private Who who(Ask ask) {
        if (ask.principal() != null) {
            return ask.principal();
        }
        Identities now = identities.get();
        Principal principal = now.identity()
                .authenticator()
                .known(Inputs.required("principal", ask.token()))
                .map(Verdict.Authenticated::principal)
                .orElseThrow(() -> new Declination("nobody is known by this token yet; authenticate it first"));
        return now.who(principal);
    }

    Shown show(ShowPolicy asked) {
        Policy policy = policies.live().current();
        return new Shown(policy.version(), policies.text(), policy.roles().toList());
    }

    Taken check(CheckPolicy check) {
        return new Taken(
                PolicyShelf.check(Inputs.required("document", check.document())).version());
    }

    CompletionStage<Taken> set(SetPolicy set) {
        return policies.take(Inputs.required("document", set.document()), set.expected())
                .thenApply(Taken::new);
    }
}
