// SPDX-License-Identifier: Apache-2.0
package io.skep.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.skep.testkit.Linearizability.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    /** A register: a write, or a read that saw something. */
    private record Access(boolean writes, int value) {}

    private final Linearizability<Integer, Access> register = new Linearizability<>(0, (value, access) -> {
        if (access.writes()) {
            return access.value();
        }
        return access.value() == value ? value : null;
    });

    private static Call<Access> write(int value, long begun, long ended) {
        return new Call<>(new Access(true, value), begun, ended);
    }

    private static Call<Access> read(int value, long begun, long ended) {
        return new Call<>(new Access(false, value), begun, ended);
    }

    @Test
    void historyOneAfterTheOther_isExplained_ifEachReadSeesTheLastWrite() {
        assertThat(register.explains(List.of(write(1, 1, 2), read(1, 3, 4)))).isTrue();
        assertThat(register.explains(List.of(write(1, 1, 2), read(0, 3, 4)))).isFalse();
        assertThat(register.explains(List.of())).isTrue();
    }

    @Test
    void callsAtOnce_areInEitherOrder_butForEverybodyTheSame() {
        assertThat(register.explains(List.of(write(1, 1, 10), read(0, 2, 3), read(1, 4, 5))))
                .isTrue();
        assertThat(register.explains(List.of(write(1, 1, 10), read(1, 2, 3), read(0, 4, 5))))
                .as("what was seen once is not unseen")
                .isFalse();
        assertThat(register.explains(List.of(write(1, 1, 10), write(2, 1, 10), read(1, 11, 12), read(2, 13, 14))))
                .isFalse();
    }

    @Test
    void callWithoutAnEnd_mayHaveHappened_orNot() {
        assertThat(register.explains(List.of(write(1, 1, Long.MAX_VALUE), read(0, 2, 3))))
                .isTrue();
        assertThat(register.explains(List.of(write(1, 1, Long.MAX_VALUE), read(1, 2, 3))))
                .isTrue();
        assertThat(register.explains(List.of(read(1, 2, 3)))).isFalse();
    }
}
