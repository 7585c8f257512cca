// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.admin.Caller;
import io.skep.plugin.base.Declination;
import io.skep.plugin.base.Inputs;
import io.skep.plugin.security.audit.Actor;
import io.skep.plugin.security.identity.Kind;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.policy.Subject;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Somebody as questions and answers name them, in JSON.
 *
 * @param id of the person, agent or service: of another issuer than our own with {@code @} and the issuer behind it, so that
 *     two issuers do not speak of the same; an agent's is the id that it registers by
 * @param kind {@code human}, {@code agent} or {@code service}
 * @param tenant on whose behalf; absent for none
 * @param roles that were given to it
 * @param scopes of its token; absent for a credential that has none by its nature
 * @param issuer who vouches for it
 * @param owner the person accountable for an agent
 */
record Who(
        @Nullable String id,
        @Nullable String kind,
        @Nullable String tenant,
        @Nullable Collection<String> roles,
        @Nullable Collection<String> scopes,
        @Nullable String issuer,
        @Nullable String owner) {
    /** The role that counts for agents only: what it allows is meant for work that core has given to its bearer. */
    private static final String AGENT_ROLE = "agent";

    private static final int MAX_NAMES = 256;

    /**
     * Somebody who was authenticated.
     *
     * @param own issuer of our own tokens
     * @param hasScopes whether tokens of an issuer have scopes
     */
    static Who of(Principal principal, String own, Predicate<String> hasScopes) {
        boolean isOurs = principal.issuer().equals(own);
        boolean isPlain = isOurs || principal.kind() == Kind.AGENT;
        Set<String> scopes = principal.scopes();
        boolean unlimited = scopes.isEmpty() && (isOurs || !hasScopes.test(principal.issuer()));
        return new Who(
                isPlain ? principal.subject() : principal.subject() + '@' + principal.issuer(),
                principal.kind().word(),
                principal.tenant(),
                new TreeSet<>(principal.roles()),
                unlimited ? null : new TreeSet<>(scopes),
                principal.issuer(),
                principal.owner());
    }

    /** Somebody whom an edge has let in. */
    static Who of(Caller caller) {
        io.skep.api.admin.Principal who = caller.principal();
        return new Who(who.id(), who.kind(), who.tenant(), who.roles(), who.scopes(), who.issuer(), who.owner());
    }

    /**
     * The same, checked.
     *
     * @throws Declination that names the field that is wrong
     */
    Who checked(String field) {
        Inputs.text(field + ".id", Inputs.required(field + ".id", id), 600);
        String its = Inputs.required(field + ".kind", kind);
        Inputs.oneOf(field + ".kind", its, List.of("human", AGENT_ROLE, "service"));
        Inputs.texts(field + ".roles", roles == null ? null : List.copyOf(roles), MAX_NAMES, 128);
        Inputs.texts(field + ".scopes", scopes == null ? null : List.copyOf(scopes), MAX_NAMES, 128);
        return this;
    }

    /** As the policy knows it. */
    Subject subject() {
        Collection<String> its = roles == null ? Set.of() : roles;
        if (!AGENT_ROLE.equals(kind) && its.contains(AGENT_ROLE)) {
            its = its.stream().filter(role -> !role.equals(AGENT_ROLE)).toList();
        }
        return new Subject(name(), tenant, its, scopes);
    }

    /** As the audit knows it. */
    Actor actor() {
        return switch (Objects.requireNonNullElse(kind, "")) {
            case "human" -> Actor.person(name());
            case AGENT_ROLE -> Actor.agent(name());
            default -> Actor.service(name());
        };
    }

    boolean isAgent() {
        return AGENT_ROLE.equals(kind);
    }

    /** The id, which is there once it was checked. */
    String name() {
        return Objects.requireNonNullElse(id, "");
    }
}
