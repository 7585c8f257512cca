// SPDX-License-Identifier: Apache-2.0
package io.skep.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.osgi.service.component.ComponentException;

/** Wrong values are named, and what changes is told. */
class CoreConfigurationTest {
    private static final Limit LIMIT = new Limit("max.things", 1, 10);

    private final List<String> wrong = new ArrayList<>();

    @Test
    void valueWithinItsLimits_isTaken() {
        assertThat(LIMIT.read(() -> 1, 5, wrong)).isEqualTo(1);
        assertThat(LIMIT.read(() -> 10L, 5L, wrong)).isEqualTo(10L);
        assertThat(wrong).isEmpty();
    }

    @Test
    void valueBeyondItsLimits_isNamed_andReplaced() {
        assertThat(LIMIT.read(() -> 0, 5, wrong)).isEqualTo(5);
        assertThat(LIMIT.read(() -> 11L, 6L, wrong)).isEqualTo(6L);
        assertThat(wrong).containsExactly("max.things must be 1 to 10, not 0", "max.things must be 1 to 10, not 11");
    }

    @Test
    void valueOfAnotherType_isNamed_andReplaced() {
        LongSupplier many = () -> {
            throw new ComponentException("not a number: many");
        };
        assertThat(LIMIT.read(many, 5L, wrong)).isEqualTo(5L);
        assertThat(wrong).containsExactly("max.things must be a whole number from 1 to 10");
    }

    @Test
    void checkedValue_isNamedWithItsConfiguration() {
        LIMIT.check(10);
        assertThatThrownBy(() -> LIMIT.check(11))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("io.skep.core: max.things must be 1 to 10, not 11");
    }

    @Test
    void changes_areToldByTheNamesOfTheConfiguration() {
        CoreSettings now = CoreSettings.DEFAULT;
        assertThat(now.changesTo(now)).isEmpty();
        CoreSettings next = new CoreSettings(
                now.maxLiveTasks(),
                now.maxPayloadChars(),
                now.retainedTasks(),
                now.history(),
                now.maxAgents(),
                now.maxWaits(),
                now.maxMailbox(),
                now.maxProjectionLag(),
                now.snapshotRecords(),
                now.retainedEvents(),
                Duration.ofSeconds(1),
                now.rejectUnknownSkills(),
                64,
                now.maxChildren(),
                now.maxCycles(),
                now.fairness(),
                now.routing(),
                now.checkpoints(),
                now.sleep(),
                now.payloads(),
                now.plugins(),
                0,
                false);
        assertThat(now.changesTo(next)).isEqualTo("restart.grace.millis = 1000, max.depth = 64, traced.permille = 0");
    }
}
