// SPDX-License-Identifier: Apache-2.0
package io.skep.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpdxTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://www.apache.org/licenses/LICENSE-2.0.txt | Apache-2.0",
                "\"Apache-2.0\";link=\"https://example.org\" | Apache-2.0",
                "\"Apache License, version 2.0\";link=\"https://example.org\" | Apache-2.0",
                "BSD-3-Clause;link=https://asm.ow2.io/LICENSE.txt | BSD-3-Clause",
                "http://www.eclipse.org/org/documents/edl-v10.php | BSD-3-Clause",
                "http://creativecommons.org/publicdomain/zero/1.0/, https://opensource.org/licenses/BSD-2-Clause"
                        + " | CC0-1.0 OR BSD-2-Clause"
            })
    void headerOfAManifest_isAnExpression(String header, String expression) {
        assertThat(Spdx.of(header)).isEqualTo(expression);
    }

    @Test
    void unknownWords_areNoLicence() {
        assertThat(Spdx.of("as you like")).isNull();
    }
}
