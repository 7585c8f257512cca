// SPDX-License-Identifier: Apache-2.0
package io.skep.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.client.CapabilityAnswer;
import io.skep.client.CapabilityCall;
import io.skep.client.SkepClient;
import java.io.IOException;
import java.util.List;

/**
 * Whether the log of who did what is whole, after all that was done to the server.
 *
 * @param events how many it has
 * @param isIntact whether each is as it was written, and none is missing
 * @param problem what was changed, or why the log could not be read; empty if nothing
 */
record AuditProof(long events, boolean isIntact, String problem) implements Part {
    static AuditProof of(SkepClient admin) throws IOException, InterruptedException {
        CapabilityAnswer answer = admin.call(
                CapabilityCall.of("audit_logging", SkepClient.object()).operation("verify"));
        if (!answer.isAnswered()) {
            return new AuditProof(0, false, answer.toString());
        }
        JsonNode verified = answer.data();
        return new AuditProof(
                verified.path("events").asLong(),
                verified.path("intact").asBoolean(),
                verified.path("problem").asText(""));
    }

    @Override
    public String line() {
        return "audit: " + events + " events of who did what, " + (isIntact ? "each as it was written" : problem);
    }

    @Override
    public List<String> problems() {
        return isIntact && events > 0 ? List.of() : List.of("the audit log is not whole: " + this);
    }
}
