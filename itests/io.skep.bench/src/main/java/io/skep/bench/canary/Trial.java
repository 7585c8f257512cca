// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.canary;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A kind of new version, and what has to become of it. */
enum Trial {
    /** Every tenth call fails. */
    WRONG("wrong.rolledback", "wrong-10", "rolled-back", "canary: it failed"),
    /** Every call takes three times as long. */
    SLOW("slow.rolledback", "slow", "rolled-back", "canary: its "),
    /** The same but for its version. */
    EQUAL("equal.promoted", "none", "promoted", "no worse than");

    private static final int SLOW_TIMES = 3;

    private final String result;
    private final String fault;
    private final String outcome;
    private final String reason;

    Trial(String result, String fault, String outcome, String reason) {
        this.result = result;
        this.fault = fault;
        this.outcome = outcome;
        this.reason = reason;
    }

    /** The result that counts how often it was judged rightly. */
    String result() {
        return result;
    }

    /** What is different in the manifest, besides the version. */
    Map<String, String> headers() {
        return Map.of("Skep-Fault", fault, "Skep-Fault-Millis", SLOW_TIMES + "x");
    }

    /** Whether the job that tried it has ended as it must, by the comparison and for the right reason. */
    boolean isJudgedRightly(JsonNode job) {
        return job.path("outcome").asText().equals(outcome)
                && job.path("reason").asText().startsWith(reason);
    }
}
