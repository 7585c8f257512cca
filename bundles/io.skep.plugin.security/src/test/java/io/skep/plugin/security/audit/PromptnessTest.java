// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That nobody waits for a writer that rests. */
class PromptnessTest {
    private static final int TIMES = 10;

    @Test
    void eventThatIsAwaited_endsTheWritersRest(@TempDir Path home) throws Exception {
        List<Duration> waits = new ArrayList<>();
        try (AuditLog log = new Logs(home).open()) {
            for (int i = 0; i < TIMES; i++) {
                // Longer than events collect: from then on it rests for a second.
                Awaitility.await().pollDelay(Committer.LINGER.multipliedBy(5)).until(() -> true);
                long begun = System.nanoTime();
                Logs.await(log.append(Logs.event(i)));
                waits.add(Duration.ofNanos(System.nanoTime() - begun));
            }
        }
        Collections.sort(waits);
        assertThat(waits.get(TIMES / 2)).as("the median of %s", waits).isLessThan(Duration.ofMillis(500));
    }
}
