// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import io.skep.api.Refusal;
import io.skep.api.admin.Access;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Credential;
import io.skep.api.admin.Guard;
import io.skep.api.admin.Intent;
import io.skep.api.admin.Principal;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.task.Task;
import io.skep.api.task.TaskService;
import io.skep.core.codec.AdmissionCodec;
import io.skep.core.codec.AdmissionCodec.Belonging;
import io.skep.core.plugin.PluginCalls;
import io.skep.core.service.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers in: by core's own tokens alone, or by what the plugin {@code security} says of them. Fails closed: where the
 * plugin is required and any of its capabilities is away, switched off or sick, nobody is let in; while it is replaced, calls
 * wait for the next version as all calls of a capability do. Thread-safe; never blocks.
 */
final class Admissions implements Access {
    private static final String ADMIT = "admit";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Tokens tokens;
    private final TaskService tasks;
    private final PluginCalls calls;
    private final boolean isAlwaysRequired;

    Admissions(Tokens tokens, TaskService tasks, PluginCalls calls, boolean isAlwaysRequired) {
        this.tokens = tokens;
        this.tasks = tasks;
        this.calls = calls;
        this.isAlwaysRequired = isAlwaysRequired;
    }

    @Override
    public boolean isRequired(Credential credential) {
        return isAlwaysRequired || !credential.isLocal();
    }

    @Override
    public Path administratorTokenFile() {
        return tokens.administratorTokenFile();
    }

    @Override
    public void admit(Credential credential, @Nullable Intent intent, CompletableFuture<Caller> outcome) {
        Optional<Caller> known = Optional.ofNullable(credential.token()).flatMap(tokens::authenticate);
        if (!isRequired(credential)) {
            known.ifPresentOrElse(outcome::complete, () -> outcome.completeExceptionally(unknown(credential)));
        } else if (known.isPresent() && known.get().isAdministrator() && !credential.isLocal()) {
            outcome.completeExceptionally(Refusal.of(
                    Refusal.Reason.UNAUTHENTICATED,
                    "the local administrator's token is taken on the server's own machine only"));
        } else {
            decide(credential, known.orElse(null), intent, calls::lend, outcome);
        }
    }

    @Override
    public CompletionStage<Caller> permit(Caller caller, Credential credential, Intent intent) {
        CompletableFuture<Caller> outcome = new CompletableFuture<>();
        if (isRequired(credential)) {
            decide(
                    credential,
                    caller,
                    intent,
                    (request, answer) -> calls.call(request).thenAccept(answer::complete),
                    outcome);
        } else {
            outcome.complete(caller);
        }
        return outcome;
    }

    private static Refusal unknown(Credential credential) {
        return Refusal.of(
                Refusal.Reason.UNAUTHENTICATED,
                credential.token() == null ? "this call needs a bearer token" : "nobody has this bearer token");
    }

    private void decide(
            Credential credential,
            @Nullable Caller known,
            @Nullable Intent intent,
            BiConsumer<IntegrationRequest, CompletableFuture<IntegrationResponse>> ask,
            CompletableFuture<Caller> outcome) {
        for (String capability : Guard.CAPABILITIES) {
            if (!calls.isOffered(new IntegrationRequest(capability, null, null, ""))) {
                outcome.completeExceptionally(
                        unavailable("the capability " + capability + " is not there, and without it nobody is let in"));
                return;
            }
        }
        Principal principal = known == null ? null : known.principal();
        CompletionStage<Belonging> whose = intent == null || intent.id() == null
                ? CompletableFuture.completedFuture(Belonging.NONE)
                : belonging(intent);
        // Listened to before it is asked for: it may come while the plugin still has this thread.
        CompletableFuture<IntegrationResponse> answer = new CompletableFuture<>();
        answer.thenApply(response -> caller(response, known)).whenComplete((caller, refused) -> {
            if (refused == null) {
                outcome.complete(caller);
            } else {
                outcome.completeExceptionally(refused);
            }
        });
        whose.thenApply(its -> new IntegrationRequest(
                        Capabilities.RBAC_ENFORCEMENT,
                        ADMIT,
                        null,
                        AdmissionCodec.question(credential, principal, intent, its)))
                .whenComplete((request, failure) -> {
                    if (failure == null) {
                        ask.accept(request, answer);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
    }

    /** Whose it is that the intent names; of nobody if it is not there, so that only those hear of that who may see all. */
    private CompletionStage<Belonging> belonging(Intent intent) {
        String id = Objects.requireNonNull(intent.id());
        return switch (intent.type()) {
            case "task", "attempt" ->
                tasks.find(id).thenApply(task -> task.map(Admissions::of).orElse(Belonging.NONE));
            case "agent" -> CompletableFuture.completedFuture(new Belonging(null, id, id));
            default -> CompletableFuture.completedFuture(Belonging.NONE);
        };
    }

    private static Belonging of(Task task) {
        String holder = task.attempts().isEmpty()
                ? null
                : task.attempts().get(task.attempts().size() - 1).agent();
        return new Belonging(task.spec().tenant(), task.spec().owner(), holder);
    }

    private static Caller caller(IntegrationResponse response, @Nullable Caller known) {
        String answer = response.fold(
                answered -> answered.data(),
                declined -> {
                    throw unavailable("security declined to decide: " + declined.reason());
                },
                failed -> {
                    throw unavailable("security failed: " + failed.cause());
                },
                late -> {
                    throw unavailable(
                            "security gave no answer within " + late.after().toMillis() + " ms");
                },
                gone -> {
                    throw unavailable("security is not to be had: " + gone.reason());
                });
        AdmissionCodec.Decision decision;
        try {
            decision = AdmissionCodec.answer(answer);
        } catch (IOException unreadable) {
            throw unavailable("security gave an answer that cannot be read: " + unreadable.getMessage());
        }
        Duration after = Duration.ofMillis(Math.max(1, decision.retryAfterMillis()));
        return switch (decision.outcome()) {
            case AdmissionCodec.ADMITTED -> {
                Principal principal = Objects.requireNonNull(decision.principal(), "principal");
                yield new Caller(
                        principal, known == null ? null : known.replacedAt(), decision.tenant(), decision.own());
            }
            case "unauthenticated" -> throw Refusal.of(Refusal.Reason.UNAUTHENTICATED, decision.words());
            case "forbidden" -> throw Refusal.of(Refusal.Reason.FORBIDDEN, decision.words());
            case "throttled" -> throw Refusal.retryLater(Refusal.Reason.BUSY, decision.words(), after);
            default -> throw Refusal.retryLater(Refusal.Reason.UNAVAILABLE, decision.words(), after);
        };
    }

    private static Refusal unavailable(String words) {
        return Refusal.retryLater(Refusal.Reason.UNAVAILABLE, words, RETRY_AFTER);
    }
}
