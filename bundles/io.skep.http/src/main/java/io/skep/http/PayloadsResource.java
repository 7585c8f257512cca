// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import io.skep.api.Refusal;
import io.skep.api.payload.Payload;
import io.skep.api.payload.PayloadLostException;
import io.skep.api.payload.PayloadService;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** Inputs and results that are files. Thread-safe. */
final class PayloadsResource {
    private static final String TYPE = "application/octet-stream";

    /** It has come already, as the body; the answer is what is to be the input or result of a task. */
    CompletionStage<Answer> store(Call call) {
        Payload payload = call.payload();
        return Answer.json(201, json -> json.writeRawValue(payload.reference()))
                .header("Location", "/api/v1/payloads/" + payload.sha256())
                .now();
    }

    CompletionStage<Answer> get(Call call) {
        String sha256 = call.id();
        if (!Payload.isHash(sha256)) {
            throw Refusal.invalid("id", "must be a SHA-256: 64 hexadecimal digits in lower case");
        }
        Rules.checkPayload(
                call.caller(), sha256, agent -> call.orchestrator().agents().held(agent));
        PayloadService payloads = call.services().payloads();
        try {
            long length = payloads.find(sha256).bytes();
            return Answer.feed(TYPE, new PayloadFeed(payloads.open(sha256), length))
                    .now();
        } catch (PayloadLostException e) {
            throw Refusal.of(Refusal.Reason.NOT_FOUND, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Refusal.of(Refusal.Reason.UNAVAILABLE, "the payload cannot be read: " + e.getMessage());
        }
    }
}
