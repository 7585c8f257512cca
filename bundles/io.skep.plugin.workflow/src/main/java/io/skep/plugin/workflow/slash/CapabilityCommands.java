// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.Capability;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Operation;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.slash.Builtin.Caller;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Commands that call a capability, whoever offers it: {@code /gates}, {@code /quality}, {@code /think}, {@code /hooks} and
 * {@code /compact}. Flags hold for them as for everybody. Thread-safe.
 */
final class CapabilityCommands {
    /** Less than the commands' own timeout, so that the caller learns whom they waited for. */
    private static final long PATIENCE_MILLIS = 3500;

    private final Orchestrator orchestrator;
    private final Codec codec;

    /** What a capability can be asked. */
    record Asked(String capability, List<Question> operations) {}

    /** One operation of it. */
    record Question(String operation, String summary, String example) {}

    CapabilityCommands(Orchestrator orchestrator, Codec codec) {
        this.orchestrator = orchestrator;
        this.codec = codec;
    }

    List<Entry> entries() {
        return List.of(
                Entry.of(
                        "gates",
                        "Lists the quality gates, shows one, or what waits for a decision",
                        "[list | show GATE | waiting]",
                        List.of("list", "show", "waiting"),
                        this::gates),
                Entry.of(
                        "quality",
                        "Puts a task's result through a quality gate",
                        "GATE TASK",
                        List.of(),
                        this::quality),
                new ThinkCommand(this, codec).entry(),
                passedOn("hooks", "Works with hooks", Capabilities.LIFECYCLE_HOOKS),
                passedOn("compact", "Shortens what a session remembers", Capabilities.CONTEXT_CONSOLIDATION));
    }

    private CompletionStage<Said> gates(Arguments arguments, Caller caller) {
        String verb = arguments.word(0).orElse("list");
        return switch (verb) {
            case "list", "waiting" -> call(Capabilities.QUALITY_GATES, verb, "{}", caller);
            case "show" ->
                call(Capabilities.QUALITY_GATES, verb, codec.write(Map.of("name", arguments.word(1, "gate"))), caller);
            default -> throw new Declination("/gates does list, show and waiting, not " + Shown.of(verb));
        };
    }

    private CompletionStage<Said> quality(Arguments arguments, Caller caller) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("gate", arguments.word(0, "gate"));
        data.put("task", arguments.word(1, "task"));
        return call(Capabilities.QUALITY_GATES, "evaluate", codec.write(data), caller);
    }

    private Entry passedOn(String name, String description, String capability) {
        return Entry.of(
                name,
                description + ", by " + capability + "; without JSON it says what that can be asked",
                "[OPERATION] ['JSON']",
                List.of(),
                (arguments, caller) -> passOn(capability, arguments, caller));
    }

    /** The capability, while somebody offers it. */
    Capability offered(String capability) {
        return orchestrator.capabilities().stream()
                .filter(known -> known.id().equals(capability))
                .findFirst()
                .orElseThrow(() -> new Declination("nothing was done: no plugin offers " + capability + " now"));
    }

    CompletionStage<Said> passOn(String capability, Arguments arguments, Caller caller) {
        Capability offered = offered(capability);
        if (arguments.words().isEmpty()) {
            return CompletableFuture.completedFuture(described(offered));
        }
        Optional<String> operation =
                arguments.word(0).filter(word -> offered.operation(word).isPresent());
        String data = arguments.word(operation.isPresent() ? 1 : 0).orElse("{}");
        if (!codec.tree("the last word", data).isObject()) {
            throw new Declination("the last word must be a JSON object");
        }
        return call(capability, operation.orElse(offered.operations().get(0).name()), data, caller);
    }

    private static Said described(Capability offered) {
        List<Question> questions = offered.operations().stream()
                .map((Operation o) ->
                        new Question(o.name(), o.summary(), o.examples().get(0)))
                .toList();
        String text = questions.stream()
                .map(question -> question.operation() + ": " + question.summary() + "  " + question.example())
                .collect(Collectors.joining("\n"));
        return new Said(text, new Asked(offered.id(), questions));
    }

    CompletionStage<Said> call(String capability, String operation, String data, Caller caller) {
        return orchestrator
                .call(new IntegrationRequest(
                        capability, operation, caller.agent(), null, caller.tenant(), caller.who(), data))
                .thenApply(response -> response.fold(
                        answered -> {
                            JsonNode answer = codec.tree("the answer", answered.data());
                            return new Said(answer.toPrettyString(), answer);
                        },
                        declined -> {
                            throw new Declination(declined.reason());
                        },
                        failed -> {
                            throw new Declination(capability + " failed: " + Shown.line(failed.cause(), 200));
                        },
                        late -> {
                            throw new Declination(capability + " did not answer in time");
                        },
                        gone -> {
                            throw new Declination("nothing was done: " + Shown.line(gone.reason(), 200));
                        }))
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(
                        new Said(
                                capability + " has not answered yet; whether it did what was asked is not known",
                                Map.of("unanswered", capability)),
                        PATIENCE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }
}
