// SPDX-License-Identifier: Apache-2.0
package io.skep.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final String TEXT = "# HELP a An a.\n# TYPE a gauge\na 1\na_total 2.5\nb{x=\"y\"} 3\n";

    @Test
    void value_isThatOfTheWholeName() throws Exception {
        assertThat(Metrics.value(TEXT, "a")).isEqualTo(1);
        assertThat(Metrics.value(TEXT, "a_total")).isEqualTo(2.5);
    }

    @Test
    void metricThatIsNotThere_isNamed() {
        assertThatThrownBy(() -> Metrics.value(TEXT, "c"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("c");
    }
}
