// SPDX-License-Identifier: Apache-2.0
package io.skep.core.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.skep.api.admin.FlagRule;
import io.skep.api.plugin.IntegrationRequest;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagRuleTest {
    private static IntegrationRequest of(String agent, String task, String tenant) {
        return new IntegrationRequest("echo", null, agent, task, tenant, "{}");
    }

    private static Set<String> names(Random random) {
        Set<String> names = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            names.add("N-" + random.nextInt(1000) + "_x.y");
        }
        return names;
    }

    @Test
    void rule_isWhatItSays() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            FlagRule rule = new FlagRule(random.nextInt(100), names(random), names(random));
            assertThat(FlagRule.parse(rule.toString())).isEqualTo(rule);
        }
        assertThat(FlagRule.parse(new FlagRule(100, Set.of("a"), Set.of()).toString()))
                .isEqualTo(FlagRule.ON);
    }

    @Test
    void words_areUnderstood() {
        assertThat(FlagRule.parse(" ON ")).isEqualTo(FlagRule.ON);
        assertThat(FlagRule.parse("true")).isEqualTo(FlagRule.ON);
        assertThat(FlagRule.parse("100%")).isEqualTo(FlagRule.ON);
        assertThat(FlagRule.parse("Off")).isEqualTo(FlagRule.OFF).matches(FlagRule::isOff);
        assertThat(FlagRule.parse("false")).isEqualTo(FlagRule.OFF);
        assertThat(FlagRule.parse("0%")).isEqualTo(FlagRule.OFF);
        assertThat(FlagRule.parse("25%,tenant:A , agent:b"))
                .isEqualTo(new FlagRule(25, Set.of("A"), Set.of("b")))
                .hasToString("25%, tenant:A, agent:b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "maybe",
                "101%",
                "-1%",
                "1.5%",
                "25",
                "25%,30%",
                "tenant:",
                "tenant:a b",
                "agent:",
                "on,agent:a",
                "25%,",
                "group:a",
                "tenant:a\nb"
            })
    void anythingElse_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> FlagRule.parse(text));
    }

    @Test
    void tooManyTargets_areRefused() {
        StringBuilder text = new StringBuilder("agent:a");
        for (int i = 0; i < 1000; i++) {
            text.append(",agent:a").append(i);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> FlagRule.parse(text.toString()));
    }

    @Test
    void targets_areAdmitted_andNobodyElse() {
        FlagRule rule = FlagRule.parse("tenant:acme, agent:bee");

        assertThat(rule.isOff()).isFalse();
        assertThat(rule.admits(of(null, null, "acme"))).isTrue();
        assertThat(rule.admits(of("bee", "t", "other"))).isTrue();
        assertThat(rule.admits(of("acme", null, "bee"))).isFalse();
        assertThat(rule.admits(of(null, null, null))).isFalse();
        assertThat(FlagRule.ON.admits(of(null, null, null))).isTrue();
        assertThat(FlagRule.OFF.admits(of(null, null, null))).isFalse();
    }

    @Test
    void share_sticksToTheTask_elseToTheAgent_elseToTheTenant() {
        FlagRule half = FlagRule.parse("50%");
        for (int i = 0; i < 200; i++) {
            String id = "id-" + i;
            boolean first = half.admits(of("a" + i, id, "x"));
            for (int again = 0; again < 5; again++) {
                assertThat(half.admits(of("other" + again, id, "y"))).isEqualTo(first);
            }
            assertThat(half.admits(of(id, null, "x" + i))).isEqualTo(half.admits(of(id, null, null)));
            assertThat(half.admits(of(null, null, id))).isEqualTo(first);
        }
    }

    @Test
    void share_isAboutWhatItSays_forNumberedNames() {
        for (int percent : new int[] {1, 10, 25, 50, 90, 99}) {
            FlagRule rule = FlagRule.parse(percent + "%");
            for (String prefix : new String[] {"task-", "agent-0", "", "t1-00000"}) {
                int admitted = 0;
                for (int i = 0; i < 10_000; i++) {
                    admitted += rule.admits(of(null, prefix + i, null)) ? 1 : 0;
                }
                assertThat(admitted / 100.0).as("%s %s", prefix, percent).isBetween(percent - 2.0, percent + 2.0);
            }
        }
    }

    @Test
    void biggerShare_admitsWhomTheSmallerAdmitted() {
        for (int i = 0; i < 1000; i++) {
            IntegrationRequest request = of(null, "t" + i, null);
            if (FlagRule.parse("10%").admits(request)) {
                assertThat(FlagRule.parse("11%").admits(request)).isTrue();
            }
        }
    }

    @Test
    void shares_ofTwoCapabilities_areNotTheSameTasks() {
        int both = 0;
        for (int i = 0; i < 10_000; i++) {
            IntegrationRequest request = of(null, "t" + i, null);
            both += FlagRule.bucket(request, "a") < 10 && FlagRule.bucket(request, "b") < 10 ? 1 : 0;
        }
        assertThat(both).isBetween(30, 200);
    }

    @Test
    void nameless_isADifferentOneEachTime() {
        FlagRule half = FlagRule.parse("50%");
        int admitted = 0;
        for (int i = 0; i < 10_000; i++) {
            admitted += half.admits(of(null, null, null)) ? 1 : 0;
        }
        assertThat(admitted).isBetween(4_500, 5_500);
    }
}
