// SPDX-License-Identifier: Apache-2.0
package io.skep.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skep.api.Refusal;
import io.skep.api.plugin.Notice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeTest {
    private static Refusal refusal(String type, String subject, String cause) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> new Notice(type, subject, cause));
        assertThat(refusal).as("%s %s", type, subject).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID);
        return refusal;
    }

    @Test
    void longest_isTaken_andLongerIsRefused() {
        String type = "p." + "t".repeat(Notice.MAX_TYPE - 2);
        String subject = "s".repeat(Notice.MAX_SUBJECT);
        String cause = "c".repeat(Notice.MAX_CAUSE);

        assertThat(new Notice(type, subject, cause).cause()).hasSize(2000);
        assertThat(refusal(type + "t", subject, cause).field()).contains("type");
        assertThat(refusal(type, subject + "s", cause).field()).contains("subject");
        assertThat(refusal(type, subject, cause + "c").getMessage())
                .isEqualTo("a cause has at most 2000 characters, not 2001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "workflow", "workflow.", ".started", "Workflow.started", "workflow..x", "1w.x", "w.ä"})
    void wrongType_isRefused(String type) {
        assertThat(refusal(type, "s", "").field()).contains("type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"task.completed", "agent.lost", "plugin.promoted", "flag.changed", "store.full"})
    void typeOfCore_isRefused(String type) {
        assertThat(refusal(type, "s", "").getMessage()).startsWith("only core tells what begins with ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä", "a\n"})
    void wrongSubject_isRefused(String subject) {
        assertThat(refusal("p.t", subject, "").field()).contains("subject");
    }
}
