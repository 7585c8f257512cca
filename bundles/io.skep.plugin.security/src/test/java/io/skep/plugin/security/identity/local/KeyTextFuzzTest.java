// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.identity.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

final class KeyTextFuzzTest {
    @FuzzTest
    void key_isReadInOneWay_andDoesNotShowItsSecret(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        KeyText.parse(text).ifPresent(key -> {
            assertThat(key.text()).isEqualTo(text);
            assertThat(key.toString()).doesNotContain(key.secret());
        });
    }

    /** The checksum of what is typed or found by a fuzzer hardly ever fits, so here it is made to. */
    @FuzzTest
    void partsWithTheirChecksum_areTheKey_orNone(byte[] data) {
        String[] parts = new String(data, StandardCharsets.UTF_8).split("_", 3);
        if (parts.length == 3) {
            KeyText made = new KeyText(parts[0], parts[1], parts[2]);
            assertThat(KeyText.parse(made.text()))
                    .satisfiesAnyOf(
                            none -> assertThat(none).isEmpty(),
                            same -> assertThat(same).contains(made));
        }
    }
}
