// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.task.Task;
import io.skep.api.task.TaskSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
    private static final Caller AGENT = new Caller("a");

    private static void assertForbidden(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.reason()).isEqualTo(Refusal.Reason.FORBIDDEN));
    }

    /** Agent a holds task h. What the path names; may a; the administrator may always. */
    @ParameterizedTest
    @CsvSource({
        "PUBLIC,        x, true",
        "ANY_AGENT,     x, true",
        "OWN_ATTEMPT,   x, true",
        "SUBMITTER,     x, true",
        "THE_AGENT,     a, true",
        "THE_AGENT,     b, false",
        "THE_AGENT,     A, false",
        "HOLDER,        h, true",
        "HOLDER,        x, false",
        "ADMINISTRATOR, a, false",
        "ADMINISTRATOR, h, false",
    })
    void agent_mayOnlyWhatTheTableSays(Permission permission, String id, boolean may) {
        ThrowingCallable call = () -> Rules.check(permission, AGENT, id, () -> Set.of("h"));
        if (may) {
            org.assertj.core.api.Assertions.assertThatCode(call).doesNotThrowAnyException();
        } else {
            assertForbidden(call);
        }
        Rules.check(permission, Caller.ADMINISTRATOR, id, Set::of);
    }

    @Test
    void agent_submitsOnlyPartsOfWhatItHolds() {
        TaskSpec part = TaskSpec.of("d").parent("h").tenant("blue").build();
        TaskSpec other = TaskSpec.of("d").parent("x").build();
        TaskSpec root = TaskSpec.of("d").build();
        assertThat(Rules.parts(AGENT, List.of(part, part), RulesTest::held)).containsExactly(part, part);
        assertThat(Rules.parts(Caller.ADMINISTRATOR, List.of(root, other), List::of))
                .containsExactly(root, other);
        assertForbidden(() -> Rules.parts(AGENT, List.of(part, other), RulesTest::held));
        assertForbidden(() -> Rules.parts(AGENT, List.of(root), RulesTest::held));
    }

    private static List<Task> held() {
        return List.of(new FakeTask("h", TaskSpec.of("whole").tenant("blue").build(), Instant.EPOCH).snapshot());
    }

    @Test
    void partOfATask_isOfItsTenant() {
        TaskSpec silent =
                TaskSpec.of("d").parent("h").tenant(Rules.OF_THE_WHOLE).build();
        assertThat(Rules.parts(AGENT, List.of(silent), RulesTest::held).get(0).tenant())
                .isEqualTo("blue");
        TaskSpec other = TaskSpec.of("d").parent("h").tenant("red").build();
        assertForbidden(() -> Rules.parts(AGENT, List.of(other), RulesTest::held));
    }

    @Test
    void whoMayReadOnlyItsOwn_readsNoPayload() {
        Caller own = new Caller(Caller.ADMINISTRATOR.principal(), null, null, true);
        assertForbidden(() -> Rules.checkPayload(own, "0", agent -> List.of()));
        Rules.checkPayload(Caller.ADMINISTRATOR, "0", agent -> List.of());
    }

    @Test
    void agent_speaksOnlyForItself() {
        assertThat(Rules.speaker(AGENT, null)).isEqualTo("a");
        assertThat(Rules.speaker(AGENT, "a")).isEqualTo("a");
        assertForbidden(() -> Rules.speaker(AGENT, "b"));
        assertThat(Rules.speaker(Caller.ADMINISTRATOR, "b")).isEqualTo("b");
        assertThat(Rules.speaker(Caller.ADMINISTRATOR, null)).isNull();
    }
}
