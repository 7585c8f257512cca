// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Within a framework it is shown by SecurityIT. */
class OwnVersionTest {
    @Test
    void withoutAFramework_nobodyKnowsTheVersion() {
        assertThat(OwnVersion.get()).isEqualTo("unknown");
    }
}
