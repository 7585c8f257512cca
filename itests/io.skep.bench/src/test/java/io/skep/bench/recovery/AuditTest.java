// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The audit finds what is wrong, and nothing where all is well. */
class AuditTest {
    private final Ledger ledger = new Ledger();
    private final Audit audit = new Audit(ledger);

    @Test
    void allAsAcknowledged_isNoViolation() throws Exception {
        ledger.submitted("k", "00a");
        ledger.submitted("k", "00a");
        ledger.claimed("00a", 2);
        ledger.completed("00a", 2);
        // The claim of the first attempt was never answered, so that its loss is right.
        audit.check(List.of(task("00a", "k", "completed", "lost", "completed")));
        assertThat(ledger.contradictions()).isEmpty();
        assertThat(audit.lost()).isZero();
    }

    @Test
    void taskThatIsGoneOrDidNotComplete_isLost() throws Exception {
        ledger.submitted("k", "00a");
        ledger.submitted("l", "00b");
        audit.check(List.of(task("00b", "l", "failed", "failed")));
        assertThat(audit.lost()).isEqualTo(2);
        assertThat(ledger.contradictions()).hasSize(2);
    }

    @Test
    void completionOfAnotherAttempt_isLost() throws Exception {
        ledger.completed("00a", 1);
        ledger.completed("00b", 1);
        audit.check(List.of(task("00a", "k", "completed", "failed", "completed")));
        assertThat(audit.lost()).isEqualTo(2);
    }

    @Test
    void whatWasDoneTwice_isDoubled() throws Exception {
        ledger.submitted("k", "00a");
        ledger.submitted("k", "00b");
        ledger.completed("00a", 1);
        ledger.completed("00a", 2);
        assertThat(ledger.doubledCount()).isEqualTo(2);
        audit.check(List.of(
                task("00a", "k", "completed", "completed", "completed"), task("00b", "k", "completed", "completed")));
        assertThat(ledger.doubledCount()).isEqualTo(4);
    }

    @Test
    void heldAttempt_thatEndsAsLost_isAFalseLoss() throws Exception {
        ledger.claimed("00a", 1);
        audit.check(List.of(task("00a", "k", "completed", "lost", "completed")));
        assertThat(ledger.falseLossCount()).isEqualTo(1);
    }

    private static JsonNode task(String id, String key, String state, String... ends) throws IOException {
        StringBuilder attempts = new StringBuilder();
        for (int i = 0; i < ends.length; i++) {
            attempts.append(i > 0 ? "," : "")
                    .append("{\"token\":%d,\"agent\":\"x\",\"end\":\"%s\"}".formatted(i + 1, ends[i]));
        }
        return new ObjectMapper()
                .readTree("{\"id\":\"%s\",\"idempotencyKey\":\"%s\",\"state\":\"%s\",\"attempts\":[%s]}"
                        .formatted(id, key, state, attempts));
    }
}
