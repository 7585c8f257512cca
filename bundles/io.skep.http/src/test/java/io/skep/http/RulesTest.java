// SPDX-License-Identifier: Apache-2.0
package io.skep.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skep.api.Refusal;
import io.skep.api.admin.Caller;
import io.skep.api.task.TaskSpec;
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
        TaskSpec part = TaskSpec.of("d").parent("h").build();
        TaskSpec other = TaskSpec.of("d").parent("x").build();
        TaskSpec root = TaskSpec.of("d").build();
        Rules.checkParents(AGENT, List.of(part, part), () -> Set.of("h"));
        Rules.checkParents(Caller.ADMINISTRATOR, List.of(root, other), Set::of);
        assertForbidden(() -> Rules.checkParents(AGENT, List.of(part, other), () -> Set.of("h")));
        assertForbidden(() -> Rules.checkParents(AGENT, List.of(root), () -> Set.of("h")));
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
