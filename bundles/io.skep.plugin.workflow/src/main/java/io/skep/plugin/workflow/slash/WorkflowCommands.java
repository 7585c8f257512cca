// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import io.skep.api.plugin.Capabilities;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.slash.Builtin.Caller;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** {@code /workflow}: runs of workflows by {@code workflows}, and tasks that are parts of others. Thread-safe. */
final class WorkflowCommands {
    private static final List<String> VERBS =
            List.of("list", "status", "runs", "start", "pause", "resume", "cancel", "rerun");

    private final TaskCommands tasks;
    private final CapabilityCommands capabilities;
    private final Codec codec;

    WorkflowCommands(TaskCommands tasks, CapabilityCommands capabilities, Codec codec) {
        this.tasks = tasks;
        this.capabilities = capabilities;
        this.codec = codec;
    }

    Entry entry() {
        return Entry.of(
                "workflow",
                "Lists tasks that are parts of others or wait for others, shows what one waits for or how far a run of a"
                        + " workflow is, and begins and ends runs",
                "[list | status TASK|RUN | runs | start NAME ['JSON'] | pause RUN | resume RUN | cancel RUN [REASON] |"
                        + " rerun RUN [STEP]]",
                VERBS,
                this::run);
    }

    private CompletionStage<Said> run(Arguments arguments, Caller caller) {
        String verb = arguments.word(0).orElse("list");
        return switch (verb) {
            case "list" -> tasks.parts();
            case "status" -> status(arguments, caller);
            case "runs" -> ask(verb, Map.of(), caller);
            case "start" -> start(arguments, caller);
            case "pause", "resume" -> ask(verb, Map.of("run", arguments.word(1, "run")), caller);
            case "cancel" -> order(verb, arguments, "reason", arguments.from(2), caller);
            case "rerun" -> order(verb, arguments, "from", arguments.word(2).orElse(""), caller);
            default -> throw new Declination("/workflow does " + String.join(", ", VERBS) + ", not " + Shown.of(verb));
        };
    }

    /** An id of a run begins as no id of a task does. */
    private CompletionStage<Said> status(Arguments arguments, Caller caller) {
        String id = arguments.word(1, "task");
        return id.startsWith("w-") || id.startsWith("k-") ? ask("status", Map.of("run", id), caller) : tasks.status(id);
    }

    private CompletionStage<Said> start(Arguments arguments, Caller caller) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("workflow", arguments.word(1, "workflow"));
        arguments.word(2).ifPresent(json -> data.put("input", codec.tree("the last word", json)));
        return ask("start", data, caller);
    }

    private CompletionStage<Said> order(String verb, Arguments arguments, String member, String value, Caller caller) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("run", arguments.word(1, "run"));
        if (!value.isEmpty()) {
            data.put(member, value);
        }
        return ask(verb, data, caller);
    }

    private CompletionStage<Said> ask(String operation, Map<String, Object> data, Caller caller) {
        return capabilities.call(Capabilities.WORKFLOWS, operation, codec.write(data), caller);
    }
}
