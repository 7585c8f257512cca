// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import io.skep.plugin.security.Admission.Answer;
import io.skep.plugin.security.Admission.Ask;
import io.skep.plugin.security.audit.Actor;
import io.skep.plugin.security.audit.AuditEvent;
import io.skep.plugin.security.audit.Category;
import io.skep.plugin.security.audit.Outcome;
import io.skep.plugin.security.audit.Receipt;
import io.skep.plugin.security.audit.Target;
import io.skep.plugin.security.identity.Principal;
import io.skep.plugin.security.identity.Verdict;
import io.skep.plugin.security.identity.edge.Authenticator;
import io.skep.plugin.security.policy.Context;
import io.skep.plugin.security.policy.Decision;
import io.skep.plugin.security.policy.Resource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who it is, whether they may, and a record of that: the one decision for every edge. What was refused and what changes
 * something is told only when its record is durable; what only reads goes on while its record is written. What cannot be
 * recorded is not let in. Thread-safe; {@link #admit} does not wait.
 */
final class Decider {
    /** Actions that change nothing, so that their records need not be durable before they are carried out. */
    static final Set<String> READS = Set.of("read", "list", "query", "verify", "heartbeat");

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]{2,45}(%[A-Za-z0-9._-]+)?");
    private static final long RETRY_MILLIS = 1000;
    static final Actor NOBODY = Actor.service("unknown");

    private final Supplier<Identities> identities;
    private final PolicyShelf policies;
    private final Trail trail;
    private final Executor verifiers;
    private final Clock clock;
    private final BooleanSupplier isTrial;
    private final Supplier<@Nullable String> trouble;

    /**
     * @param verifiers verify tokens for which a provider may have to be asked; bounded
     * @param isTrial whether nothing is recorded, as another generation decides
     * @param trouble why nothing can be decided, or null
     */
    Decider(
            Supplier<Identities> identities,
            PolicyShelf policies,
            Trail trail,
            Executor verifiers,
            Clock clock,
            BooleanSupplier isTrial,
            Supplier<@Nullable String> trouble) {
        this.identities = identities;
        this.policies = policies;
        this.trail = trail;
        this.verifiers = verifiers;
        this.clock = clock;
        this.isTrial = isTrial;
        this.trouble = trouble;
    }

    /** Decides, and records it. */
    CompletionStage<Answer> admit(Ask ask) {
        String wrong = trouble.get();
        if (wrong != null) {
            return done(Answer.unavailable(wrong, RETRY_MILLIS));
        }
        Who known = ask.principal();
        if (known != null) {
            return core(ask, known);
        }
        String address = Objects.requireNonNullElse(ask.address(), "");
        Identities now = identities.get();
        String token = ask.token();
        if (token == null) {
            Optional<Duration> late = now.identity().limits().address(address);
            return late.map(after -> done(Answer.throttled("too many calls without a token", after.toMillis())))
                    .orElseGet(() -> refused(ask, "this call needs a bearer token"));
        }
        Authenticator authenticator = now.identity().authenticator();
        Optional<Verdict.Authenticated> fresh = authenticator.known(token);
        if (fresh.isPresent()) {
            return decide(ask, fresh.get().principal(), now);
        }
        if (authenticator.isAtOnce(token)) {
            return verdict(ask, authenticator.authenticate(token, address), now);
        }
        try {
            return CompletableFuture.supplyAsync(() -> authenticator.authenticate(token, address), verifiers)
                    .thenCompose(verdict -> verdict(ask, verdict, now));
        } catch (RejectedExecutionException full) {
            return done(Answer.unavailable("too many tokens wait to be verified", RETRY_MILLIS));
        }
    }

    /** Of somebody whom core knows: those who show a token of core's own are counted here, all others were before. */
    private CompletionStage<Answer> core(Ask ask, Who known) {
        Optional<Duration> late = io.skep.api.admin.Principal.CORE.equals(known.issuer())
                ? identities.get().identity().limits().caller(io.skep.api.admin.Principal.CORE, known.name())
                : Optional.empty();
        return late.map(Decider::late).orElseGet(() -> decide(ask, known));
    }

    private static CompletionStage<Answer> late(Duration after) {
        return done(Answer.throttled("too many calls of this caller", after.toMillis()));
    }

    private CompletionStage<Answer> verdict(Ask ask, Verdict verdict, Identities now) {
        return verdict.fold(
                good -> decide(ask, good.principal(), now),
                refused -> refused(ask, refused.words()),
                cannot -> done(
                        Answer.unavailable(cannot.words(), cannot.retryAfter().toMillis())),
                throttled -> done(Answer.throttled(
                        throttled.words(), throttled.retryAfter().toMillis())));
    }

    private CompletionStage<Answer> decide(Ask ask, Principal principal, Identities now) {
        Optional<Duration> late = now.identity().limits().principal(principal);
        return late.map(Decider::late).orElseGet(() -> decide(ask, now.who(principal)));
    }

    /** Of somebody who is known. */
    private CompletionStage<Answer> decide(Ask ask, Who who) {
        if (ask.action() == null || ask.type() == null) {
            return done(new Answer(Answer.ADMITTED, who, null, null, null, null, null, null));
        }
        Context context = new Context(clock.instant(), address(ask.address()));
        Narrowing found = Narrowing.of(policies.live().current(), ask, who, context);
        Decision decision = found.decision();
        Answer answer = decision.allowed()
                ? new Answer(
                        Answer.ADMITTED,
                        who,
                        found.tenant(),
                        found.isOwn() ? true : null,
                        null,
                        null,
                        decision.rule(),
                        decision.policy())
                : new Answer(
                        Answer.FORBIDDEN,
                        who,
                        null,
                        null,
                        "the policy does not allow this caller to " + ask.action() + " this " + ask.type(),
                        null,
                        decision.rule(),
                        decision.policy());
        boolean waits = !decision.allowed() || !READS.contains(ask.action());
        return recorded(event(ask, who, decision, found.tenant()), answer, waits);
    }

    /**
     * What is acted on, as the policy knows it: an attempt, and to an agent a task too, belongs to the agent that works at it;
     * what has no id yet, or is none in particular, counts as the caller's own.
     */
    static Resource resource(Ask ask, Who who) {
        String type = Objects.requireNonNull(ask.type());
        boolean byHolder = type.equals("attempt") || (type.equals("task") && who.isAgent());
        String owner = byHolder ? ask.holder() : ask.owner();
        return new Resource(type, ask.id(), ask.tenant(), ask.id() == null && owner == null ? who.name() : owner);
    }

    private static AuditEvent event(Ask ask, Who who, Decision decision, @Nullable String only) {
        String id = ask.id() == null ? "" : ask.id();
        AuditEvent event = AuditEvent.of(
                        Category.AUTHORIZATION,
                        who.actor(),
                        Objects.requireNonNull(ask.action()),
                        new Target(Objects.requireNonNull(ask.type()), id),
                        decision.allowed() ? Outcome.SUCCESS : Outcome.DENIED)
                .fact("rule", decision.rule())
                .fact("policy_version", decision.policy())
                .fact("issuer", Objects.requireNonNullElse(who.issuer(), "unknown"));
        String tenant = only != null ? only : ask.tenant() == null ? who.tenant() : ask.tenant();
        return from(ask, tenant == null ? event : event.fact("tenant", tenant));
    }

    private static AuditEvent from(Ask ask, AuditEvent event) {
        AuditEvent called = ask.call() == null ? event : event.fact("call", ask.call());
        return ask.address() == null ? called : called.from(ask.address());
    }

    private CompletionStage<Answer> refused(Ask ask, String words) {
        AuditEvent event = AuditEvent.of(
                        Category.AUTHENTICATION, NOBODY, "login", new Target("session", ""), Outcome.DENIED)
                .fact("reason", words);
        return recorded(from(ask, event), Answer.unauthenticated(words), true);
    }

    /** The answer, once its record is durable or on its way. */
    private CompletionStage<Answer> recorded(AuditEvent event, Answer answer, boolean waits) {
        if (isTrial.getAsBoolean()) {
            return done(answer);
        }
        CompletableFuture<Receipt> record = trail.append(event, waits).toCompletableFuture();
        boolean goesOn = !waits && !record.isCompletedExceptionally();
        return goesOn
                ? done(answer)
                : record.handle((receipt, failure) -> failure == null
                        ? answer
                        : Answer.unavailable("the decision could not be recorded", RETRY_MILLIS));
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** An address in digits, which needs no look-up; null for anything else. */
    static @Nullable InetAddress address(@Nullable String text) {
        if (text == null || !ADDRESS.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException none) {
            return null;
        }
    }
}
