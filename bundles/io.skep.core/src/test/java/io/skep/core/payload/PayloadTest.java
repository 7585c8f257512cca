// SPDX-License-Identifier: Apache-2.0
package io.skep.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.payload.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @Test
    void reference_leadsBackToThePayload() {
        Payload payload = new Payload(HASH, 300_000);
        assertThat(payload.reference()).isEqualTo("{\"$payload\":\"sha256:" + HASH + "\",\"bytes\":300000}");
        assertThat(Payload.referred(payload.reference())).hasValue(payload);
        assertThat(Payload.referred(" {\n\"bytes\" : 300000 , \"$payload\" : \"sha256:" + HASH + "\" } "))
                .hasValue(payload);
        assertThat(Payload.isMalformed(payload.reference())).isFalse();
        assertThat(payload.name()).isEqualTo("sha256:" + HASH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "\"$payload\"",
                "[{\"$payload\":\"sha256:x\",\"bytes\":1}]",
                "{\"a\":{\"$payload\":\"sha256:x\",\"bytes\":1}}",
                "{\"payload\":\"sha256:x\"}"
            })
    void valueOfItsOwn_isNoReference(String json) {
        assertThat(Payload.referred(json)).isEmpty();
        assertThat(Payload.isMalformed(json)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$payload\":\"sha256:HASH\"}",
                "{\"$payload\":\"HASH\",\"bytes\":1}",
                "{\"$payload\":\"sha256:HASH\",\"bytes\":-1}",
                "{\"$payload\":\"sha256:HASH\",\"bytes\":1,\"type\":\"x\"}",
                "{ \"$payload\" : 1 }",
                "{\"$payload\":\"sha256:0\",\"bytes\":1}"
            })
    void halfAReference_isAMistake(String json) {
        String text = json.replace("HASH", HASH);
        assertThat(Payload.referred(text)).isEmpty();
        assertThat(Payload.isMalformed(text)).isTrue();
    }

    @Test
    void noValue_isNoReference() {
        assertThat(Payload.referred(null)).isEmpty();
        assertThat(Payload.isMalformed(null)).isFalse();
    }

    @Test
    void onlyAHash_isTheNameOfAPayload() {
        assertThatThrownBy(() -> new Payload(HASH.substring(1), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Payload(HASH.replace('a', 'A'), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Payload(HASH, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
