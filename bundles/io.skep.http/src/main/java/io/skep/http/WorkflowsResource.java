// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.Refusal;
import io.skep.api.plugin.Capabilities;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.http.json.Json;
import io.skep.http.json.JsonInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Workflows, as calls of the capability that has them; answers as calls of capabilities do. Thread-safe. */
final class WorkflowsResource {
    private static final Set<String> START =
            Set.of("workflow", "version", "yaml", "template", "input", "idempotencyKey", "tenant");

    CompletionStage<Answer> list(Call call) {
        Map<String, String> data = new LinkedHashMap<>();
        text(data, "state", call.query().text("state"));
        text(data, "workflow", call.query().text("workflow"));
        if (call.query().text("limit") != null) {
            data.put("limit", Integer.toString(call.query().integer("limit", 1, 1, 400)));
        }
        return ask(call, "runs", data, null);
    }

    CompletionStage<Answer> start(Call call) {
        Map<String, String> data = call.body(in -> members(in, START));
        String header = call.header().value("Idempotency-Key");
        if (header != null) {
            String key = quoted(header);
            String other = data.put("idempotencyKey", key);
            if (other != null && !other.equals(key)) {
                throw Refusal.invalid("idempotencyKey", "the body and the header Idempotency-Key name different keys");
            }
        }
        String tenant = data.remove("tenant");
        return ask(
                call, "start", data, tenant == null ? call.caller().principal().tenant() : tenant(call, tenant));
    }

    private static String tenant(Call call, String json) {
        String tenant = JsonInput.read(json, in -> in.required("tenant", in.string()));
        if (!call.caller().reaches(tenant)) {
            throw Refusal.of(
                    Refusal.Reason.FORBIDDEN, "tenant", "this caller may start workflows of its own tenant only");
        }
        return tenant;
    }

    CompletionStage<Answer> get(Call call) {
        return ask(call, "status", run(call), null);
    }

    CompletionStage<Answer> pause(Call call) {
        return ask(call, "pause", run(call), null);
    }

    CompletionStage<Answer> resume(Call call) {
        return ask(call, "resume", run(call), null);
    }

    CompletionStage<Answer> cancel(Call call) {
        return ask(call, "cancel", run(call, "reason", "compensate"), null);
    }

    CompletionStage<Answer> rerun(Call call) {
        return ask(call, "rerun", run(call, "from"), null);
    }

    CompletionStage<Answer> templates(Call call) {
        return ask(call, "list", Map.of(), null);
    }

    CompletionStage<Answer> define(Call call) {
        return ask(call, "define", call.body(in -> members(in, Set.of("yaml", "template"))), null);
    }

    CompletionStage<Answer> template(Call call) {
        return ask(call, "show", Map.of("name", quoted(call.id())), null);
    }

    CompletionStage<Answer> remove(Call call) {
        return ask(call, "remove", Map.of("name", quoted(call.id())), null);
    }

    /** The run that the path names, and what an optional body says besides. */
    private static Map<String, String> run(Call call, String... more) {
        Map<String, String> data = more.length == 0 || call.body().isBlank()
                ? new LinkedHashMap<>()
                : call.body(in -> members(in, Set.of(more)));
        data.put("run", quoted(call.id()));
        return data;
    }

    private static Map<String, String> members(JsonInput in, Set<String> known) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        in.object(member -> {
            if (!known.contains(member)) {
                throw in.unknown();
            }
            members.put(member, in.raw());
        });
        return members;
    }

    private static void text(Map<String, String> data, String name, @Nullable String value) {
        if (value != null) {
            data.put(name, quoted(value));
        }
    }

    private static String quoted(String text) {
        return new String(Json.bytes((JsonGenerator json) -> json.writeString(text)), StandardCharsets.UTF_8);
    }

    /** {@code data}: the members as JSON texts. */
    private static CompletionStage<Answer> ask(
            Call call, String operation, Map<String, String> data, @Nullable String tenant) {
        String json = data.entrySet().stream()
                .map(member -> quoted(member.getKey()) + ':' + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
        return call.orchestrator()
                .call(new IntegrationRequest(
                        Capabilities.WORKFLOWS, operation, null, null, tenant, call.caller(), json))
                .thenApply(CapabilitiesResource::answer);
    }
}
