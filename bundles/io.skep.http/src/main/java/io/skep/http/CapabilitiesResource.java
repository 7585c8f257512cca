// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.admin.Intent;
import io.skep.api.plugin.IntegrationRequest;
import io.skep.api.plugin.IntegrationResponse;
import io.skep.api.plugin.Need;
import io.skep.api.plugin.Operation;
import io.skep.http.json.CapabilityJson;
import io.skep.http.json.Json;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Capabilities of plugins. Thread-safe. */
final class CapabilitiesResource {
    CompletionStage<Answer> list(Call call) {
        return Answer.json(200, Json.items(call.orchestrator().capabilities(), CapabilityJson::write))
                .now();
    }

    CompletionStage<Answer> call(Call call) {
        IntegrationRequest request = call.body(in -> CapabilityJson.read(in, call.id()));
        Need need = need(call, request);
        if (call.caller().agent() != null && !need.agents()) {
            throw Refusal.of(Refusal.Reason.FORBIDDEN, "this operation is not for agents");
        }
        return call.permit(need.intent())
                .thenCompose(caller -> mayNameTenant(call, need, caller, request)
                        .thenCompose(may -> call.orchestrator().call(asMadeBy(caller, request))))
                .thenApply(CapabilitiesResource::answer);
    }

    private static Need need(Call call, IntegrationRequest request) {
        return call.orchestrator().capabilities().stream()
                .filter(capability -> capability.id().equals(request.capability()))
                .flatMap(capability -> capability.operation(request.operation()).stream())
                .map(Operation::need)
                .findAny()
                .orElse(Need.CALL);
    }

    /** Another tenant than the caller's own may name who may submit to every tenant. */
    private static CompletionStage<?> mayNameTenant(Call call, Need need, Caller caller, IntegrationRequest request) {
        if (need.isNarrowable() && request.tenant() != null && !caller.reaches(request.tenant())) {
            throw Refusal.of(Refusal.Reason.FORBIDDEN, "tenant", "this caller may name its own tenant only");
        }
        String own = caller.principal().tenant();
        return own == null || request.tenant() == null || own.equals(request.tenant())
                ? CompletableFuture.completedFuture(true)
                : call.permit(Intent.to("create", "task"));
    }

    /** The plugin is told who calls; an agent calls for itself, whomever it names. */
    private static IntegrationRequest asMadeBy(Caller caller, IntegrationRequest request) {
        String agent = caller.agent() == null ? request.agent() : caller.agent();
        String tenant = request.tenant() == null ? caller.principal().tenant() : request.tenant();
        return new IntegrationRequest(
                request.capability(), request.operation(), agent, request.task(), tenant, caller, request.data());
    }

    /** What a call of a capability is answered with, however it ended. */
    static Answer answer(IntegrationResponse response) {
        return response.fold(
                CapabilitiesResource::answered,
                declined -> refused(422, "Declined", "declined", declined.reason(), json -> {}),
                failed -> refused(
                        502,
                        "The plugin failed",
                        "failed",
                        failed.cause(),
                        json -> json.writeStringField("plugin", failed.plugin())),
                late -> refused(
                        504,
                        "The plugin did not answer in time",
                        "timed-out",
                        late.plugin() + " did not answer within " + late.after().toMillis()
                                + " ms; whether it did what was asked is not known",
                        json -> {
                            json.writeStringField("plugin", late.plugin());
                            json.writeNumberField("afterMillis", late.after().toMillis());
                        }),
                gone -> refused(503, "Nobody offers this now", "gone", gone.reason(), json -> {})
                        .header("Retry-After", Problem.seconds(gone.retryAfter())));
    }

    /** A plugin wrote the data, so it may be no JSON after all. */
    private static Answer answered(IntegrationResponse.Answered answered) {
        if (!Json.isValue(answered.data())) {
            return refused(502, "The plugin failed", "failed", "the plugin's answer is not JSON", json -> {});
        }
        return Answer.json(200, json -> CapabilityJson.write(json, answered));
    }

    private static Answer refused(int status, String title, String reason, String detail, More more) {
        Problem problem = new Problem(status, title, detail, reason, null, null);
        return Answer.json(status, json -> {
            json.writeStartObject();
            json.writeBooleanField("success", false);
            json.writeObjectFieldStart("error");
            problem.members(json);
            more.members(json);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /** Further members of an error. */
    @FunctionalInterface
    private interface More {
        void members(JsonGenerator json) throws IOException;
    }
}
