// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what the measurement measures is right; how fast it is, is measured by running it. */
class ThroughputTest {
    @TempDir
    Path home;

    @Test
    void everyEventOfTheMeasurement_isThere() throws IOException, InterruptedException {
        Logs logs = new Logs(home);
        try (AuditLog log = logs.open()) {
            assertThat(Throughput.round(log, 5000, 3)).isPositive();
        }
        Verification found = logs.verify();
        assertThat(found.problem()).isNull();
        assertThat(found.events()).isEqualTo(5000);
    }
}
