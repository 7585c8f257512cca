// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SoakFindingsTest {
    private static final Remains FIRST = new Remains(1_000, 1_000, 1, Map.of("heavy-N.N.N-N", 4, "pool-N", 3));

    private static List<String> violations(Remains last, long leaked) {
        return new SoakFindings(List.of(FIRST, last), 50, leaked).violations(true);
    }

    @Test
    void whatIsFlat_isNoViolation() {
        assertThat(violations(new Remains(1_050, 990, 1, Map.of("heavy-N.N.N-N", 3, "pool-N", 5)), 0))
                .isEmpty();
    }

    @Test
    void everyKindOfRemains_isFound() {
        assertThat(violations(FIRST, 2)).singleElement().asString().contains("2 class loaders of bundles");
        assertThat(violations(new Remains(1_000, 1_000, 3, Map.of()), 0))
                .singleElement()
                .asString()
                .contains("3 class loaders");
        assertThat(violations(new Remains(1_000 + 50 * 16_384, 1_000, 1, Map.of()), 0))
                .isEmpty();
        assertThat(violations(new Remains(1_000 + 50 * 16_385, 1_000, 1, Map.of()), 0))
                .containsExactly("heap grew by 16385 bytes a swap");
        assertThat(violations(new Remains(1_000, 1_200, 1, Map.of()), 0)).containsExactly("metaspace grew by 20.0 %");
        assertThat(violations(new Remains(1_000, 1_000, 1, Map.of("heavy-N.N.N-N", 6, "pool-N", 20, "new-N", 1)), 0))
                .containsExactly("threads were left: {heavy-N.N.N-N=2, new-N=1, pool-N=9}");
    }

    @Test
    void growthOfAShortRun_isNotJudged() {
        SoakFindings found = new SoakFindings(List.of(FIRST, new Remains(9_000_000, 9_000, 1, Map.of())), 50, 0);
        assertThat(found.violations(false)).isEmpty();
    }
}
