// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.skep.api.task.TaskSpec;
import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import io.skep.plugin.workflow.gates.GateRun.Decision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateRunTest {
    private static final Codec CODEC = new Codec();
    private static final String REVIEW = "{\"kind\":\"reviewer\",\"name\":\"r\",\"rubric\":\"x\",\"weight\":3}";
    private static final String HUMAN = "{\"kind\":\"human\",\"name\":\"h\",\"question\":\"ok?\"}";
    private static final String QUICK = "{\"kind\":\"threshold\",\"name\":\"q\",\"pointer\":\"/a\",\"min\":1}";

    private static GateSpec gate(String more, String... checks) {
        return CODEC.read("{\"name\":\"g\"," + more + "\"checks\":[" + String.join(",", checks) + "]}", GateSpec.class);
    }

    /** A gate whose checks have ended so; with what is missing they wait. */
    private static GateRun run(String more, Outcome... outcomes) {
        GateSpec gate = gate(more, QUICK, REVIEW, HUMAN).valid();
        List<CheckRun> runs = new ArrayList<>();
        for (int i = 0; i < gate.all().size(); i++) {
            CheckRun waiting = CheckRun.waiting(gate.all().get(i));
            runs.add(i < outcomes.length ? waiting.ended(outcomes[i]) : waiting);
        }
        return new GateRun(gate, 1, runs);
    }

    @Test
    void all_failsAtTheFirstThatDoesNotPass() {
        Outcome passed = Outcome.passed("");
        assertThat(run("", passed).decision()).isEqualTo(Decision.OPEN);
        assertThat(run("", passed, passed, passed).decision()).isEqualTo(Decision.PASS);
        assertThat(run("", passed, Outcome.errored("x")).decision()).isEqualTo(Decision.FAIL);
        assertThat(run("", Outcome.failed("")).decision()).isEqualTo(Decision.FAIL);
    }

    @Test
    void any_passesAtTheFirstThatPasses() {
        String any = "\"combine\":\"any\",";
        Outcome failed = Outcome.failed("");
        assertThat(run(any, failed, Outcome.passed("")).decision()).isEqualTo(Decision.PASS);
        assertThat(run(any, failed, failed).decision()).isEqualTo(Decision.OPEN);
        assertThat(run(any, failed, failed, Outcome.errored("")).decision()).isEqualTo(Decision.FAIL);
        assertThat(run(any, failed, new Outcome(CheckRun.FAILED, 0.4, "")).score())
                .isEqualTo(0.4);
    }

    @Test
    void weighted_isDecidedAsSoonAsNothingCanChangeIt() {
        String weighted = "\"combine\":\"weighted\",\"minScore\":0.8,";
        assertThat(run(weighted, Outcome.failed(""), Outcome.passed("")).decision())
                .isEqualTo(Decision.OPEN);
        assertThat(run(weighted, Outcome.failed(""), Outcome.passed(""), Outcome.passed(""))
                        .decision())
                .isEqualTo(Decision.PASS);
        assertThat(run(weighted, Outcome.passed(""), Outcome.errored("")).decision())
                .isEqualTo(Decision.FAIL);
        assertThat(run(weighted, Outcome.passed(""), Outcome.passed("")).decision())
                .isEqualTo(Decision.PASS);
        assertThat(run(weighted, Outcome.passed(""), new Outcome(CheckRun.PASSED, 0.9, ""))
                        .score())
                .isCloseTo((1 + 3 * 0.9) / 5, within(1e-9));
    }

    @Test
    void quickChecksComeFirst_peopleLast() {
        assertThat(run("").next()).containsExactly(0);
        assertThat(run("", Outcome.passed("")).next()).containsExactly(1);
        assertThat(run("", Outcome.passed(""), Outcome.passed("")).next()).containsExactly(2);
        assertThat(run("", Outcome.passed(""), Outcome.passed(""), Outcome.passed(""))
                        .next())
                .isEmpty();
    }

    @Test
    void twoLooksAtOneCheck_joinToWhatIsFurther() {
        CheckRun waiting = CheckRun.waiting(gate("", HUMAN).valid().all().get(0));
        CheckRun pending = waiting.begun("2026-01-01T00:00:00Z");
        CheckRun reviewed = pending.by("00-1");
        CheckRun ended = reviewed.ended(Outcome.passed("x"));
        for (CheckRun[] pair :
                new CheckRun[][] {{waiting, pending}, {pending, reviewed}, {reviewed, ended}, {waiting, ended}}) {
            assertThat(pair[0].further(pair[1])).isEqualTo(pair[1]);
            assertThat(pair[1].further(pair[0])).isEqualTo(pair[1]);
        }
    }

    @Test
    void gatesWithoutChecksOrWithStrangeOnes_areDeclined() {
        for (String[] wrong : new String[][] {
            {"{\"name\":\"g\"}", "would pass everything"},
            {"{\"name\":\"g\",\"checks\":[]}", "would pass everything"},
            {"{\"checks\":[" + HUMAN + "," + HUMAN + "]}", "two checks are called h"},
            {"{\"minScore\":0.5,\"checks\":[" + HUMAN + "]}", "weighted"},
            {"{\"minScore\":1.5,\"checks\":[" + HUMAN + "]}", "0 to 1"},
            {"{\"combine\":\"some\",\"checks\":[" + HUMAN + "]}", "all, any, weighted"},
            {"{\"namePattern\":\"(\",\"checks\":[" + HUMAN + "]}", "RE2"},
            {"{\"checks\":[null]}", "must not be null"},
            {"{\"combine\":\"weighted\",\"checks\":[{\"kind\":\"human\",\"question\":\"x\",\"weight\":0}]}", "weight"}
        }) {
            assertThatExceptionOfType(Declination.class)
                    .as(wrong[0])
                    .isThrownBy(() -> CODEC.read(wrong[0], GateSpec.class).valid())
                    .withMessageContaining(wrong[1]);
        }
    }

    @Test
    void selector_needsTenantSkillsAndName() {
        GateSpec gate = gate("\"tenants\":[\"acme\"],\"skills\":[\"java\"],\"namePattern\":\"^rel-\",", HUMAN)
                .valid();
        TaskSpec matching = TaskSpec.of("x")
                .tenant("acme")
                .skills("java", "sql")
                .name("rel-1")
                .build();
        assertThat(gate.isFor(matching)).isTrue();
        assertThat(gate.isFor(matching.toBuilder().tenant("other").build())).isFalse();
        assertThat(gate.isFor(matching.toBuilder().skills("sql").build())).isFalse();
        assertThat(gate.isFor(matching.toBuilder().name(null).build())).isFalse();
        assertThat(gate("", HUMAN).valid().isFor(matching)).isTrue();
    }
}
