// SPDX-License-Identifier: Apache-2.0
package io.skep.plugin.workflow.slash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skep.plugin.base.Declination;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PromptTest {
    private static void assertDeclined(String head, String sentence) {
        assertThatExceptionOfType(Declination.class)
                .as(head)
                .isThrownBy(() -> Prompt.read("---\n" + head + "\n---\ndo it"))
                .withMessageContaining(sentence);
    }

    @Test
    void everyValue_isRead() {
        Prompt read = Prompt.read("""
                ---
                description: Says hello
                argument-hint: '[NAME]'
                flags: [loud, 'tone=kind|rude']
                required-flags: tone
                skills: [greet, "speak"]
                priority: 7
                tenant: acme
                allowed-tools: Read, Write(x)
                deadline-seconds: 60
                timeout-seconds: 5
                max-attempts: 2
                ---

                # Hello $1
                """);
        assertThat(read.description()).isEqualTo("Says hello");
        assertThat(read.hint()).isEqualTo("[NAME]");
        assertThat(read.flags()).extracting(Flag::described).containsExactly("loud", "tone=kind|rude!");
        assertThat(read.work().skills()).containsExactlyInAnyOrder("greet", "speak");
        assertThat(read.work())
                .extracting(
                        Prompt.Work::priority,
                        Prompt.Work::tenant,
                        Prompt.Work::deadlineSeconds,
                        Prompt.Work::timeoutSeconds,
                        Prompt.Work::maxAttempts)
                .containsExactly(7, "acme", 60, 5, 2);
        assertThat(read.tools()).containsExactly("Read", "Write(x)");
        assertThat(read.body()).isEqualTo("# Hello $1");
    }

    @Test
    void withoutFrontMatter_theFirstLineDescribes_andAnyFlagIsTaken() {
        Prompt read = Prompt.read("\uFEFF## Say hello\r\nto all");
        assertThat(read.description()).isEqualTo("Say hello");
        assertThat(read.flags()).isNull();
        assertThat(Prompt.read("---\n---\nx").description()).isEqualTo("x");
        assertThat(Prompt.read("---\nflags: []\n---\nx").flags()).isEmpty();
    }

    @Test
    void whatIsWrong_isNamed() {
        assertDeclined("descripton: x", "no \"descripton\" in front matter; perhaps description");
        assertDeclined("priority: 10", "priority must be a whole number from 0 to 9");
        assertDeclined("priority: high", "priority must be a whole number");
        assertDeclined("skills: {a: b}", "skills must be a list of words");
        assertDeclined("skills: [[a]]", "2 levels");
        assertDeclined("description: [a]", "description must be text");
        assertDeclined("description: ''", "description must have 1 to");
        assertDeclined("flags: ['Loud']", "lower-case word");
        assertDeclined("flags: [a, a]", "named twice");
        assertDeclined("- a", "names with values");
        assertDeclined("a: b: c", "not valid YAML");
        assertDeclined("priority: 1\npriority: 2", "not valid YAML");
        assertDeclined("skills: [" + "a,".repeat(65) + "]", "at most 64");
        assertDeclined("skills: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q]", "more than 16 skills");
        for (String file : List.of("", "---\na: b\n", "---\ndescription: x\n---\n", "---\ndescription: x\n---")) {
            assertThatExceptionOfType(Declination.class).isThrownBy(() -> Prompt.read(file));
        }
    }

    @Test
    void hostileYaml_isRefusedAtOnce() {
        StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c < 'k'; c++) {
            char p = (char) (c - 1);
            bomb.append(c).append(": &").append(c).append(" [");
            bomb.append(("*" + p + ",").repeat(9)).append("]\n");
        }
        assertDeclined(bomb.toString(), "anchors or aliases");
        assertDeclined("a: *b", "front matter");
        assertDeclined("a: !!javax.script.ScriptEngineManager [x]", "tags");
        assertDeclined("a: !!str x", "tags");
        assertDeclined("a: !x {b: c}", "tags");
        assertDeclined("a: " + "[".repeat(4000), "front matter");
        assertDeclined("a: " + "{b: ".repeat(1000) + "}".repeat(1000), "front matter");
        assertDeclined("a: [" + "x,".repeat(3000) + "]", "more than 500 parts");
        assertDeclined("a: " + "x".repeat(9000), "more than 8192 characters");
        assertDeclined("? [a]\n: b", "front matter");
    }

    @Test
    void randomFiles_areReadOrDeclined_andNothingElse() {
        Random random = new Random(11);
        String parts = "-: \n[]{}&*!|>'\"#%@`a1~,?\t\u0085";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder head = new StringBuilder();
            for (int j = random.nextInt(30); j >= 0; j--) {
                head.append(parts.charAt(random.nextInt(parts.length())));
            }
            try {
                Prompt.read("---\n" + head + "\n---\nx");
            } catch (Declination declined) {
                assertThat(declined.getMessage()).isNotBlank().hasSizeLessThan(300);
            }
        }
    }

    @Test
    void shippedPrompts_areAllGood() {
        assertThat(Shipped.all()).extracting(Entry::name).containsExactlyElementsOf(Shipped.NAMES);
        assertThat(Shipped.all())
                .allSatisfy(entry -> assertThat(entry.description()).isNotBlank());
    }
}
