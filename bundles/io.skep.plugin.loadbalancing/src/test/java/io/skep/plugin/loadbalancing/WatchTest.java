// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.loadbalancing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchTest {
    private final Watch watch = new Watch();

    private int changes(Condition... seen) {
        int changes = 0;
        for (Condition one : seen) {
            changes += watch.look(one, one.wire(), 7).isPresent() ? 1 : 0;
        }
        return changes;
    }

    @Test
    void worse_countsAtTheSecondLook_better_atTheFifth() {
        assertThat(changes(Condition.SLOW)).isZero();
        assertThat(changes(Condition.SLOW)).isEqualTo(1);
        assertThat(watch.cause()).isEqualTo("slow");
        assertThat(watch.since()).isEqualTo(7);
        assertThat(changes(Condition.HEALTHY, Condition.HEALTHY, Condition.HEALTHY, Condition.HEALTHY))
                .isZero();
        assertThat(watch.condition()).isEqualTo(Condition.SLOW);
        assertThat(changes(Condition.HEALTHY)).isEqualTo(1);
    }

    @Test
    void whatComesAndGoes_isNoChange() {
        for (int i = 0; i < 20; i++) {
            assertThat(changes(Condition.SLOW, Condition.HEALTHY)).isZero();
        }
    }

    @Test
    void ejection_isAFact_andSoIsItsEnd() {
        assertThat(changes(Condition.EJECTED)).isEqualTo(1);
        assertThat(changes(Condition.RETURNING)).isEqualTo(1);
        assertThat(watch.condition()).isEqualTo(Condition.RETURNING);
    }
}
