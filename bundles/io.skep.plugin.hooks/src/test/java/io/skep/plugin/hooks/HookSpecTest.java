// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookSpecTest {
    private static final Codec CODEC = new Codec();
    private static final String GOOD = "'name':'h','on':['task.*'],'kind':'webhook','url':'http://x/y'";

    private static HookSpec read(String json) {
        return CODEC.read(('{' + json + '}').replace('\'', '"'), HookSpec.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'on':['task.*'],'kind':'webhook','url':'http://x/y' | \"name\" is missing",
                "'name':'a b','on':['task.*'] | field \"name\" must be letters",
                "'name':'h' | \"on\" is missing",
                "'name':'h','on':[] | at least one",
                "'name':'h','on':['Task'] | is no type of events",
                "'name':'h','on':['task.before-start','task.failed'] | before that alone",
                "'name':'h','on':['task.*'],'kind':'mail' | one of program, webhook, capability",
                "'name':'h','on':['task.*'],'kind':'program' | \"program\" is missing",
                "'name':'h','on':['task.*'],'kind':'program','program':'../x' | \"program\" must be letters",
                "'name':'h','on':['task.*'],'kind':'program','program':'x','environment':{'path':'y'} | upper case",
                "'name':'h','on':['task.*'],'kind':'webhook','url':'ftp://x' | one of http or https",
                "'name':'h','on':['task.*'],'kind':'webhook','url':'http://u:p@x' | without a name",
                "'name':'h','on':['task.*'],'kind':'webhook','url':'http://x y' | no URL",
                "'name':'h','on':['task.*'],'kind':'capability','capability':'c' | \"operation\" is missing",
                "'mode':'blocking', | one of asynchronous",
                "'timeoutMillis':0, | 1 to 600000",
                "'concurrency':33, | 1 to 32",
                "'attempts':21, | 1 to 20",
                "'onFailure':'closed', | deadletter, drop, hold",
                "'overBudget':'x', | tell, asynchronous, off",
                "'amend':{'type':'object'}, | before a start",
                "'match':{'pattern':'('}, | not one of RE2",
                "'match':{'skills':['']}, | 1 to 128",
            })
    void whatIsWrong_isNamed(String json, String reason) {
        HookSpec hook = read(json.endsWith(",") ? json + GOOD : json);
        assertThatExceptionOfType(Declination.class).isThrownBy(hook::valid).withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'$ref':'#'} | refers to nothing",
                "{'type':'strange'} | not valid",
                "{'pattern':'('} | not one of RE2",
                "7 | must be a JSON Schema",
            })
    void schemaOfAmendments_isLookedAt(String schema, String reason) {
        HookSpec hook = read("'name':'h','on':['task.before-start'],'kind':'program','program':'p','amend':" + schema);
        assertThatExceptionOfType(Declination.class).isThrownBy(hook::valid).withMessageContaining(reason);
    }

    @Test
    void whatIsNotSaid_hasItsDefault() {
        HookSpec after = read(GOOD).valid();
        assertThat(after.how()).isEqualTo("asynchronous");
        assertThat(after.failure()).isEqualTo("deadletter");
        assertThat(after.tries()).isEqualTo(5);
        assertThat(after.atOnce()).isEqualTo(1);
        assertThat(after.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(after.pause(1)).isEqualTo(Duration.ofMillis(200));
        assertThat(after.pause(3)).isEqualTo(Duration.ofMillis(800));
        assertThat(after.pause(20)).isEqualTo(Duration.ofMinutes(1));
        HookSpec before = read("'name':'h','on':['task.before-start'],'kind':'program','program':'p'")
                .valid();
        assertThat(before.how()).isEqualTo("blocking");
        assertThat(before.failure()).isEqualTo("open");
        assertThat(before.tries()).isEqualTo(1);
        assertThat(read("'mode':'critical','on':['task.before-completion']").failure())
                .isEqualTo("closed");
    }

    @Test
    void types_areExactOrBeginSo() {
        HookSpec hook = read("'on':['task.failed','agent.*']");
        assertThat(hook.isOfType("task.failed")).isTrue();
        assertThat(hook.isOfType("task.failed.x")).isFalse();
        assertThat(hook.isOfType("agent.lost")).isTrue();
        assertThat(hook.isOfType("task.completed")).isFalse();
        assertThat(EventNames.ALL)
                .extracting(EventNames.Name::category)
                .contains("task", "agent", "workflow", "gate", "session", "plugin", "system");
    }

    @Test
    void outcome_isWhatTheAnswerSays() {
        assertThat(Outcome.said("{\"verdict\":\"veto\",\"reason\":\"r\"}", CODEC)
                        .reason())
                .isEqualTo("r");
        assertThat(Outcome.said("{\"verdict\":\"veto\"}", CODEC).reason()).isEqualTo("it gave no reason");
        assertThat(Outcome.said("{\"verdict\":\"fail\",\"feedback\":\"f\"}", CODEC)
                        .isVetoed())
                .isTrue();
        assertThat(Outcome.said("{\"verdict\":\"none\"}", CODEC).isPassed()).isTrue();
        assertThat(Outcome.said("{\"verdict\":\"perhaps\"}", CODEC).isFailed()).isTrue();
        assertThat(Outcome.said("{garbage", CODEC).isPassed()).isTrue();
    }
}
