// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That what the measurement measures is right; how fast it is, is measured by running it. */
class MillionRulesTest {
    @Test
    void decisionsOfTheMeasurement_areAsItsDocumentSays() {
        MillionRules rules = new MillionRules(2_000);
        assertThat(rules.round()).isSorted();
        long allowed = IntStream.range(0, 20_000).filter(rules::decide).count();
        assertThat(allowed).isBetween(12_600L, 14_600L);
    }
}
