// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.api.plugin.Capabilities;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.slash.Builtin.Caller;
import io.skep.plugin.workflow.slash.Builtin.Said;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The command {@code /think}: lets agents think by {@code extended_thinking}, whoever offers it. Thread-safe. */
final class ThinkCommand {
    private static final String DEPTHS = "standard|deep|collaborative|intensive";
    private static final String RESULT = "result";

    private final CapabilityCommands capabilities;
    private final Codec codec;

    ThinkCommand(CapabilityCommands capabilities, Codec codec) {
        this.capabilities = capabilities;
        this.codec = codec;
    }

    Entry entry() {
        return Entry.of(
                "think",
                "Lets agents think about something, and says what they came to; without words, what can be asked",
                "[DEPTH] WHAT | result ID | [OPERATION] 'JSON'",
                List.of(RESULT),
                this::think,
                "task=",
                "depth=" + DEPTHS,
                "agents=",
                "timeout=");
    }

    private CompletionStage<Said> think(Arguments arguments, Caller caller) {
        List<String> words = arguments.words();
        String last = words.isEmpty() ? "" : words.get(words.size() - 1).strip();
        if (last.startsWith("{")
                || last.startsWith("[")
                || (words.isEmpty() && arguments.flags().isEmpty())) {
            return capabilities.passOn(Capabilities.EXTENDED_THINKING, arguments, caller);
        }
        capabilities.offered(Capabilities.EXTENDED_THINKING);
        boolean isResult = words.size() == 2 && words.get(0).equals(RESULT);
        return capabilities
                .call(
                        Capabilities.EXTENDED_THINKING,
                        isResult ? RESULT : "think",
                        codec.write(isResult ? Map.of("id", words.get(1)) : asked(arguments)),
                        caller)
                .thenApply(this::shown);
    }

    private static Map<String, Object> asked(Arguments arguments) {
        boolean isDepth = arguments.words().size() > 1
                && Arrays.asList(DEPTHS.split("\\|")).contains(arguments.words().get(0));
        Map<String, Object> asked = new LinkedHashMap<>();
        String description = arguments.from(isDepth ? 1 : 0);
        if (!description.isBlank()) {
            asked.put("description", description);
        }
        if (isDepth) {
            asked.put("depth", arguments.words().get(0));
        }
        arguments.flag("task").ifPresent(task -> asked.put("task", task));
        arguments.flag("depth").ifPresent(depth -> asked.put("depth", depth));
        arguments.flag("agents").ifPresent(agents -> asked.put("participants", List.of(agents.split(","))));
        arguments.flag("timeout").ifPresent(seconds -> asked.put("timeoutSeconds", number(seconds)));
        return asked;
    }

    private static long number(String seconds) {
        if (!seconds.matches("[0-9]{1,9}")) {
            throw new Declination("flag --timeout must be a number of seconds, not " + Shown.of(seconds));
        }
        return Long.parseLong(seconds);
    }

    /** The insights in lines, if it is an answer that has some. */
    private Said shown(Said said) {
        JsonNode answer = codec.treeOf(said.data());
        JsonNode insights = answer.path("thinking_insights");
        if (!insights.isObject()) {
            return said;
        }
        String points = StreamSupport.stream(insights.path("points").spliterator(), false)
                .map(point -> "\n" + point.path("kind").asText() + " "
                        + point.path("consensus").asText() + ": "
                        + point.path("text").asText() + "  ["
                        + StreamSupport.stream(point.path("sources").spliterator(), false)
                                .map(source -> source.path("agent").asText())
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + "]")
                .collect(Collectors.joining());
        String id = answer.path("id").asText("");
        String head = answer.path("state").asText().equals("pending")
                ? "they think about it; /think result " + id
                : "depth " + insights.path("depth").asText();
        return new Said(head + ": " + insights.path("reason").asText() + points, said.data(), said.task());
    }
}
