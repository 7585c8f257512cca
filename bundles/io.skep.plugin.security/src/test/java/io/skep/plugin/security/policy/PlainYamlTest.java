// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainYamlTest {
    private static final PolicyLimits LIMITS = new PolicyLimits(1000, 12, 3, 1, 1, 1, 1);

    @Test
    void yamlAndJson_sayTheSame_andNoValueHasAType() {
        Map<String, Object> expected = Map.of("a", List.of("1", "yes", "null"), "b", Map.of("c", "2026-01-01"));
        assertThat(PlainYaml.read("a: [1, yes, null]\nb:\n  c: 2026-01-01\n", LIMITS))
                .isEqualTo(expected);
        assertThat(PlainYaml.read("{\"a\": [1, \"yes\", null], \"b\": {\"c\": \"2026-01-01\"}}", LIMITS))
                .isEqualTo(expected);
    }

    @Test
    void emptyDocument_isAnEmptyMap() {
        for (String text : List.of("", "\n", "# nothing\n", "---\n")) {
            assertThat(PlainYaml.read(text, LIMITS)).isEqualTo(Map.of());
        }
        assertThat(PlainYaml.read("word", LIMITS)).isEqualTo("word");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: &x 1}|a: must not have anchors or aliases",
                "{a: &x [1]}|a: must not have anchors or aliases",
                "{a: {b: *x}}|a.b: must not have anchors or aliases",
                "{a: !!str 1}|a: must not have tags",
                "{a: [1, !x {}]}|a[1]: must not have tags",
                "{a: !x [1]}|a: must not have tags",
                "{a: 1, a: 2}|the policy \"a\" is there twice",
                "{b: {a: 1, a: 2}}|b: \"a\" is there twice",
                "{b: {[a]: 1}}|b: a name must be a text",
                "{b: [[[]]]}|b[0][0]: more than 3 levels",
                "[1,2,3,4,5,6,7,8,9,10,11,12]|[11]: more than 12 parts in all",
                "{a: 1|is not valid YAML",
                "a: b: c|is not valid YAML",
            })
    void whatIsNotPlain_isRefused_withItsPlace(String text, String message) {
        assertThatThrownBy(() -> PlainYaml.read(text, LIMITS))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(message);
    }

    @Test
    void secondDocument_isRefused() {
        assertThatThrownBy(() -> PlainYaml.read("a: 1\n---\nb: 1\n", LIMITS)).hasMessageContaining("one document");
    }

    @Test
    void limits_areReachedAndNotExceeded() {
        assertThatCode(() -> PlainYaml.read("{b: [[]]}", LIMITS)).doesNotThrowAnyException();
        assertThatCode(() -> PlainYaml.read("[1,2,3,4,5,6,7,8,9,10,11]", LIMITS))
                .doesNotThrowAnyException();
        String full = "a".repeat(1000);
        assertThat(PlainYaml.read(full, LIMITS)).isEqualTo(full);
        assertThatThrownBy(() -> PlainYaml.read(full + 'a', LIMITS)).hasMessageContaining("more than 1000 characters");
    }

    @Test
    void deepDocument_isRefused_withoutOverflow() {
        PolicyLimits wide = new PolicyLimits(1 << 20, 1 << 20, 12, 1, 1, 1, 1);
        assertThatThrownBy(() -> PlainYaml.read("[".repeat(500_000), wide)).hasMessageContaining("more than 12 levels");
    }

    @Test
    void errors_areOneLine_whateverTheDocumentSays() {
        assertThat(PlainYaml.line("a\nb\u202e\u0000c~é" + "x".repeat(500)))
                .hasSize(160)
                .startsWith("a b  c~éxx")
                .endsWith("x");
        assertThat(PlainYaml.line("!\u007f ")).isEqualTo("!");
    }

    @Test
    void anyText_isReadOrRefused_andNothingElseHappens() {
        Random random = new Random(11);
        String alphabet = "{}[]:,-&*!#|>'\"%@`ab 1\n\t\\?~";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(PlainYaml.read(text.toString(), LIMITS))
                        .isInstanceOfAny(Map.class, List.class, String.class);
            } catch (PolicyException refused) {
                assertThat(refused.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
            }
        }
    }

    @Test
    void nestedMaps_keepTheirOrder() {
        Map<?, ?> read = (Map<?, ?>) PlainYaml.read("{z: 1, a: 2, m: 3}", LIMITS);
        assertThat(read.keySet().toString()).isEqualTo("[z, a, m]");
        assertThat(new TreeMap<>(read).toString()).isEqualTo("{a=2, m=3, z=1}");
    }
}
