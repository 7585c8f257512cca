// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.gates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skep.plugin.base.Codec;
import io.skep.plugin.base.Declination;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QuickChecksTest {
    private static final Codec CODEC = new Codec();

    private static CheckSpec spec(String json) {
        return CODEC.read(json, CheckSpec.class).valid();
    }

    private static Outcome judge(String check, String result) {
        return QuickChecks.of(spec(check)).orElseThrow().judge(Subject.of(CODEC.tree("it", result), result));
    }

    private static void assertDeclined(String check, String sentence) {
        assertThatExceptionOfType(Declination.class)
                .as(check)
                .isThrownBy(() -> QuickChecks.validate(spec(check)))
                .withMessageContaining(sentence);
    }

    private static String schema(String schema) {
        return "{\"kind\":\"schema\",\"schema\":" + schema + "}";
    }

    @Test
    void schema_mustBeFitted_andSaysWhatDoesNot() {
        String check =
                schema("{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"integer\"}}}");
        assertThat(judge(check, "{\"a\":1}").state()).isEqualTo(CheckRun.PASSED);
        assertThat(judge(check, "{\"a\":\"x\"}").state()).isEqualTo(CheckRun.FAILED);
        assertThat(judge(check, "{\"a\":\"x\"}").detail()).contains("/a").contains("integer");
        assertThat(judge(check, "[]").state()).isEqualTo(CheckRun.FAILED);
        assertThat(judge(schema("{\"items\":{\"type\":\"null\"}}"), "[1,2,3,4,5,6,7,8]")
                        .detail())
                .contains("and 3 more");
    }

    @Test
    void schema_thatIsNoneOrReachesElsewhere_isDeclined() {
        assertDeclined(schema("[]"), "JSON object");
        assertDeclined(schema("{\"x\":\"" + "y".repeat(17_000) + "\"}"), "16384");
        for (String far : new String[] {
            "{\"$ref\":\"http://example.org/x\"}",
            "{\"$ref\":\"file:///etc/passwd\"}",
            "{\"$id\":\"http://x/\"}",
            "{\"$schema\":\"http://json-schema.org/draft-07/schema\"}",
            "{\"properties\":{\"a\":{\"$dynamicRef\":\"#x\"}}}"
        }) {
            assertDeclined(schema(far), "refers only to itself");
        }
        assertDeclined(schema("{\"pattern\":\"(\"}"), "check schema: ");
        assertDeclined(schema("{\"type\":7}"), "check schema: ");
    }

    @Test
    void schema_patternsNeverBacktrack() {
        String check = schema("{\"pattern\":\"^(a+)+$\"}");
        long begun = System.nanoTime();
        assertThat(judge(check, '"' + "a".repeat(5_000) + "!\"").state()).isEqualTo(CheckRun.FAILED);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void schema_whoseReferencesBranch_endsAtADeadline() {
        String twice = "{\"properties\":{\"x\":{\"$ref\":\"#/$defs/a\"}}}";
        String check = schema("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"anyOf\":["
                + twice.replace("{\"properties", "{\"minProperties\":9,\"properties") + ","
                + twice.replace("{\"properties", "{\"minProperties\":8,\"properties") + "]}}}");
        String deep = "{\"x\":".repeat(60) + "1" + "}".repeat(60);
        long begun = System.nanoTime();
        Outcome outcome = judge(check, deep);
        assertThat(outcome.state()).isEqualTo(CheckRun.ERRORED);
        assertThat(outcome.detail()).contains("longer");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void schema_thatRefersToItselfOnly_isErroredOrDeclined_andNeverPassed() {
        try {
            assertThat(judge(schema("{\"$ref\":\"#\"}"), "1").state()).isNotEqualTo(CheckRun.PASSED);
        } catch (Declination declined) {
            assertThat(declined.getMessage()).contains("schema");
        }
    }

    @Test
    void pattern_mustBeFound_orMustNot() {
        assertThat(judge("{\"kind\":\"pattern\",\"pattern\":\"\\\\bok\\\\b\"}", "{\"a\":\"is ok\"}")
                        .state())
                .isEqualTo(CheckRun.PASSED);
        assertThat(judge("{\"kind\":\"pattern\",\"pattern\":\"error\",\"absent\":true}", "\"an error\"")
                        .detail())
                .isEqualTo("found what must not be there");
        assertThat(judge("{\"kind\":\"pattern\",\"pattern\":\"^x$\",\"pointer\":\"/a\"}", "{\"a\":\"x\"}")
                        .state())
                .isEqualTo(CheckRun.PASSED);
        assertThat(judge("{\"kind\":\"pattern\",\"pattern\":\"3\",\"pointer\":\"/a\"}", "{\"a\":[3]}")
                        .state())
                .isEqualTo(CheckRun.PASSED);
        assertThat(judge("{\"kind\":\"pattern\",\"pattern\":\"x\",\"pointer\":\"/b\",\"absent\":true}", "{}")
                        .detail())
                .isEqualTo("there is nothing at /b");
    }

    @Test
    void pattern_thatCostsTooMuch_isDeclined() {
        assertDeclined("{\"kind\":\"pattern\",\"pattern\":\"((x{100}){100}){100}\"}", "too large");
        assertDeclined("{\"kind\":\"pattern\",\"pattern\":\"x{99999}\"}", "too large");
        assertDeclined("{\"kind\":\"pattern\",\"pattern\":\"x{1,}y{2,9999}\"}", "too large");
        assertDeclined("{\"kind\":\"pattern\",\"pattern\":\"(?=x)\"}", "RE2");
        assertDeclined("{\"kind\":\"pattern\",\"pattern\":\"" + "x".repeat(1001) + "\"}", "1000");
    }

    @Test
    void pattern_thatIsSlow_endsAtADeadline() {
        String slow = "(" + "(x?)".repeat(150) + "){20}z";
        Outcome outcome = judge("{\"kind\":\"pattern\",\"pattern\":\"" + slow + "\"}", '"' + "x".repeat(250_000) + '"');
        assertThat(outcome.state()).isIn(CheckRun.ERRORED, CheckRun.FAILED);
    }

    @Test
    void threshold_looksAtANumber() {
        String check = "{\"kind\":\"threshold\",\"pointer\":\"/a/0\",\"min\":1,\"max\":2.5}";
        assertThat(judge(check, "{\"a\":[2.5]}").state()).isEqualTo(CheckRun.PASSED);
        assertThat(judge(check, "{\"a\":[0]}").detail()).isEqualTo("0 is less than 1.0");
        assertThat(judge(check, "{\"a\":[3]}").detail()).isEqualTo("3 is more than 2.5");
        assertThat(judge(check, "{\"a\":[\"2\"]}").detail()).isEqualTo("there is no number at /a/0");
        assertDeclined("{\"kind\":\"threshold\",\"pointer\":\"a\",\"min\":1}", "begins with a slash");
        assertDeclined("{\"kind\":\"threshold\",\"pointer\":\"/a\"}", "min or max is missing");
        assertDeclined("{\"kind\":\"threshold\",\"pointer\":\"/a\",\"min\":2,\"max\":1}", "larger");
    }

    @Test
    void fields_goWithTheirKind() {
        assertDeclined("{\"kind\":\"threshold\",\"pointer\":\"/a\",\"min\":1,\"rubric\":\"x\"}", "has no \"rubric\"");
        assertDeclined("{\"kind\":\"magic\"}", "one of human, pattern");
        assertDeclined("{}", "\"kind\" is missing");
        assertDeclined("{\"kind\":\"human\",\"question\":\"ok?\",\"timeoutSeconds\":0}", "1 to");
        assertDeclined("{\"kind\":\"reviewer\"}", "rubric is missing");
        assertDeclined("{\"kind\":\"program\",\"program\":\"../sh\"}", "\"program\" must be letters");
        assertDeclined("{\"kind\":\"human\",\"question\":\"ok?\",\"weight\":-1}", "0 to 1000");
        assertDeclined("{\"kind\":\"human\"}", "question is missing");
        assertDeclined("{\"kind\":\"schema\"}", "schema is missing");
    }
}
