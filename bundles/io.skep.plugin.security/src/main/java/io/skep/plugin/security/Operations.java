// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.security.audit.Actor;
import io.skep.plugin.security.audit.AuditEvent;
import io.skep.plugin.security.audit.Category;
import io.skep.plugin.security.audit.Outcome;
import io.skep.plugin.security.audit.Target;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Which operation a call means; what changes something is recorded before it is told. Thread-safe. */
final class Operations {
    /** So much of a name that may be nobody's is recorded. */
    private static final int MAX_CLIENT = 32;

    private final Decider decider;
    private final IdentityOperations identity;
    private final PolicyOperations policy;
    private final AuditOperations audit;
    private final Trail trail;
    private final Codec codec;

    Operations(
            Decider decider,
            IdentityOperations identity,
            PolicyOperations policy,
            AuditOperations audit,
            Trail trail,
            Codec codec) {
        this.decider = decider;
        this.identity = identity;
        this.policy = policy;
        this.audit = audit;
        this.trail = trail;
        this.codec = codec;
    }

    /**
     * Carries it out.
     *
     * @throws Declination saying why not
     */
    CompletionStage<?> answer(IntegrationRequest request) {
        String named = Offer.named(request.capability(), request.operation());
        return switch (request.capability()) {
            case Capabilities.OAUTH_AUTH -> identity(named, request);
            case Capabilities.RBAC_ENFORCEMENT -> policy(named, request);
            default -> audit.answer(named, request, codec);
        };
    }

    private CompletionStage<?> identity(String named, IntegrationRequest request) {
        String data = request.data();
        return switch (named) {
            case "oauth_auth/authenticate" ->
                identity.authenticate(codec.read(data, IdentityOperations.Authenticate.class));
            case "oauth_auth/token" -> {
                IdentityOperations.TokenRequest asked = codec.read(data, IdentityOperations.TokenRequest.class);
                yield identity.token(asked).thenCompose(token -> recorded(asked, token));
            }
            case "oauth_auth/published-keys" -> now(identity.publishedKeys(read(data)));
            case "oauth_auth/credentials" -> now(identity.credentials(read(data)));
            case "oauth_auth/issue" -> {
                IdentityOperations.Issue issue = codec.read(data, IdentityOperations.Issue.class);
                yield recorded(request, "issue", issue.subjectName(), identity.issue(issue));
            }
            case "oauth_auth/rotate" -> {
                IdentityOperations.Rotate rotate = codec.read(data, IdentityOperations.Rotate.class);
                yield recorded(request, "rotate", rotate.name(), identity.rotate(rotate));
            }
            case "oauth_auth/revoke" -> {
                IdentityOperations.Revoke revoke = codec.read(data, IdentityOperations.Revoke.class);
                yield recorded(request, "revoke", revoke.name(), identity.revoke(revoke));
            }
            default -> throw new Declination("security does not offer " + named);
        };
    }

    /** Who got a token, and who guesses; those that are only sent away for a while could fill the record. */
    private CompletionStage<?> recorded(IdentityOperations.TokenRequest asked, IdentityOperations.Token token) {
        boolean isIssued = token.outcome().equals(IdentityOperations.ISSUED);
        if (!isIssued && !token.outcome().equals(IdentityOperations.REFUSED)) {
            return now(token);
        }
        String client = Objects.requireNonNullElse(asked.clientId(), "");
        AuditEvent event = AuditEvent.of(
                        Category.AUTHENTICATION,
                        isIssued ? Actor.service(client) : Decider.NOBODY,
                        "login",
                        new Target("session", ""),
                        isIssued ? Outcome.SUCCESS : Outcome.DENIED)
                .fact("call", "oauth_auth/token");
        if (!isIssued) {
            event = event.fact("client", client.length() > MAX_CLIENT ? client.substring(0, MAX_CLIENT) : client)
                    .fact("reason", Objects.requireNonNullElse(token.words(), ""));
        }
        AuditEvent from = asked.address() == null ? event : event.from(asked.address());
        return trail.append(from).thenApply(receipt -> token);
    }

    private IdentityOperations.Nothing read(String data) {
        return codec.read(data, IdentityOperations.Nothing.class);
    }

    private CompletionStage<?> policy(String named, IntegrationRequest request) {
        String data = request.data();
        return switch (named) {
            case "rbac_enforcement/authorize" ->
                now(policy.authorize(codec.read(data, Admission.Ask.class).checked()));
            case "rbac_enforcement/explain" ->
                now(policy.explain(codec.read(data, Admission.Ask.class).checked()));
            case "rbac_enforcement/admit" ->
                decider.admit(codec.read(data, Admission.Ask.class).checked());
            case "rbac_enforcement/policy" -> now(policy.show(codec.read(data, PolicyOperations.ShowPolicy.class)));
            case "rbac_enforcement/check-policy" ->
                now(policy.check(codec.read(data, PolicyOperations.CheckPolicy.class)));
            case "rbac_enforcement/set-policy" -> {
                PolicyOperations.SetPolicy set = codec.read(data, PolicyOperations.SetPolicy.class);
                yield recorded(request, "update", "policy", policy.set(set));
            }
            default -> throw new Declination("security does not offer " + named);
        };
    }

    private static CompletionStage<?> now(Object answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** What has become durable is recorded, and only then told: a secret that nobody learns of harms nobody. */
    private CompletionStage<?> recorded(
            IntegrationRequest request, String action, String object, CompletionStage<?> change) {
        return change.thenCompose(
                answer -> trail.append(change(request, action, object)).thenApply(receipt -> answer));
    }

    private static AuditEvent change(IntegrationRequest request, String action, String object) {
        boolean isPolicy = request.capability().equals(Capabilities.RBAC_ENFORCEMENT);
        Actor actor = request.caller() == null
                ? Actor.SYSTEM
                : Who.of(request.caller()).actor();
        return AuditEvent.of(
                Category.USER_ACCESS,
                actor,
                action,
                new Target(isPolicy ? "policy" : "token", object),
                Outcome.SUCCESS);
    }
}
