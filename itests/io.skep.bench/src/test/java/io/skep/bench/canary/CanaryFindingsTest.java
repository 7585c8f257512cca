// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.skep.bench.Findings;
import io.skep.bench.Result;
import io.skep.bench.inprocess.Tally;
import io.skep.client.SkepClient;
import org.junit.jupiter.api.Test;

class CanaryFindingsTest {
    private static final JsonNode WRONG = job("rolled-back", "canary: it failed 20 of 200 calls");
    private static final JsonNode SLOW = job("rolled-back", "canary: its 99th percentile is 7 ms");
    private static final JsonNode EQUAL = job("promoted", "no worse than 1.0.0 in 200 calls");

    private final CanaryFindings findings = new CanaryFindings(1);
    private final Tally calls = new Tally();

    private static JsonNode job(String outcome, String reason) {
        return SkepClient.object().put("outcome", outcome).put("reason", reason);
    }

    @Test
    void versionsJudgedRightly_areNoViolation() {
        calls.answered(1_000_000, new Tally.Seen("p", "1.0.0", 1, 1, 1));
        findings.ended(Trial.WRONG, "1.1.0", WRONG);
        findings.ended(Trial.SLOW, "1.1.1", SLOW);
        findings.ended(Trial.EQUAL, "1.1.2", EQUAL);

        Findings found = findings.findings(calls.report());

        assertThat(found.violations()).isEmpty();
        assertThat(found.results())
                .extracting(Result::name, Result::value)
                .contains(
                        tuple("wrong.rolledback", 1.0),
                        tuple("slow.rolledback", 1.0),
                        tuple("equal.promoted", 1.0),
                        tuple("calls", 1.0),
                        tuple("failed.calls", 0.0));
    }

    @Test
    void versionJudgedWrongly_orForAnotherReason_isNamed() {
        findings.ended(Trial.WRONG, "1.1.0", EQUAL);
        findings.ended(Trial.SLOW, "1.1.1", job("rolled-back", "health: it is not healthy"));
        findings.ended(Trial.EQUAL, "1.1.2", SLOW);

        assertThat(findings.findings(calls.report()).violations())
                .containsExactly(
                        "the version 1.1.0, which is wrong, was promoted: no worse than 1.0.0 in 200 calls",
                        "the version 1.1.1, which is slow, was rolled-back: health: it is not healthy",
                        "the version 1.1.2, which is equal, was rolled-back: canary: its 99th percentile is 7 ms");
    }

    @Test
    void callsThatFail_areAViolation() {
        calls.failed(1, "502");
        calls.fellBack(1, "503");

        assertThat(findings.findings(calls.report()).violations())
                .containsExactly("1 calls failed, and 1 found no plugin", "502", "503");
    }
}
