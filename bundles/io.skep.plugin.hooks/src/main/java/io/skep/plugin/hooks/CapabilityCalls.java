// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.Orchestrator;
import io.skep.plugin.base.Codec;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls capabilities as hooks: answered is good, any other ending a failure. Thread-safe. */
final class CapabilityCalls implements Target {
    private final Orchestrator orchestrator;
    private final Codec codec;

    CapabilityCalls(Orchestrator orchestrator, Codec codec) {
        this.orchestrator = orchestrator;
        this.codec = codec;
    }

    @Override
    public CompletableFuture<Outcome> call(HookSpec hook, Happening happening) {
        IntegrationRequest request = new IntegrationRequest(
                Objects.requireNonNull(hook.capability()),
                hook.operation(),
                happening.agent(),
                happening.task() == null ? null : happening.task().id(),
                happening.task() == null ? null : happening.task().spec().tenant(),
                data(hook, happening));
        return orchestrator
                .call(request)
                .toCompletableFuture()
                .copy()
                .thenApply(ending -> ending.fold(
                        answered -> hook.isBefore()
                                ? Outcome.said(answered.data(), codec)
                                : Outcome.passed("it was answered"),
                        declined -> Outcome.failed("it was declined: " + declined.reason()),
                        failed -> Outcome.failed("the plugin " + failed.plugin() + " failed: " + failed.cause()),
                        late -> Outcome.failed("the plugin " + late.plugin() + " did not answer in time"),
                        gone -> Outcome.failed("nobody offers it: " + gone.reason())))
                .completeOnTimeout(
                        Outcome.failed("it had not been answered after "
                                + hook.timeout().toMillis() + " ms"),
                        hook.timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private static String data(HookSpec hook, Happening happening) {
        JsonNode template = hook.data();
        return template == null ? "{}" : filled(template, words(happening)).toString();
    }

    private static Map<String, String> words(Happening happening) {
        return Map.of(
                "event", happening.id(),
                "type", happening.type(),
                "subject", happening.subject(),
                "cause", happening.cause(),
                "agent", Objects.requireNonNullElse(happening.agent(), ""),
                "task", happening.task() == null ? "" : happening.task().id());
    }

    private static JsonNode filled(JsonNode template, Map<String, String> words) {
        if (template.isTextual()) {
            return TextNode.valueOf(text(template.asText(), words));
        } else if (template.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            template.forEach(element -> array.add(filled(element, words)));
            return array;
        } else if (template.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            template.properties().forEach(member -> object.set(member.getKey(), filled(member.getValue(), words)));
            return object;
        }
        return template;
    }

    /** In one go from left to right, so that what is put in is not looked at again. */
    private static String text(String template, Map<String, String> words) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int begin = template.indexOf("${", at);
            int end = begin < 0 ? -1 : template.indexOf('}', begin);
            String word = end < 0 ? null : words.get(template.substring(begin + 2, end));
            if (end < 0) {
                return text.append(template, at, template.length()).toString();
            }
            text.append(template, at, begin).append(word == null ? template.substring(begin, end + 1) : word);
            at = end + 1;
        }
        return text.toString();
    }
}
